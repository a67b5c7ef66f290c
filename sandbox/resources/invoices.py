"""Invoices: what is owed, from draft to paid."""

from typing import Any

from ..billing import (
    collection,
    cycles,
    discounts,
    invoices,
    items,
    taxes,
    totals,
)
from ..billing.lines import for_invoice_item
from ..clock import DAY
from ..engine import Engine
from ..errors import invalid
from ..events import public
from ..expand import included
from ..lists import CURSORS, candidates, envelope, fits, listing, page_of
from ..operations import Call, apply, apply_metadata, deleted, operation, referred, subject

Obj = dict[str, Any]
listing("invoice_payment", "/v1/invoice_payments", "InvoicePayment.list")


@operation("POST /v1/invoices", "Invoice.create")
def create(call: Call) -> Obj:
    """Draft an invoice for a customer, with what is pending when that is asked for."""
    engine, params = call.engine, call.params
    if "customer" not in params:
        raise invalid("Missing required param: customer.", "customer", "parameter_missing")
    customer = referred(engine, "customer", params["customer"], "customer")
    subscription = None
    if params.get("subscription"):
        subscription = referred(engine, "subscription", params["subscription"], "subscription")
    method = params.get("collection_method", "charge_automatically")
    if method == "send_invoice" and not (params.get("days_until_due") or params.get("due_date")):
        raise invalid(
            "If collection_method is set to send_invoice, you must specify days_until_due or "
            "due_date.",
            "days_until_due",
        )
    invoice = invoices.draft(
        engine,
        customer,
        (params.get("currency") or customer["currency"] or "usd").lower(),
        subscription=subscription,
        auto_advance=params.get("auto_advance", False),
        collection_method=method,
        metadata=dict(params.get("metadata") or {}),
        default_payment_method=params.get("default_payment_method"),
        discounts=discounts.redeem(engine, params.get("discounts") or [], customer, "discounts"),
    )
    _edit(engine, invoice, params)
    if params.get("days_until_due") is not None:
        invoice["due_date"] = engine.now + params["days_until_due"] * DAY
    if params.get("automatic_tax", {}).get("enabled"):
        _tax_automatically(engine, invoice, customer)
    rows = _taken(engine, customer, invoice, subscription, params)
    invoices.set_lines(engine, invoice, rows)
    engine.emit("invoice.created", invoice)
    if invoice["auto_advance"]:
        collection.finalize_later(engine, invoice)
    return invoice


def _tax_automatically(engine: Engine, invoice: Obj, customer: Obj) -> None:
    invoice["automatic_tax"].update(
        enabled=True, status="complete", provider="stripe", liability={"type": "self"}
    )
    rate = taxes.automatic_rate(engine, customer)
    invoice["_default_tax_rates"] = [rate["id"]] if rate else []


def _taken(
    engine: Engine, customer: Obj, invoice: Obj, subscription: Obj | None, params: Obj
) -> list[Obj]:
    if subscription is not None:
        return cycles.pending_lines(engine, customer, subscription, invoice)
    if params.get("pending_invoice_items_behavior") != "include":
        return []
    rows = []
    for found in engine.store.where("invoiceitem", "customer", customer["id"]):
        if found["invoice"] is None and found["currency"] == invoice["currency"]:
            item = engine.get("invoiceitem", found["id"])
            item["invoice"] = invoice["id"]
            engine.store.put(item)
            rows.append(for_invoice_item(engine, invoice, item))
    return rows


def _edit(engine: Engine, invoice: Obj, params: Obj) -> None:
    apply(
        invoice,
        params,
        "description",
        "footer",
        "custom_fields",
        "statement_descriptor",
        "due_date",
        "default_payment_method",
        "auto_advance",
        "effective_at",
    )
    if "default_tax_rates" in params:
        rates = items.tax_rates(engine, params["default_tax_rates"], "default_tax_rates")
        invoice["default_tax_rates"] = rates
        invoice["_default_tax_rates"] = [rate["id"] for rate in rates]
    apply_metadata(invoice, params)


@operation("GET /v1/invoices", "Invoice.list")
def listed(call: Call) -> Obj:
    """Invoices, filtered by customer, subscription, status or date."""
    params = {k: v for k, v in call.params.items() if k not in CURSORS}
    found = candidates(call.engine, "invoice", params)
    subscription = params.pop("subscription", None)

    def keep(invoice: Obj) -> bool:
        details = (invoice["parent"] or {}).get("subscription_details") or {}
        return subscription in (None, details.get("subscription")) and fits(invoice, params)

    return page_of(call, found, keep=keep)


@operation("GET /v1/invoices/{id}", "Invoice.retrieve")
def retrieve(call: Call) -> Obj:
    """One invoice."""
    return subject(call, "invoice")


@operation("POST /v1/invoices/{id}", "Invoice.update")
def update(call: Call) -> Obj:
    """Change a draft; of a finalised invoice only what does not touch its sums."""
    engine, params = call.engine, call.params
    invoice = subject(call, "invoice")
    harmless = {"metadata", "auto_advance", "expand", "default_payment_method", "description"}
    if invoice["status"] != "draft" and set(params) - harmless:
        raise invalid(
            "Finalized invoices can't be updated in this way.", code="invoice_not_editable"
        )
    _edit(engine, invoice, params)
    if "discounts" in params:
        customer = engine.get("customer", invoice["customer"])
        invoice["discounts"] = discounts.redeem(engine, params["discounts"], customer, "discounts")
    if invoice["status"] == "draft":
        totals.recompute(engine, invoice)
        if params.get("auto_advance") and not invoice["automatically_finalizes_at"]:
            collection.finalize_later(engine, invoice)
        elif params.get("auto_advance") is False:
            engine.agenda.cancel("finalize_invoice", invoice["id"])
            invoice["automatically_finalizes_at"] = None
    engine.changed("invoice.updated", invoice)
    return invoice


@operation("DELETE /v1/invoices/{id}", "Invoice.delete")
def delete(call: Call) -> Obj:
    """Throw a hand-made draft away; its items wait for the next invoice."""
    engine = call.engine
    invoice = subject(call, "invoice")
    if invoice["status"] != "draft" or invoice["parent"] is not None:
        raise invalid("You can only delete draft invoices.", code="invoice_not_editable")
    for item in engine.store.where("invoiceitem", "invoice", invoice["id"]):
        held = engine.get("invoiceitem", item["id"])
        held["invoice"] = None
        engine.store.put(held)
    engine.emit("invoice.deleted", invoice)
    engine.agenda.cancel("finalize_invoice", invoice["id"])
    engine.store.remove(invoice)
    return deleted("invoice", invoice["id"])


@operation("GET /v1/invoices/{id}/lines", "Invoice.list_lines")
def listed_lines(call: Call) -> Obj:
    """The lines of an invoice."""
    return page_of(call, subject(call, "invoice")["lines"]["data"])


@included("invoice", "payments")
def payments(engine: Engine, invoice: Obj) -> Obj:
    """The payments of an invoice."""
    rows = [public(p) for p in engine.store.where("invoice_payment", "invoice", invoice["id"])]
    return envelope(rows[:10], f"/v1/invoice_payments?invoice={invoice['id']}", len(rows) > 10)


@operation("GET /v1/invoice_payments/{id}", "InvoicePayment.retrieve")
def retrieve_payment(call: Call) -> Obj:
    """One payment of an invoice."""
    return subject(call, "invoice_payment")
