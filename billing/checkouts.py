"""The checkouts that people have open: found again, closed, and given up when their page has."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from billing import audit, writes
from billing.gateway import Stripe
from billing.models import CheckoutAttempt
from core.errors import NotFound


def find_open(db: Session, member_id: int) -> CheckoutAttempt | None:
    """The member's open checkout, or ``None``."""
    return db.scalar(
        select(CheckoutAttempt).where(
            CheckoutAttempt.member_id == member_id, CheckoutAttempt.state == "open"
        )
    )


def of_session(db: Session, member_id: int, stripe_session_id: str) -> CheckoutAttempt:
    """The member's own checkout behind a return from Stripe. Raises ``NotFound`` for another's."""
    attempt = db.scalar(
        select(CheckoutAttempt).where(
            CheckoutAttempt.stripe_session_id == stripe_session_id,
            CheckoutAttempt.member_id == member_id,
        )
    )
    if attempt is None:
        raise NotFound
    return attempt


def expire_stale(db: Session, *, now: datetime) -> int:
    """Mark every checkout whose page has closed by itself; returns how many."""
    stale = update(CheckoutAttempt).where(
        CheckoutAttempt.state == "open", CheckoutAttempt.expires_at < now - timedelta(minutes=10)
    )
    return len(db.scalars(stale.values(state="expired").returning(CheckoutAttempt.id)).all())


def close_open(db: Session, stripe: Stripe, member_id: int, *, reason: str, now: datetime) -> None:
    """Close the member's open checkout, here and at Stripe, where there is one."""
    attempt = find_open(db, member_id)
    if attempt is not None:
        close(db, stripe, attempt, reason=reason, now=now)


def close(
    db: Session, stripe: Stripe, attempt: CheckoutAttempt, *, reason: str, now: datetime
) -> None:
    """Close one checkout, here and, while its page is open, at Stripe."""
    attempt.state = "expired"
    db.flush()  # the next attempt may be inserted only once this one is closed
    if attempt.stripe_session_id and attempt.expires_at > now:
        writes.once(db, _closing(stripe, attempt, attempt.stripe_session_id), now=now)
    audit.note(
        db,
        now=now,
        actor="matinee",
        action="checkout.closed",
        reason=reason,
        member_id=attempt.member_id,
        before={"checkout": attempt.id, "state": "open"},
        after={"checkout": attempt.id, "state": attempt.state},
    )


def _closing(stripe: Stripe, attempt: CheckoutAttempt, session_id: str) -> writes.Write[bool]:
    def _make(key: str) -> bool:
        stripe.expire_checkout(session_id, key=key)
        return True

    def _find(since: datetime) -> bool | None:
        return stripe.checkout(session_id).status != "open" or None

    return writes.Write(f"expire:{attempt.idempotency_key}", _make, _find)
