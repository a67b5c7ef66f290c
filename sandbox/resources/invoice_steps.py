"""The steps of an invoice's life: finalised, paid, sent, voided, written off."""

from typing import Any

from ..billing import collection, demands, invoices, payment_methods, standing
from ..engine import Engine
from ..errors import ApiError, card_error, invalid
from ..events import public
from ..operations import Call, operation, subject

Obj = dict[str, Any]


@operation("POST /v1/invoices/{id}/finalize", "Invoice.finalize_invoice")
def finalize(call: Call) -> Obj:
    """Close a draft to changes; with ``auto_advance`` it is collected too."""
    invoice = _must_be(subject(call, "invoice"), "draft", "finalized")
    advance = call.params.get("auto_advance", invoice["auto_advance"])
    invoice["auto_advance"] = advance
    if advance:
        collection.advance(call.engine, invoice)
    else:
        invoices.finalize(call.engine, invoice)
        if invoice["status"] == "paid":
            standing.after_payment(call.engine, invoice)
    return invoice


def _must_be(invoice: Obj, status: str, verb: str) -> Obj:
    if invoice["status"] != status:
        raise invalid(
            f"This invoice is already {verb}."
            if invoice["status"] != "draft" and status == "draft"
            else f"Invoices with a status of {invoice['status']} cannot be {verb}.",
            code="invoice_not_editable" if status == "draft" else None,
        )
    return invoice


@operation("POST /v1/invoices/{id}/pay", "Invoice.pay")
def pay(call: Call) -> Obj:
    """Collect an invoice now, with the customer's method or another of theirs."""
    engine, params = call.engine, call.params
    invoice = subject(call, "invoice")
    if invoice["status"] == "paid":
        raise invalid("Invoice is already paid", code="invoice_already_paid")
    if invoice["status"] == "draft":
        invoices.finalize(engine, invoice)
    if invoice["status"] == "paid":
        standing.after_payment(engine, invoice)
        return invoice
    if invoice["status"] == "void":
        raise invalid("Invoices with a status of void cannot be paid.")
    if params.get("paid_out_of_band"):
        invoices.settle(engine, invoice, out_of_band=True)
        standing.after_payment(engine, invoice)
        return invoice
    given = params.get("payment_method")
    method = payment_methods.found(engine, given) if given else None
    customer = engine.get("customer", invoice["customer"])
    subscription = invoices.subscription_of(engine, invoice)
    if method is None and not (
        invoice["default_payment_method"]
        or payment_methods.default_of(engine, customer, subscription)
    ):
        raise invalid(
            "There is no `default_payment_method` set on this Customer or Invoice. Please set a "
            "default payment method or pass one in."
        )
    refusal = collection.attempt(
        engine, invoice, method, off_session=params.get("off_session", True)
    )
    if refusal is not None:
        raise refusal
    if invoice["status"] != "paid":
        raise _needs_action(engine, invoice)
    return invoice


def _needs_action(engine: Engine, invoice: Obj) -> ApiError:
    demand = demands.demand_of(engine, invoice)
    intent = demand[1] if demand else {}
    return card_error(
        "Payment for this invoice requires additional user action before it can be completed "
        "successfully. Payment can be completed using the PaymentIntent associated with the "
        "invoice.",
        "invoice_payment_intent_requires_action",
        payment_intent=public(intent),
    )


@operation("POST /v1/invoices/{id}/void", "Invoice.void_invoice")
def void(call: Call) -> Obj:
    """Declare an open invoice never to have been owed."""
    invoice = subject(call, "invoice")
    if invoice["status"] not in ("open", "uncollectible"):
        raise invalid("You can only void open or uncollectible invoices.")
    invoices.close(call.engine, invoice, "void")
    return invoice


@operation("POST /v1/invoices/{id}/mark_uncollectible", "Invoice.mark_uncollectible")
def mark_uncollectible(call: Call) -> Obj:
    """Write an open invoice off."""
    invoice = subject(call, "invoice")
    if invoice["status"] != "open":
        raise invalid("You can only mark open invoices as uncollectible.")
    invoices.close(call.engine, invoice, "uncollectible")
    return invoice


@operation("POST /v1/invoices/{id}/send", "Invoice.send_invoice")
def send(call: Call) -> Obj:
    """Send an invoice to the customer, finalising it first; the sandbox sends no e-mail."""
    invoice = subject(call, "invoice")
    if invoice["status"] == "draft":
        invoices.finalize(call.engine, invoice)
    call.engine.emit("invoice.sent", invoice)
    return invoice
