"""The audit, read: everything, one kind of act, one actor's acts, or what concerns one member."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from billing.models import Audit
from core import keyset
from core.keyset import Page, Place

ACTIONS = {
    "access.changed": "Right to watch changed",
    "access.denied": "Refused at the desk",
    "access.given": "Free time given",
    "alarm.seen": "Alarm seen to",
    "checkout.opened": "Checkout opened",
    "customer.forgotten": "Customer deleted at Stripe",
    "devices.signed_out": "Devices signed out",
    "drift.repaired": "Drift repaired",
    "event.replayed": "Stripe event replayed",
    "evidence.read": "Evidence downloaded",
    "experiment.started": "Experiment started",
    "experiment.stopped": "Experiment stopped",
    "mark.fraud": "Marked as fraud",
    "mark.fraud_unset": "Mark of fraud taken back",
    "mark.test": "Test account",
    "member.merged": "Accounts merged",
    "notice.resent": "E-mail sent again",
    "offer.add": "Offer added",
    "offer.change": "Offer changed",
    "offer.end": "Offer ended",
    "offer.priced": "Price made at Stripe",
    "payment.disputed": "Payment disputed",
    "payment.refund": "Refund given",
    "payment.refunded": "Refund reported",
    "payment.tried": "Tried on a new card",
    "review.approve": "Review approved",
    "review.hide": "Review hidden",
    "review.restore": "Review shown again",
    "review.take_down": "Review taken down by its writer",
    "roles.changed": "Roles changed",
    "subscription.cancel": "Cancelled",
    "subscription.changed": "Subscription changed",
    "subscription.ended": "Ended for its payment",
    "subscription.pause": "Paused",
    "subscription.resume": "Cancelling taken back",
    "subscription.switch": "Plan changed",
    "subscription.unpause": "Pause ended",
    "subscription.withdrawal": "Withdrawal",
    "subscription.woken": "Woken by a new card",
    "sweep.asked": "Comparison asked for",
    "title.changed": "Film changed",
    "trial.extended": "Trial extended",
    "trial.moved": "Trial moved for its reminder",
    "trial.refused": "Second trial refused",
    "signin.failed": "Sign-in failed",
    "signin.ok": "Signed in",
}
"""What each act is called on a page; one that is missing here is shown by its own name."""


def listed(
    db: Session,
    place: Place,
    *,
    action: str = "",
    actor: str = "",
    size: int = keyset.SIZE,
) -> Page[Audit]:
    """One page of the audit, narrowed to an action or an actor where they are named."""
    query = select(Audit)
    if action:
        query = query.where(Audit.action == action)
    if actor:
        query = query.where(Audit.actor == actor)
    return keyset.page(db, query, Audit.id, place, size=size)


def words(action: str) -> str:
    """An act in words."""
    return ACTIONS.get(action) or action.replace(".", " ").capitalize()
