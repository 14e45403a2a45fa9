"""Tables of the classifier's figures: what it said week by week, and what people answered.

Kept as counts, because what they count is purged (REQUIREMENTS L1): older weeks could not be counted again.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, String
from sqlmodel import Field, SQLModel

from domain.tags import Axis
from domain.teaching import AnswerOrigin
from registry.tables.columns import code


class LabelWeekRecord(SQLModel, table=True):
    """How many mentions that were first stored in an ISO week a model gave a label of an axis."""

    __tablename__ = "label_week"
    __table_args__ = (CheckConstraint("items >= 1", name="items"),)

    week: str = Field(sa_column=Column(String, primary_key=True))
    model: str = Field(sa_column=Column(String, primary_key=True))
    axis: Axis = Field(sa_column=code(Axis, primary_key=True))
    label: str = Field(sa_column=Column(String, primary_key=True))
    items: int


class AnswerWeekRecord(SQLModel, table=True):
    """How often in an ISO week people said ``value`` of an axis where the model had said ``said``."""

    __tablename__ = "answer_week"
    __table_args__ = (CheckConstraint("answers >= 1", name="answers"),)

    week: str = Field(sa_column=Column(String, primary_key=True))
    model: str = Field(sa_column=Column(String, primary_key=True))
    origin: AnswerOrigin = Field(sa_column=code(AnswerOrigin, primary_key=True))
    axis: Axis = Field(sa_column=code(Axis, primary_key=True))
    said: str = Field(sa_column=Column(String, primary_key=True))
    value: str = Field(sa_column=Column(String, primary_key=True))
    answers: int
