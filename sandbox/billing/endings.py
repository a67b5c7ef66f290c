"""How a subscription ends, pauses and comes back."""

from typing import Any

from ..engine import Engine, job
from . import entitlements, invoices, periods

Obj = dict[str, Any]
JOBS = ("renew", "trial_will_end", "upcoming_invoice", "cancel_subscription", "expire_incomplete")
ENDED = ("canceled", "incomplete_expired")


def cancel(
    engine: Engine, subscription: Obj, *, reason: str | None, details: Obj | None = None
) -> None:
    """End a subscription now; open invoices stop being collected by themselves."""
    subscription.update(
        status="canceled",
        ended_at=engine.now,
        canceled_at=subscription["canceled_at"] or engine.now,
        pause_collection=None,
        pending_update=None,
    )
    subscription["cancellation_details"].update(details or {}, reason=reason)
    _stop(engine, subscription)
    _release_schedule(engine, subscription)
    engine.emit("customer.subscription.deleted", subscription)
    entitlements.refresh(engine, subscription["customer"])


def _stop(engine: Engine, subscription: Obj) -> None:
    for kind in JOBS:
        engine.agenda.cancel(kind, subscription["id"])
    for found in engine.store.where("invoice", "subscription", subscription["id"]):
        if found["status"] in ("open", "draft") and found["auto_advance"]:
            invoice = engine.get("invoice", found["id"])
            invoice.update(
                auto_advance=False, next_payment_attempt=None, automatically_finalizes_at=None
            )
            engine.agenda.cancel("retry_invoice", invoice["id"])
            engine.agenda.cancel("finalize_invoice", invoice["id"])
            engine.changed("invoice.updated", invoice)


def _release_schedule(engine: Engine, subscription: Obj) -> None:
    schedule = engine.store.get("subscription_schedule", subscription["schedule"] or "")
    if schedule is not None and schedule["status"] in ("active", "not_started"):
        schedule.update(status="canceled", canceled_at=engine.now, current_phase=None)
        engine.agenda.cancel("next_phase", schedule["id"])
        engine.agenda.cancel("phase_expiring", schedule["id"])
        engine.emit("subscription_schedule.canceled", schedule)


@job("cancel_subscription")
def cancel_due(engine: Engine, id: str) -> None:
    """The day named in ``cancel_at`` has come."""
    subscription = engine.store.get("subscription", id)
    if subscription is not None and subscription["status"] not in ENDED:
        cancel(engine, subscription, reason="cancellation_requested")


@job("expire_incomplete")
def expire_incomplete(engine: Engine, id: str) -> None:
    """A first payment that did not come within 23 hours: the subscription never began."""
    subscription = engine.store.get("subscription", id)
    if subscription is None or subscription["status"] != "incomplete":
        return
    subscription.update(status="incomplete_expired", ended_at=engine.now)
    _stop(engine, subscription)
    invoice = engine.store.get("invoice", subscription["latest_invoice"] or "")
    if invoice is not None and invoice["status"] == "open":
        invoices.close(engine, invoice, "void")
    engine.changed("customer.subscription.updated", subscription)


def pause(engine: Engine, subscription: Obj) -> None:
    """A trial ended without a card, or somebody paused it: nothing runs until it is resumed."""
    subscription["status"] = "paused"
    for kind in JOBS:
        engine.agenda.cancel(kind, subscription["id"])
    engine.changed("customer.subscription.updated", subscription)
    engine.emit("customer.subscription.paused", subscription)
    entitlements.refresh(engine, subscription["customer"])


def resumed(engine: Engine, subscription: Obj) -> None:
    """A paused subscription is active again."""
    subscription.pop("_paused_until_paid", None)
    subscription["status"] = "active"
    engine.changed("customer.subscription.updated", subscription)
    engine.emit("customer.subscription.resumed", subscription)
    entitlements.refresh(engine, subscription["customer"])


def apply_pending_update(engine: Engine, subscription: Obj) -> None:
    """The invoice a change waited for is paid: the change takes hold."""
    subscription.pop("_pending_update_invoice", None)
    items = subscription.pop("_pending_items", None)
    if items is not None:
        subscription["items"]["data"] = items
        subscription["billing_cycle_anchor"] = subscription.pop("_pending_anchor")
        periods.appoint(engine, subscription)
    subscription["pending_update"] = None
    engine.agenda.cancel("expire_pending_update", subscription["id"])
    engine.changed("customer.subscription.updated", subscription)
    engine.emit("customer.subscription.pending_update_applied", subscription)
