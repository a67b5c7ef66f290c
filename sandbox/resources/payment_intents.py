"""Payment intents: one payment each, from asking to collecting."""

from typing import Any

from ..billing import collection, payment_methods, payments
from ..engine import Engine
from ..errors import invalid, missing
from ..lists import listing
from ..operations import Call, apply, apply_metadata, operation, referred, subject
from .setup_intents import automatic

Obj = dict[str, Any]
PASSED = (
    "confirmation_method",
    "description",
    "receipt_email",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "setup_future_usage",
    "transfer_group",
)
listing("payment_intent", "/v1/payment_intents", "PaymentIntent.list")


@operation("POST /v1/payment_intents", "PaymentIntent.create")
def create(call: Call) -> Obj:
    """Make a payment intent and, with ``confirm``, try to collect it at once."""
    engine, params = call.engine, call.params
    check_amount(params["amount"], params["currency"])
    if params.get("customer"):
        referred(engine, "customer", params["customer"], "customer")
    given = params.get("payment_method")
    method = payment_methods.found(engine, given) if given else None
    intent = payments.intent(
        engine,
        params["amount"],
        params["currency"].lower(),
        customer=params.get("customer"),
        metadata=dict(params.get("metadata") or {}),
        payment_method=method["id"] if method else None,
        payment_method_types=params.get("allowed_payment_method_types") or ["card"],
        allowed_payment_method_types=params.get("allowed_payment_method_types"),
        automatic_payment_methods=automatic(params),
        capture_method=params.get("capture_method", "automatic_async"),
        shipping=payment_methods.shipping(params.get("shipping")),
        **{name: params[name] for name in PASSED if name in params},
    )
    if params.get("confirm"):
        payments.confirm(
            engine,
            intent,
            off_session=params.get("off_session") not in (None, False),
            return_url=params.get("return_url"),
        )
    return intent


def check_amount(amount: int, currency: str, param: str = "amount") -> None:
    """Stripe takes no payment below about half a dollar."""
    if amount < 1:
        raise invalid(
            "This value must be greater than or equal to 1.", param, "parameter_invalid_integer"
        )
    if amount < 50 and currency.lower() in ("usd", "eur", "gbp"):
        raise invalid(
            "Amount must be at least $0.50 usd"
            if currency.lower() == "usd"
            else f"Amount must be at least 0.50 {currency.lower()}",
            param,
            "amount_too_small",
        )
    if amount > 99_999_999:
        raise invalid(
            f"Amount must be no more than 999,999.99 {currency}", param, "amount_too_large"
        )


@operation("GET /v1/payment_intents/{id}", "PaymentIntent.retrieve")
def retrieve(call: Call) -> Obj:
    """One payment intent."""
    return subject(call, "payment_intent")


@operation("POST /v1/payment_intents/{id}", "PaymentIntent.update")
def update(call: Call) -> Obj:
    """Change a payment intent before it is confirmed."""
    intent = subject(call, "payment_intent")
    params = call.params
    if intent["status"] in ("succeeded", "canceled") and set(params) - {"metadata", "description"}:
        raise payments.unexpected_state(intent, "update")
    if "amount" in params:
        check_amount(params["amount"], intent["currency"])
    if call.params.get("customer"):
        referred(call.engine, "customer", call.params["customer"], "customer")
    apply(intent, params, "amount", "customer", *PASSED[1:6])
    apply_metadata(intent, params)
    _set_method(call.engine, intent, params.get("payment_method"))
    call.engine.store.put(intent)
    return intent


def _set_method(engine: Engine, intent: Obj, given: str | None) -> None:
    if given:
        intent["payment_method"] = payment_methods.found(engine, given)["id"]
        intent["status"] = "requires_confirmation"


@operation("POST /v1/payment_intents/{id}/confirm", "PaymentIntent.confirm")
def confirm(call: Call) -> Obj:
    """Try to collect the payment."""
    intent = subject(call, "payment_intent")
    if intent["status"] not in payments.CONFIRMABLE:
        raise payments.unexpected_state(intent, "confirm")
    if not (call.params.get("payment_method") or intent["payment_method"]):
        raise missing("payment_method")
    _set_method(call.engine, intent, call.params.get("payment_method"))
    payments.confirm(
        call.engine,
        intent,
        off_session=call.params.get("off_session") not in (None, False),
        return_url=call.params.get("return_url"),
    )
    conclude_invoice(call.engine, intent)
    return intent


def conclude_invoice(engine: Engine, intent: Obj) -> None:
    """A payment intent that belongs to an invoice pays it."""
    invoice = engine.store.get("invoice", intent.get("_invoice") or "")
    if invoice is not None and intent["status"] == "succeeded" and invoice["status"] == "open":
        invoice.update(attempted=True)
        collection.settled(engine, invoice)


@operation("POST /v1/payment_intents/{id}/capture", "PaymentIntent.capture")
def capture(call: Call) -> Obj:
    """Collect an authorised payment."""
    intent = subject(call, "payment_intent")
    payments.capture(call.engine, intent, call.params.get("amount_to_capture"))
    return intent


@operation("POST /v1/payment_intents/{id}/cancel", "PaymentIntent.cancel")
def cancel(call: Call) -> Obj:
    """Give a payment up."""
    intent = subject(call, "payment_intent")
    if intent.get("_invoice"):
        raise invalid(
            "You cannot cancel a PaymentIntent that an invoice owns; void the invoice instead."
        )
    payments.cancel(call.engine, intent, call.params.get("cancellation_reason"))
    return intent
