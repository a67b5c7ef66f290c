"""The news of one customer, carried from Stripe to every room that needs it, in one transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from access import entitlements
from billing import events, subscriptions
from billing.gateway import Stripe
from notices import owed
from reports import subscription_facts


def apply(db: Session, stripe: Stripe, event_id: int, *, now: datetime) -> None:
    """Apply one stored event, and tell the rooms to the right of billing."""
    member_id = events.apply(db, stripe, event_id, now=now)
    if member_id is not None:
        tell(db, member_id, now=now)


def fetch(db: Session, stripe: Stripe, stripe_customer_id: str, *, now: datetime) -> None:
    """Mirror a customer without an event: on the return from checkout, when due, when swept."""
    member_id = subscriptions.mirror(db, stripe, stripe_customer_id, now=now)
    if member_id is not None:
        tell(db, member_id, now=now)


def tell(db: Session, member_id: int, *, now: datetime) -> None:
    """From the mirror as it stands: the right to watch, the e-mails owed, the facts. Repeatable."""
    entitlements.refresh(db, member_id, now=now)
    owed.note(db, member_id, now=now)
    subscription_facts.note(db, member_id, now=now)
