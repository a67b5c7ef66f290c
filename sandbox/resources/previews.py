"""Previews of invoices: the change is made, looked at, and undone."""

import copy
from typing import Any

from ..billing import changes, cycles, discounts, invoices, lines, periods, steering, subscriptions
from ..billing.money import price_amount
from ..billing.prices import price_from_data
from ..engine import Engine
from ..errors import invalid
from ..events import public
from ..operations import Call, operation, referred
from .customers import new_customer

Obj = dict[str, Any]


@operation("POST /v1/invoices/create_preview", "Invoice.create_preview")
def preview(call: Call) -> Obj:
    """What a customer's next invoice would be, after the changes that are described."""
    engine, params = call.engine, call.params
    invoice = _drafted(engine, params)
    _add_items(engine, invoice, params)
    if params.get("discounts"):
        customer = engine.store.get("customer", invoice["customer"])
        invoice["discounts"] = discounts.redeem(engine, params["discounts"], customer, "discounts")
        invoices.set_lines(engine, invoice, invoice["lines"]["data"])
    shown = copy.deepcopy(public(invoice))
    id = f"upcoming_{invoice['id'].removeprefix('upcoming_')}"
    shown.update(id=id, billing_reason="upcoming", status="draft", automatically_finalizes_at=None)
    for row in shown["lines"]["data"]:
        row["invoice"] = id
    shown["lines"]["url"] = "/v1/invoices/upcoming/lines"
    engine.store.rollback()
    return shown


def _drafted(engine: Engine, params: Obj) -> Obj:
    if params.get("subscription"):
        subscription = referred(engine, "subscription", params["subscription"], "subscription")
        return _of_subscription(engine, subscription, params)
    if params.get("customer"):
        customer = referred(engine, "customer", params["customer"], "customer")
    elif params.get("customer_details") is not None:
        given = params["customer_details"]
        customer = new_customer(engine, {k: given[k] for k in ("address",) if given.get(k)})
    else:
        raise invalid(
            "You must pass one of: customer, customer_details, subscription or schedule.",
            "customer",
            "parameter_missing",
        )
    details = params.get("subscription_details")
    if details and details.get("items"):
        tax = {"automatic_tax": params["automatic_tax"]} if params.get("automatic_tax") else {}
        wanted = {**details, **tax}
        return subscriptions.draft_first(engine, customer, wanted)[1]
    running = [
        found
        for found in engine.store.where("subscription", "customer", customer["id"])
        if found["status"] in ("active", "trialing", "past_due")
    ]
    if running and not params.get("invoice_items"):
        return _of_subscription(engine, engine.get("subscription", running[0]["id"]), params)
    currency = params.get("currency") or customer["currency"] or "usd"
    return invoices.draft(engine, customer, currency)


def _of_subscription(engine: Engine, subscription: Obj, params: Obj) -> Obj:
    details = params.get("subscription_details") or {}
    customer = engine.get("customer", subscription["customer"])
    if subscription["status"] not in ("active", "trialing", "past_due", "paused"):
        raise invalid("No upcoming invoices for customer", code="invoice_upcoming_none")
    if details.get("cancel_at_period_end") or details.get("cancel_now"):
        steering.plan_cancellation(engine, subscription, {"cancel_at_period_end": True})
    if subscription["cancel_at_period_end"] and not details.get("items"):
        raise invalid("No upcoming invoices for customer", code="invoice_upcoming_none")
    if details.get("items"):
        return _after_change(engine, customer, subscription, details)
    if details.get("trial_end"):
        now = details["trial_end"] == "now"
        end = engine.now if now else details["trial_end"]
        periods.set_period(subscription, periods.period_of(subscription)[0], end)
        subscription["billing_cycle_anchor"] = end
    return cycles.upcoming(engine, subscription)


def _after_change(engine: Engine, customer: Obj, subscription: Obj, details: Obj) -> Obj:
    behavior = details.get("proration_behavior", "create_prorations")
    planned = changes.planned_items(engine, subscription, details["items"], customer)
    before = subscription["latest_invoice"]
    wanted = {
        "proration_behavior": behavior,
        "payment_behavior": "default_incomplete",
        **{k: details[k] for k in ("proration_date",) if k in details},
    }
    changes.replace_items(engine, subscription, planned, wanted)
    if subscription["latest_invoice"] != before:
        return engine.get("invoice", subscription["latest_invoice"])
    return cycles.upcoming(engine, subscription)


def _add_items(engine: Engine, invoice: Obj, params: Obj) -> None:
    rows = list(invoice["lines"]["data"])
    for place, given in enumerate(params.get("invoice_items") or []):
        rows.append(_line(engine, invoice, given, f"invoice_items[{place}]"))
    if params.get("invoice_items"):
        invoices.set_lines(engine, invoice, rows)


def _line(engine: Engine, invoice: Obj, given: Obj, param: str) -> Obj:
    quantity = given.get("quantity", 1)
    priced: Obj = {"pricing": None}
    amount = given.get("amount", given.get("unit_amount", 0) * quantity)
    if given.get("price") or given.get("price_data"):
        price = (
            price_from_data(engine, given["price_data"], f"{param}[price_data]")
            if given.get("price_data")
            else referred(engine, "price", given["price"], f"{param}[price]")
        )
        amount = price_amount(price, quantity, invoice["currency"])
        priced = {"pricing": lines.pricing(price)}
    return lines.line(
        engine,
        invoice["id"],
        amount=amount,
        currency=invoice["currency"],
        description=given.get("description"),
        parent=None,
        period=given.get("period") or {"start": engine.now, "end": engine.now},
        quantity=quantity,
        **priced,
    )
