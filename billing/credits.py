"""The credit that a contract left with Stripe, or used up, put right when it is undone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from billing import holding, subscriptions, writes
from billing.gateway import Stripe
from billing.models import Subscription
from core import money


def used_minor(sub: Subscription) -> int:
    """How much credit the contract has taken, less what it gave: a change of plan leaves some, and
    payments take it before the card."""
    paid = [one for one in sub.invoices if one.status == "paid"]
    given = sum(-one.total_minor for one in paid if one.total_minor < 0)
    return sum(one.credited_minor for one in paid) - given


def is_back(db: Session, member_id: int) -> bool:
    """Whether credit had paid something of the member's newest contract; by the mirror."""
    newest = next(reversed(subscriptions.of_member(db, member_id)), None)
    return newest is not None and used_minor(newest) > 0


def give(
    db: Session,
    stripe: Stripe,
    sub: Subscription,
    amount_minor: int,
    *,
    name: str,
    actor: str,
    reason: str,
    now: datetime,
) -> None:
    """Give the payer of ``sub`` credit, or below zero take it, once for each ``name``: never more
    than is there."""
    amount = max(amount_minor, -sub.credit_minor)
    customer_id = sub.customer.stripe_id if sub.customer else None
    if not amount or customer_id is None or writes.was_done(db, name, now=now):
        return
    with holding.audited(
        db,
        sub,
        "credit.changed",
        actor=actor,
        reason=reason,
        before={"credit": money.formatted(sub.credit_minor, sub.currency)},
        after={"credit": money.formatted(sub.credit_minor + amount, sub.currency)},
        now=now,
    ):
        writes.once(db, _giving(stripe, customer_id, amount, sub.currency, name), now=now)


def _giving(
    stripe: Stripe, customer_id: str, amount: int, currency: str, name: str
) -> writes.Write[bool]:
    def _make(key: str) -> bool:
        stripe.change_credit(customer_id, amount, currency, reservation=name, key=key)
        return True

    def _find(since: datetime) -> bool | None:
        return stripe.has_changed_credit(customer_id, name) or None

    return writes.Write(name, _make, _find)
