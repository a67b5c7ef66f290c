"""What time does to a subscription: reminders, the end of a trial, the turn of a period."""

from typing import Any

from ..clock import DAY
from ..engine import Engine, job
from . import (
    collection,
    discounts,
    endings,
    entitlements,
    invoices,
    items,
    lines,
    payment_methods,
    taxes,
)
from .periods import appoint, next_end, period_of, set_period

Obj = dict[str, Any]


@job("trial_will_end")
def warn(engine: Engine, id: str) -> None:
    """Three days before a trial ends, or at once when it ends sooner."""
    subscription = engine.store.get("subscription", id)
    if subscription is not None and subscription["status"] == "trialing":
        subscription["_warned"] = subscription["trial_end"]
        engine.emit("customer.subscription.trial_will_end", subscription)


@job("upcoming_invoice")
def announce(engine: Engine, id: str) -> None:
    """Some days before a renewal, what it will be."""
    subscription = engine.store.get("subscription", id)
    if subscription is None or subscription["status"] not in ("active", "trialing", "past_due"):
        return
    if subscription["cancel_at_period_end"] or subscription["pause_collection"]:
        return
    preview = upcoming(engine, subscription)
    engine.tell("invoice.upcoming", preview)
    engine.store.remove(preview)


def upcoming(engine: Engine, subscription: Obj) -> Obj:
    """The next renewal's invoice as it would be now; the caller removes it again."""
    customer = engine.get("customer", subscription["customer"])
    end = period_of(subscription)[1]
    invoice = cycle_invoice(
        engine, customer, subscription, (end, next_end(subscription, end)), preview=True
    )
    return invoice


@job("renew")
def renew(engine: Engine, id: str) -> None:
    """A period is over: the subscription ends, or the next period begins with its invoice."""
    subscription = engine.store.get("subscription", id)
    if subscription is None or subscription["status"] not in (
        "active",
        "trialing",
        "past_due",
        "unpaid",
    ):
        return
    ends = subscription["cancel_at"]
    if subscription["cancel_at_period_end"] or (ends is not None and ends <= engine.now):
        endings.cancel(engine, subscription, reason="cancellation_requested")
    elif subscription["status"] == "trialing":
        end_trial(engine, subscription)
    else:
        turn(engine, subscription, period_of(subscription)[1])


def end_trial(engine: Engine, subscription: Obj, *, by_hand: bool = False) -> Obj | None:
    """Begin the first paid period, or do what was asked for when there is no card.

    By hand the period begins now and its invoice is collected at once; by the clock the invoice
    stays a draft for about an hour. Returns that invoice, if there is one.
    """
    customer = engine.get("customer", subscription["customer"])
    if by_hand:
        _end_now(engine, subscription)
    behavior = subscription["trial_settings"]["end_behavior"]["missing_payment_method"]
    automatic = subscription["collection_method"] == "charge_automatically"
    if automatic and payment_methods.default_of(engine, customer, subscription) is None:
        if behavior == "cancel":
            endings.cancel(engine, subscription, reason=None)
            return None
        if behavior == "pause":
            endings.pause(engine, subscription)
            return None
    subscription["status"] = "active"
    reason = "subscription_update" if by_hand else "subscription_cycle"
    return turn(engine, subscription, period_of(subscription)[1], reason=reason)


def _end_now(engine: Engine, subscription: Obj) -> None:
    start = period_of(subscription)[0]
    subscription.update(trial_end=engine.now, billing_cycle_anchor=engine.now)
    set_period(subscription, start, engine.now)
    if subscription.get("_warned") is None:
        engine.emit("customer.subscription.trial_will_end", subscription)
    subscription["_warned"] = engine.now


