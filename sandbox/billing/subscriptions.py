"""Begins subscriptions: the object, its first invoice, and the first payment or the trial."""

from typing import Any

from ..clock import DAY, HOUR
from ..engine import Engine
from ..errors import ApiError, invalid
from . import (
    collection,
    cycles,
    discounts,
    entitlements,
    invoices,
    items,
    payment_methods,
    periods,
    proration,
    settings,
)

Obj = dict[str, Any]
INCOMPLETE_FOR = 23 * HOUR
LONGEST_TRIAL = 730 * DAY


def begin(
    engine: Engine,
    customer: Obj,
    params: Obj,
    *,
    authenticated: bool = False,
    off_session: bool = False,
) -> Obj:
    """Start a subscription as ``POST /v1/subscriptions`` describes it and bill its first period."""
    subscription, invoice = draft_first(engine, customer, params)
    behavior = params.get("payment_behavior", "allow_incomplete")
    waits = bool(params.get("_draft_first"))
    needs_card = (
        invoice["amount_due"] > 0
        and not waits
        and subscription["collection_method"] == "charge_automatically"
        and behavior != "default_incomplete"
    )
    if needs_card and payment_methods.default_of(engine, customer, subscription) is None:
        raise ApiError(
            "This customer has no attached payment source or default payment method. Please "
            "consider adding a default payment method. For more information, visit "
            "https://stripe.com/docs/billing/subscriptions/payment-methods-setting"
            "#payment-method-priority.",
            code="resource_missing",
        )
    automatic = subscription["collection_method"] == "charge_automatically"
    if subscription["status"] != "trialing" and automatic and not waits:
        subscription["status"] = "incomplete" if invoice["amount_due"] > 0 else "active"
    engine.emit("customer.subscription.created", subscription)
    discounts.spend(engine, subscription, invoice)
    engine.emit("invoice.created", invoice)
    periods.appoint(engine, subscription)
    if waits and invoice["amount_due"] > 0:
        collection.finalize_later(engine, invoice)
    else:
        _bill(engine, subscription, invoice, behavior, authenticated, off_session)
    entitlements.refresh(engine, customer["id"])
    return subscription


def draft_first(engine: Engine, customer: Obj, params: Obj) -> tuple[Obj, Obj]:
    """The subscription that parameters describe, with its first invoice as a draft."""
    subscription = _build(engine, customer, params, trial_end_of(engine, params))
    return subscription, _first_invoice(engine, customer, subscription, params)


def trial_end_of(engine: Engine, params: Obj) -> int | None:
    """When the free days end: a given instant, a number of days, or never (``None``)."""
    given, days = params.get("trial_end"), params.get("trial_period_days")
    if given is not None and days is not None:
        raise invalid(
            "You may only specify one of these parameters: trial_end, trial_period_days.",
            "trial_end",
            "parameters_exclusive",
        )
    if days is not None:
        given = engine.now + days * DAY if days > 0 else None
    if given in (None, "now", ""):
        return None
    if not isinstance(given, int) or given <= engine.now:
        raise invalid(
            "Invalid timestamp: must be an integer Unix timestamp in the future.", "trial_end"
        )
    if given - engine.now > LONGEST_TRIAL:
        raise invalid(
            "Invalid timestamp: trial_end can be no more than 730 days (two years) in the future.",
            "trial_end" if days is None else "trial_period_days",
        )
    return given


def _build(engine: Engine, customer: Obj, params: Obj, trial_end: int | None) -> Obj:
    id = engine.store.new_id("sub")
    rows = [
        items.item(engine, id, given, customer, f"items[{place}]")
        for place, given in enumerate(params.get("items") or [])
    ]
    if not rows:
        raise invalid("Missing required param: items.", "items", "parameter_missing")
    items.check_together(rows)
    currency = items.currency_of(rows, params.get("currency"), customer)
    if customer["currency"] is None:
        customer["currency"] = currency
        engine.store.put(customer)
    start = params.get("backdate_start_date", engine.now)
    anchor = trial_end or params.get("billing_cycle_anchor") or start
    subscription = engine.new(
        "subscription",
        "sub",
        id=id,
        **settings.fixed(),
        **settings.chosen(engine, customer, params, id),
        billing_cycle_anchor=anchor,
        currency=currency,
        customer=customer["id"],
        items={
            "object": "list",
            "data": rows,
            "has_more": False,
            "total_count": len(rows),
            "url": f"/v1/subscription_items?subscription={id}",
        },
        start_date=start,
        status="active" if trial_end is None else "trialing",
        test_clock=customer["test_clock"],
        trial_end=trial_end,
        trial_start=None if trial_end is None else engine.now,
    )
    _first_period(subscription, start, trial_end, anchor)
    settings.plan_cancellation(subscription, params)
    return subscription


def _first_period(subscription: Obj, start: int, trial_end: int | None, anchor: int) -> None:
    end = trial_end or (anchor if anchor > start else periods.next_end(subscription, start))
    periods.set_period(subscription, start, end)


def _first_invoice(engine: Engine, customer: Obj, subscription: Obj, params: Obj) -> Obj:
    start, end = periods.period_of(subscription)
    for place, extra in enumerate(params.get("add_invoice_items") or []):
        proration.extra_item(engine, customer, subscription, extra, f"add_invoice_items[{place}]")
    invoice = cycles.cycle_invoice(
        engine,
        customer,
        subscription,
        (start, end),
        reason="subscription_create",
        trial=subscription["status"] == "trialing",
    )
    full = periods.next_end(subscription, start)
    if subscription["status"] != "trialing" and end < full:
        none = params.get("proration_behavior") == "none"
        proration.shorten(engine, invoice, 0 if none else end - start, full - start)
    subscription["latest_invoice"] = invoice["id"]
    engine.store.put(subscription)
    return invoice


def _bill(
    engine: Engine,
    subscription: Obj,
    invoice: Obj,
    behavior: str,
    authenticated: bool,
    off_session: bool,
) -> None:
    if subscription["collection_method"] == "send_invoice" and invoice["amount_due"] > 0:
        collection.finalize_later(engine, invoice)
        return
    invoices.finalize(engine, invoice)
    if invoice["status"] == "open" and behavior != "default_incomplete":
        refusal = collection.attempt(
            engine, invoice, off_session=off_session, authenticated=authenticated
        )
        if refusal is not None and behavior == "error_if_incomplete":
            refusal.keeps_work = False
            raise refusal
    if subscription["status"] == "incomplete":
        engine.schedule("expire_incomplete", subscription["id"], engine.now + INCOMPLETE_FOR)
        engine.agenda.cancel("renew", subscription["id"])
        engine.agenda.cancel("upcoming_invoice", subscription["id"])
    engine.changed("customer.subscription.updated", subscription)
