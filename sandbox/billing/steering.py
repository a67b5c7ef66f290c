"""Steers a running subscription: its trial's end, its cancellation, its way back from a pause."""

from typing import Any

from ..engine import Engine
from ..errors import invalid
from . import (
    changes,
    collection,
    cycles,
    endings,
    invoices,
    periods,
    proration,
    settling,
    subscriptions,
)

Obj = dict[str, Any]


def move_trial(engine: Engine, subscription: Obj, given: int | str, params: Obj) -> None:
    """End the trial now, or move its end; a later end moves the billing cycle with it."""
    if given == "now":
        if subscription["status"] != "trialing":
            return
        invoice = cycles.end_trial(engine, subscription, by_hand=True)
        if invoice is not None:
            _collect(engine, subscription, invoice, params)
        return
    if subscription["status"] not in ("trialing", "active"):
        raise invalid(
            f"The subscription has a status of {subscription['status']}, so its trial cannot be "
            "moved.",
            "trial_end",
        )
    end = subscriptions.trial_end_of(engine, {"trial_end": given})
    if end is None:
        raise invalid("Invalid timestamp.", "trial_end")
    start = periods.period_of(subscription)[0]
    if subscription["status"] == "active":
        start = engine.now
        _pay_back(engine, subscription, params)
    subscription.update(
        status="trialing",
        trial_end=end,
        trial_start=subscription["trial_start"] or engine.now,
        billing_cycle_anchor=end,
    )
    subscription["_warned"] = None
    periods.set_period(subscription, start, end)
    if subscription["cancel_at_period_end"]:
        subscription["cancel_at"] = end
    periods.appoint(engine, subscription)


def _pay_back(engine: Engine, subscription: Obj, params: Obj) -> None:
    """Free days in the middle of a paid period: what was not used comes back as credit."""
    customer = engine.get("customer", subscription["customer"])
    if params.get("proration_behavior") != "none":
        for item in subscription["items"]["data"]:
            proration.change(engine, customer, subscription, item, None, engine.now)


def _collect(engine: Engine, subscription: Obj, invoice: Obj, params: Obj) -> None:
    if invoice["status"] != "draft" or not invoice["auto_advance"]:
        return
    refusal = None
    if subscription["collection_method"] == "send_invoice":
        collection.finalize_later(engine, invoice)
        return
    invoices.finalize(engine, invoice)
    if invoice["status"] == "open":
        refusal = collection.attempt(engine, invoice)
    if invoice["status"] == "open" and params.get("payment_behavior") == "error_if_incomplete":
        raise settling.undone(engine, invoice, refusal)


def resume(engine: Engine, subscription: Obj, params: Obj) -> None:
    """Take a paused subscription up again: a new period begins and is billed at once."""
    if subscription["status"] != "paused":
        raise invalid(
            f"The subscription `{subscription['id']}` is not paused and so cannot be resumed."
        )
    customer = engine.get("customer", subscription["customer"])
    anchor = (params.get("billing_cycle_anchor") or {}).get("type", "now")
    if anchor == "now":
        subscription["billing_cycle_anchor"] = engine.now
        invoice = changes.new_cycle(engine, customer, subscription)
        subscription["latest_invoice"] = invoice["id"]
        engine.emit("invoice.created", invoice)
        subscription["_paused_until_paid"] = invoice["id"]
        periods.appoint(engine, subscription)
        invoices.finalize(engine, invoice)
        if invoice["status"] == "open":
            collection.attempt(engine, invoice)
    if subscription["status"] == "paused" and (
        anchor == "unchanged" or params.get("payment_behavior") != "resume_on_payment_success"
    ):
        unpaid = anchor == "now"
        endings.resumed(engine, subscription)
        if unpaid:
            subscription["status"] = "past_due"
            engine.changed("customer.subscription.updated", subscription)
    periods.appoint(engine, subscription)


def plan_cancellation(engine: Engine, subscription: Obj, params: Obj) -> None:
    """Set or lift the end of a subscription; nothing ends before that day."""
    if "cancel_at_period_end" in params:
        wanted = params["cancel_at_period_end"]
        if wanted or subscription["cancel_at_period_end"]:
            subscription["cancel_at"] = periods.period_of(subscription)[1] if wanted else None
        subscription["cancel_at_period_end"] = wanted
    if "cancel_at" in params:
        at = params["cancel_at"]
        end = periods.period_of(subscription)[1]
        if isinstance(at, str) and at:
            at = end
        if isinstance(at, int) and at <= engine.now:
            raise invalid(
                "Invalid timestamp: must be an integer Unix timestamp in the future.", "cancel_at"
            )
        subscription["cancel_at"] = at or None
        subscription["cancel_at_period_end"] = False
    if not {"cancel_at", "cancel_at_period_end"} & set(params):
        return
    planned = subscription["cancel_at"] is not None
    subscription["canceled_at"] = engine.now if planned else None
    subscription["cancellation_details"]["reason"] = "cancellation_requested" if planned else None
    periods.appoint(engine, subscription)