def turn(
    engine: Engine, subscription: Obj, start: int, *, reason: str = "subscription_cycle"
) -> Obj:
    """Begin the period that starts at an instant and bill it."""
    customer = engine.get("customer", subscription["customer"])
    items.end_offers(engine, subscription, start)
    period = (start, next_end(subscription, start))
    set_period(subscription, *period)
    invoice = cycle_invoice(engine, customer, subscription, period, reason=reason)
    subscription["latest_invoice"] = invoice["id"]
    discounts.spend(engine, subscription, invoice)
    appoint(engine, subscription)
    engine.changed("customer.subscription.updated", subscription)
    engine.emit("invoice.created", invoice)
    _go_on(engine, subscription, invoice, at_once=reason == "subscription_update")
    entitlements.refresh(engine, subscription["customer"])
    return invoice


def _go_on(engine: Engine, subscription: Obj, invoice: Obj, *, at_once: bool) -> None:
    paused = (subscription["pause_collection"] or {}).get("behavior")
    if paused == "keep_as_draft" or subscription["status"] == "unpaid":
        invoice["auto_advance"] = False
        engine.store.put(invoice)
    elif paused:
        invoices.finalize(engine, invoice)
        if invoice["status"] == "open":
            word = "void" if paused == "void" else "uncollectible"
            invoices.close(engine, invoice, word)
    elif not at_once:
        collection.finalize_later(engine, invoice)
        engine.store.announce(invoice)


def cycle_invoice(
    engine: Engine,
    customer: Obj,
    subscription: Obj,
    period: tuple[int, int],
    *,
    reason: str = "subscription_cycle",
    trial: bool = False,
    preview: bool = False,
) -> Obj:
    """A draft for one period of a subscription, with the pending items it takes along."""
    before = period_of(subscription)
    invoice = invoices.draft(
        engine,
        customer,
        subscription["currency"],
        subscription=subscription,
        billing_reason="upcoming" if preview else reason,
        default_payment_method=None,
        description=subscription["description"],
        period_start=period[0] if reason != "subscription_cycle" or preview else before[0],
        period_end=period[0],
        discounts=discounts.in_force(
            engine, subscription["discounts"] or _customer_discount(customer), period[0]
        ),
        default_tax_rates=list(subscription["default_tax_rates"] or []),
        **({"id": engine.store.new_id("upcoming_in")} if preview else {}),
    )
    invoice["_default_tax_rates"] = taxes.rates_for(engine, customer, subscription)
    rows = [
        lines.for_item(engine, invoice, subscription, item, period, trial)
        for item in subscription["items"]["data"]
    ]
    rows += pending_lines(engine, customer, subscription, invoice, take=not preview)
    invoices.set_lines(engine, invoice, rows)
    if subscription["collection_method"] == "send_invoice":
        invoice["due_date"] = engine.now + (subscription["days_until_due"] or 30) * DAY
    return invoice


def _customer_discount(customer: Obj) -> list[str]:
    held = customer.get("discount")
    return [held["id"]] if held else []


def pending_lines(
    engine: Engine, customer: Obj, subscription: Obj, invoice: Obj, *, take: bool = True
) -> list[Obj]:
    """Lines for what waits to be billed; unless it is a preview the invoice takes them over."""
    rows = []
    for found in engine.store.where("invoiceitem", "customer", customer["id"]):
        parent = (found["parent"] or {}).get("subscription_details") or {}
        owner = parent.get("subscription")
        mine = owner in (None, subscription["id"]) and found["currency"] == invoice["currency"]
        if found["invoice"] is not None or not mine:
            continue
        rows.append(lines.for_invoice_item(engine, invoice, found))
        if take:
            item = engine.get("invoiceitem", found["id"])
            item["invoice"] = invoice["id"]
            engine.store.put(item)
    return rows


@job("resume_collection")
def resume_collection(engine: Engine, id: str) -> None:
    """The day named in ``pause_collection`` has come: invoices are collected again."""
    subscription = engine.store.get("subscription", id)
    if subscription is not None and subscription["pause_collection"]:
        subscription["pause_collection"] = None
        engine.changed("customer.subscription.updated", subscription)
