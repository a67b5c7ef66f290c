"""Withdrawing from a contract in its first fourteen days: declared, proved, ended, paid back."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Member
from billing import audit, cancellations, refunds
from billing.case_models import Withdrawal
from billing.gateway import Stripe
from billing.models import Subscription
from core import settings
from core.errors import DomainError

PERIOD = timedelta(days=14)
WORDS = (
    "I withdraw from my contract with {site} ({contract}). "
    "Name: {name}. E-mail address: {email}. Declared on {day}."
)


class TooLate(DomainError):
    """The days in which withdrawing is a right have passed."""

    status = 409
    sentence = (
        "The fourteen days in which you can withdraw have passed. "
        "You can cancel at any time instead, and keep what you have paid for."
    )


def last_day(sub: Subscription) -> datetime:
    """Until when a person may withdraw: once, from sign-up, for the price was told then."""
    return sub.created_at + PERIOD


def declare(
    db: Session, *, name: str, email: str, contract: str, by: Member | None, now: datetime
) -> Withdrawal:
    """Receive a declaration from anybody; the receipt repeats its text and its instant.

    It counts from now whoever sent it. It is carried out when the member is proved: signed in
    (``by``), by the link in the receipt, or by an operator.
    """
    address = email.strip().lower()
    member = by or db.scalar(select(Member).where(Member.email == address))
    text = WORDS.format(
        site=settings.current().site_name,
        contract=contract or "subscription",
        name=name,
        email=address,
        day=f"{now:%d %B %Y, %H:%M} UTC",
    )
    row = Withdrawal(
        member_id=member.id if member else None,
        name=name,
        email=address,
        contract=contract,
        text=text,
        declared_at=now,
        state="declared",
        refunded_minor=0,
    )
    db.add(row)
    db.flush()  # the receipt names it
    return row


def carry_out(
    db: Session, stripe: Stripe, row: Withdrawal, *, actor: str, now: datetime
) -> Withdrawal:
    """End the contract at once and give back what was paid, whole or for the days not used.

    A second time changes nothing. Raises ``TooLate`` where the declaration came after the days.
    """
    if row.state != "declared" or row.member_id is None:
        return row
    sub = cancellations.lock_live(db, row.member_id)
    if row.declared_at > last_day(sub):
        row.state, row.done_at = "late", now
        raise TooLate
    stripe.cancel_now(sub.stripe_id, key=f"withdraw:{row.id}")
    row.refunded_minor = _pay_back(db, stripe, sub, actor=actor, now=now)
    row.currency, row.state, row.done_at = sub.currency, "done", now
    audit.note(
        db,
        now=now,
        actor=actor,
        action="subscription.withdrawal",
        reason=row.text,
        member_id=row.member_id,
        before={"subscription": sub.stripe_id, "status": sub.status},
        after={"refunded": row.refunded_minor},
    )
    return row


def _pay_back(db: Session, stripe: Stripe, sub: Subscription, *, actor: str, now: datetime) -> int:
    given = 0
    for invoice in sub.invoices:
        amount = _owed_back(refunds.left(invoice), sub, now)
        if not amount:
            continue
        with suppress(refunds.NothingToRefund):  # settled by a credit: no payment to give back
            given += refunds.give(
                db,
                stripe,
                invoice,
                amount_minor=amount,
                actor=actor,
                reason="withdrawal",
                now=now,
            )
    return given


def _owed_back(left: int, sub: Subscription, now: datetime) -> int:
    how: Literal["full", "unused"] = settings.current().withdrawal_refund
    begun, ends = sub.period_starts_at, sub.period_ends_at
    if how == "full" or begun is None or ends is None:
        return left
    return round(left * max(0.0, min(1.0, (ends - now) / (ends - begun))))


def waiting(db: Session, *, limit: int = 50) -> list[Withdrawal]:
    """What was declared and not carried out yet, the oldest first: the person is not proved."""
    declared = select(Withdrawal).where(Withdrawal.state == "declared")
    return list(db.scalars(declared.order_by(Withdrawal.declared_at).limit(limit)))
