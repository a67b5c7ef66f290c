"""What an open invoice demands: its payment intent, and the payment that ties the two."""

from typing import Any

from ..engine import Engine
from . import payments

Obj = dict[str, Any]


def demand(engine: Engine, invoice: Obj, subscription: Obj | None) -> None:
    """Make the payment intent of an invoice that has just been finalised."""
    intent = payments.intent(
        engine,
        invoice["amount_due"],
        invoice["currency"],
        customer=invoice["customer"],
        description="Subscription update" if subscription else f"Payment for {invoice['number']}",
        receipt_email=invoice["customer_email"],
        statement_descriptor=invoice["statement_descriptor"],
        setup_future_usage="off_session" if subscription else None,
        capture_method="automatic",
        _invoice=invoice["id"],
    )
    engine.new(
        "invoice_payment",
        "inpay",
        amount_requested=invoice["amount_due"],
        currency=invoice["currency"],
        invoice=invoice["id"],
        is_default=True,
        payment={"type": "payment_intent", "payment_intent": intent["id"]},
        status="open",
        status_transitions={"canceled_at": None, "paid_at": None},
    )


def demand_of(engine: Engine, invoice: Obj) -> tuple[Obj, Obj] | None:
    """An open invoice's own invoice payment and payment intent."""
    for payment in engine.store.where("invoice_payment", "invoice", invoice["id"]):
        if payment["is_default"]:
            living = engine.get("invoice_payment", payment["id"])
            return living, engine.get("payment_intent", living["payment"]["payment_intent"])
    return None


def close_demand(engine: Engine, payment: Obj, intent: Obj, *, paid: bool) -> None:
    """The demand is met, or given up together with its payment intent."""
    if paid:
        payment.update(status="paid", amount_paid=payment["amount_requested"])
        payment["status_transitions"]["paid_at"] = engine.now
        engine.emit("invoice_payment.paid", payment)
        return
    payment["status"] = "canceled"
    payment["status_transitions"]["canceled_at"] = engine.now
    engine.store.put(payment)
    if intent["status"] not in ("succeeded", "canceled"):
        payments.cancel(engine, intent, "void_invoice")
