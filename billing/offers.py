"""Which offer is shown, and how an operator's change of it is kept honest."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from billing.models import Offer
from core.errors import NotFound


def shown(db: Session) -> Offer | None:
    """The offer on every page now: the newest active one, or ``None`` where nothing is sold."""
    return db.scalar(select(Offer).where(Offer.active).order_by(Offer.id.desc()).limit(1))


def by_code(db: Session, code: str) -> Offer:
    """The offer with this code, active or not. Raises ``NotFound``."""
    offer = db.scalar(select(Offer).where(Offer.code == code))
    if offer is None:
        raise NotFound
    return offer
