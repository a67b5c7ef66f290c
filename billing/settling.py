"""A payment that failed is tried at once on a card that was given since."""

from __future__ import annotations

import enum
import logging
from datetime import datetime

from sqlalchemy.orm import Session

from billing import audit, changes, ends, holding, payments, writes
from billing.gateway import Stripe, StripeRefused
from billing.gateway_errors import CardDeclined
from billing.models import Invoice, Subscription

log = logging.getLogger(__name__)


class Outcome(enum.StrEnum):
    """What became of the last try to collect what is owed."""

    PAID = "paid"
    REFUSED = "refused"
    UNCONFIRMED = "unconfirmed"


def settle(db: Session, stripe: Stripe, member_id: int, *, now: datetime) -> Outcome | None:
    """Charge a member's unpaid invoice on the card that is held, where that was not tried yet.

    Each card is tried once, whoever comes back how often; Stripe's own tries go on beside it.
    ``None`` where nothing is owed that could be charged. Raises ``StripeUnavailable``.
    """
    sub = holding.newest(db, stripe, member_id, now=now)
    invoice = _owed(sub) if sub else None
    if sub is None or invoice is None:
        return None
    tried, method = stripe.last_try(invoice.stripe_id), stripe.method_of(sub.stripe_id)
    if method is not None and method != tried.method_id:
        outcome = _charge(db, stripe, invoice, method, now)
        _note(db, sub, invoice, outcome, now)
        return outcome
    return _untold(stripe, invoice)


def _owed(sub: Subscription) -> Invoice | None:
    """What Stripe tries to collect. One that was given up as ``unpaid`` opens nothing if paid."""
    newest = ends.newest_unpaid(sub)
    waits = sub.status == "past_due" and not changes.is_leaving(sub) and not sub.pause_behavior
    return newest if waits and newest and newest.status == "open" else None


def _charge(db: Session, stripe: Stripe, invoice: Invoice, method: str, now: datetime) -> Outcome:
    invoice_id, customer = invoice.stripe_id, invoice.subscription.customer

    def _make(key: str) -> bool:
        stripe.pay(invoice_id, method, key=key)
        return True

    def _find(since: datetime) -> bool | None:
        return stripe.is_paid(invoice_id) or None

    name = f"pay:{invoice_id}:{method}:{invoice.attempt_count}"
    try:
        writes.once(db, writes.Write(name, _make, _find), now=now)
    except CardDeclined as declined:
        log.info("payment.refused", extra={"invoice": invoice_id, "code": declined.code})
    except StripeRefused:
        if not stripe.is_paid(invoice_id):  # by Stripe's own try, a moment ago
            raise
    if customer is not None and customer.stripe_id is not None:
        payments.mirror(db, stripe, customer.stripe_id, now=now)
    return Outcome.PAID if stripe.is_paid(invoice_id) else _untold(stripe, invoice)


def _untold(stripe: Stripe, invoice: Invoice) -> Outcome:
    """Why an invoice is still open, by the last try to collect it."""
    waits = stripe.last_try(invoice.stripe_id).waits
    return Outcome.UNCONFIRMED if waits else Outcome.REFUSED


def _note(
    db: Session, sub: Subscription, invoice: Invoice, outcome: Outcome, now: datetime
) -> None:
    audit.note(
        db,
        now=now,
        actor=f"member:{sub.member_id}",
        action="payment.tried",
        reason="another card was given",
        member_id=sub.member_id,
        before={"invoice": invoice.stripe_id, "status": sub.status},
        after={"card": sub.card_last4, "answer": outcome.value},
    )
