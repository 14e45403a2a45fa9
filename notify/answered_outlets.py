"""The answers that an outlet was given (REQUIREMENTS N1, N4): read by the keys under which ``notify.answers`` queues them."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import Session

from domain.delivery import DeliveryKind
from registry import deliveries
from registry.tables import DeliveryRecord, table_of
from registry.views import DeliveryView

DELIVERY = table_of(DeliveryRecord)


def answers_to(session: Session, outlet_id: str, *, limit: int = 50) -> tuple[DeliveryView, ...]:
    """Answers drafted for this outlet, sent or not, newest first. A post's answer counts for X itself (``x:<post>``)."""
    named = outlet_id.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    statement = (
        select(DELIVERY.c.id)
        .where(DELIVERY.c.kind == DeliveryKind.ANSWER, DELIVERY.c.key.like(f"answer:case:%:{named}:%", escape="\\"))
        .order_by(DELIVERY.c.id.desc())
        .limit(limit)
    )
    return tuple(deliveries.find(session, row.id) for row in session.connection().execute(statement))
