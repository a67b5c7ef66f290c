"""What money knows of somebody whose account is deleted: ended at Stripe, and then without a name.

Amounts and days stay, because accounts must be kept; who it was does not.
"""

from __future__ import annotations

import uuid
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy import Text, cast, func, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from accounts import erasures
from billing import checkouts, customers, payments, subscriptions
from billing.case_models import Given, Termination, Withdrawal
from billing.gateway import CustomerGone, Stripe
from billing.history_models import Audit, StripeEvent
from billing.models import CheckoutAttempt, Consent, Subscription, TrialRedemption
from billing.upkeep_models import Alarm

GONE = "(erased)"
NO_BODY = b"{}"
CLOSED = "the account was deleted"


def leave(db: Session, stripe: Stripe, member_id: int, *, now: datetime) -> list[str]:
    """Close an open payment page and delete the customer at Stripe, which ends every subscription
    at once, charging and returning nothing. What was begun or paid a moment ago is read first:
    of a customer who is gone Stripe lists nothing. Repeatable; answers as whom Stripe knew the
    member. Raises ``StripeUnavailable``."""
    customers.lock_member(db, member_id)
    checkouts.close_open(db, stripe, member_id, reason=CLOSED, now=now)
    known = [one.stripe_id for one in customers.of_member(db, member_id) if one.stripe_id]
    for stripe_id in known:
        subscriptions.mirror(db, stripe, stripe_id, now=now)
        with suppress(CustomerGone):
            payments.mirror(db, stripe, stripe_id, judge=False, now=now)
            stripe.delete_customer(stripe_id, key=f"erase:{stripe_id}:{uuid.uuid4()}")
        subscriptions.mirror(db, stripe, stripe_id, gone=True, judge=False, now=now)
    return known


def forgotten(db: Session, members: list[int]) -> list[str]:
    """As whom Stripe knew these members before, until somebody deleted that customer there: at its
    dashboard, or we ourselves, and the answer was lost."""
    was = Audit.before["customer"].astext
    told = (Audit.member_id.in_(members), Audit.action == customers.FORGOTTEN, was.is_not(None))
    return list(db.scalars(select(was).where(*told)))


def forget(db: Session, members: list[int], addresses: list[str], theirs: list[str]) -> None:
    """Take names, addresses, free words and cards out of what is kept of these members.
    ``addresses`` go from their own rows; declarations of guests go with ``theirs``, the addresses
    that are nobody else's."""
    for table in (Withdrawal, Termination):
        of_guests = table.member_id.is_(None) & table.email.in_(theirs)
        declared = table.member_id.in_(members) | of_guests
        _forget_words(db, members, list(db.scalars(select(table.text).where(declared))))
        blank = {"name": "", "email": "", "contract": "", "text": GONE}
        db.execute(update(table).where(declared).values(blank))
    caused = (Termination.member_id.in_(members), Termination.cause != "")
    db.execute(update(Termination).where(*caused).values(cause=GONE))
    _of_members(db, Given, members, reason="")
    _of_members(db, Consent, members, network="")
    _of_members(db, CheckoutAttempt, members, url=None)
    _of_members(db, Subscription, members, card_brand=None, card_last4=None, card_expires=None)
    had = select(TrialRedemption).where(TrialRedemption.member_id.in_(members))
    for trial in db.scalars(had):
        if not trial.email_canonical.startswith(erasures.MARK):
            trial.email_canonical = erasures.mark(trial.email_canonical)
    _forget_in_audit(db, members, addresses)


def forget_bodies(db: Session, stripe_ids: list[str]) -> None:
    """Empty the bodies of what Stripe delivered about these customers, once they were read."""
    read = (StripeEvent.customer_id.in_(stripe_ids), StripeEvent.state != "new")
    emptied = update(StripeEvent).where(*read, StripeEvent.raw != NO_BODY)
    db.execute(emptied.values(raw=NO_BODY))


def _of_members(
    db: Session,
    table: type[Given | Consent | CheckoutAttempt | Subscription],
    members: list[int],
    **values: object,
) -> None:
    db.execute(update(table).where(table.member_id.in_(members)).values(values))


def _forget_words(db: Session, members: list[int], declared: list[str]) -> None:
    """A declaration's words stand in the audit as the reason of what followed, and in alarms."""
    _permit(db)
    said_so = (Audit.member_id.in_(members), Audit.reason.in_(declared))
    db.execute(update(Audit).where(*said_so).values(reason=GONE))
    for words in declared:
        said = Alarm.text.contains(words, autoescape=True)
        db.execute(update(Alarm).where(said).values(text=func.replace(Alarm.text, words, GONE)))


def _forget_in_audit(db: Session, members: list[int], addresses: list[str]) -> None:
    _permit(db)
    for address in addresses:
        named = Audit.member_id.in_(members)
        values = {
            "network": "",
            "reason": func.replace(Audit.reason, address, GONE),
            "before": _without(Audit.before, address),
            "after": _without(Audit.after, address),
        }
        db.execute(update(Audit).where(named).values(values))


def _without(column: Any, address: str) -> Any:
    return cast(func.replace(cast(column, Text), address, GONE), JSONB)


def _permit(db: Session) -> None:
    """Let this transaction take words out of the audit; what was done, when and by whom stays."""
    db.execute(select(func.set_config("matinee.erasing", "on", True)))
