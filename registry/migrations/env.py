"""Runs the migrations on the connection that ``Database.migrate`` hands over; it commits, this does not."""

from alembic import context
from sqlmodel import SQLModel

from registry import tables

assert tables
connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    transactional_ddl=True,
    transaction_per_migration=False,
    render_as_batch=connection.dialect.name == "sqlite",
)
context.run_migrations()
