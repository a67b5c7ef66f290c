"""Withdrawing from a contract in its first fourteen days: declared, proved, ended, paid back."""

from __future__ import annotations

import uuid
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from accounts import merges
from accounts.models import Member
from billing import audit, credits, customers, declarations, holding, refunds
from billing.case_models import Withdrawal
from billing.gateway import Stripe
from billing.holding import NothingToCancel as NothingToCancel
from billing.models import Invoice, Subscription
from core import settings, zones
from core.db import keep
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
    member = by or merges.by_address(db, address)
    text = WORDS.format(
        site=settings.current().site_name,
        contract=contract or "subscription",
        name=name,
        email=address,
        day=zones.day_and_time(now, "UTC"),
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


def unheard(db: Session, *, now: datetime) -> list[int]:
    """The withdrawals of people who are proved that Stripe is to be told of, the oldest first."""
    is_due = declarations.may_be_tried(Withdrawal, now)
    proved = select(Withdrawal.id).where(Withdrawal.state == "proved", is_due)
    return list(db.scalars(proved.order_by(Withdrawal.id)))


def carry_out(
    db: Session, stripe: Stripe, row: Withdrawal, *, actor: str, now: datetime
) -> Withdrawal:
    """End the contract at once and give back what was paid, whole or for the days not used.

    That the person is proved is kept before Stripe is asked: where it does not answer, the
    timetable goes on by itself. A second time changes nothing. Raises ``TooLate`` where the
    declaration came after the days, ``NothingToCancel`` where there is no contract.
    """
    if row.state not in ("declared", "proved") or row.member_id is None:
        return row
    row.state = "proved"
    keep(db)
    customers.lock_member(db, row.member_id)
    db.refresh(row)
    if row.state == "proved":
        _carry_out(db, stripe, row, row.member_id, actor=actor, now=now)
    return row


def _carry_out(
    db: Session, stripe: Stripe, row: Withdrawal, member_id: int, *, actor: str, now: datetime
) -> None:
    sub = holding.newest(db, stripe, member_id, now=now)
    declarations.has_come_about(db, row, now=now)  # undone with all the rest if it has not
    if sub is None or (sub.ended_at is not None and sub.ended_at < row.declared_at):
        row.state, row.done_at = "void", now
        raise NothingToCancel
    if row.declared_at > last_day(sub):
        row.state, row.done_at = "late", now
        raise TooLate
    before = {"subscription": sub.stripe_id, "status": sub.status}
    if sub.is_live:
        stripe.cancel_now(sub.stripe_id, key=f"withdraw:{row.id}:{uuid.uuid4()}")
    row.refunded_minor = _pay_back(db, stripe, sub, row, actor=actor, now=now)
    row.currency, row.state, row.done_at = sub.currency, "done", now
    audit.note(
        db,
        now=now,
        actor=actor,
        action="subscription.withdrawal",
        reason=row.text,
        member_id=member_id,
        before=before,
        after={"refunded": row.refunded_minor},
    )


def _pay_back(
    db: Session, stripe: Stripe, sub: Subscription, row: Withdrawal, *, actor: str, now: datetime
) -> int:
    """Give back what is owed and was not given yet, to the card as far as the card has paid it,
    else as the credit that it was; returns all that the card has back.

    Credit that the contract itself left, by a change of plan, is part of what the card has back.
    """
    used = credits.used_minor(sub)
    charged = sum(one.charged_minor for one in _paid(sub) if one.total_minor > 0)
    kept = round((charged + used) * _share_used(sub, row.declared_at))
    said: Any = {"actor": actor, "reason": "withdrawal", "now": now}
    total = _pay_card(db, stripe, sub, max(0, charged - kept), said)
    name = f"withdrawal credit:{row.id}"
    credits.give(db, stripe, sub, used - max(0, kept - charged), name=name, **said)
    return total


def _pay_card(db: Session, stripe: Stripe, sub: Subscription, owed: int, said: Any) -> int:
    """Give back ``owed`` of all that the card paid, the newest payment first."""
    total = sum(invoice.refunded_minor for invoice in sub.invoices)
    for invoice in reversed(_paid(sub)):
        missing = min(refunds.left(invoice), owed - total)
        if missing > 0:
            with suppress(refunds.NothingToRefund):  # settled by a credit: nothing to give back
                total += refunds.give(db, stripe, invoice, amount_minor=missing, **said)
    return total


def _paid(sub: Subscription) -> list[Invoice]:
    return [invoice for invoice in sub.invoices if invoice.status == "paid"]


def _share_used(sub: Subscription, declared_at: datetime) -> float:
    """What part of the paid days counts as used: none, or with ``unused`` those before the
    declaration."""
    begun, ends = sub.period_starts_at, sub.period_ends_at
    if settings.current().withdrawal_refund == "full" or begun is None or ends is None:
        return 0.0
    return max(0.0, min(1.0, (declared_at - begun) / (ends - begun)))


def waiting(db: Session, *, limit: int = 50) -> list[Withdrawal]:
    """What waits for a person, the oldest first: whoever declared it is not proved, or they are
    and Stripe refused it."""
    refused = (Withdrawal.state == "proved") & (Withdrawal.refusals >= declarations.MOST)
    declared = select(Withdrawal).where(or_(Withdrawal.state == "declared", refused))
    return list(db.scalars(declared.order_by(Withdrawal.declared_at).limit(limit)))
