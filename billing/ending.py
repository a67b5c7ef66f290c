"""Ending a subscription at once, whatever becomes of Stripe's answers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from billing import writes
from billing.gateway import Stripe


def at_once(
    db: Session,
    stripe: Stripe,
    subscription_id: str,
    *,
    name: str,
    why: str | None = None,
    now: datetime,
) -> None:
    """End a subscription, charging and returning nothing; the same ``name`` is the same act.

    ``why`` is kept at Stripe with it. Raises the gateway's errors.
    """

    def _make(key: str) -> bool:
        stripe.cancel_now(subscription_id, key=key, why=why)
        return True

    def _find(since: datetime) -> bool | None:
        return stripe.subscription(subscription_id).ended_at is not None or None

    writes.once(db, writes.Write(name, _make, _find), now=now)
