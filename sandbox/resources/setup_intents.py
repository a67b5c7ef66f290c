"""Setup intents: saving a card without charging it."""

from typing import Any

from ..billing import payment_methods, setups
from ..engine import Engine
from ..errors import invalid
from ..lists import listing
from ..operations import Call, apply, apply_metadata, operation, referred, subject

Obj = dict[str, Any]
listing("setup_intent", "/v1/setup_intents", "SetupIntent.list")
listing("setup_attempt", "/v1/setup_attempts", "SetupAttempt.list")


@operation("POST /v1/setup_intents", "SetupIntent.create")
def create(call: Call) -> Obj:
    """Make a setup intent and, with ``confirm``, try it at once."""
    engine, params = call.engine, call.params
    if params.get("customer"):
        referred(engine, "customer", params["customer"], "customer")
    given = params.get("payment_method")
    method = payment_methods.found(engine, given) if given else None
    intent = setups.intent(
        engine,
        customer=params.get("customer"),
        description=params.get("description"),
        metadata=dict(params.get("metadata") or {}),
        payment_method=method["id"] if method else None,
        usage=params.get("usage", "off_session"),
        allowed_payment_method_types=params.get("allowed_payment_method_types"),
        automatic_payment_methods=automatic(params),
    )
    if params.get("confirm"):
        setups.confirm(engine, intent, return_url=params.get("return_url"))
    return intent


def automatic(params: Obj) -> Obj | None:
    """Whether payment method types are left to Stripe, as they are unless some are named."""
    if params.get("automatic_payment_methods"):
        return {"allow_redirects": "always", **params["automatic_payment_methods"]}
    if params.get("allowed_payment_method_types"):
        return None
    return {"enabled": True, "allow_redirects": "always"}


@operation("GET /v1/setup_intents/{id}", "SetupIntent.retrieve")
def retrieve(call: Call) -> Obj:
    """One setup intent."""
    return subject(call, "setup_intent")


@operation("POST /v1/setup_intents/{id}", "SetupIntent.update")
def update(call: Call) -> Obj:
    """Change a setup intent before it is confirmed."""
    intent = subject(call, "setup_intent")
    if call.params.get("customer"):
        referred(call.engine, "customer", call.params["customer"], "customer")
    apply(intent, call.params, "customer", "description")
    apply_metadata(intent, call.params)
    _set_method(call.engine, intent, call.params.get("payment_method"))
    call.engine.store.put(intent)
    return intent


def _set_method(engine: Engine, intent: Obj, given: str | None) -> None:
    if given:
        intent["payment_method"] = payment_methods.found(engine, given)["id"]
        intent["status"] = "requires_confirmation"


@operation("POST /v1/setup_intents/{id}/confirm", "SetupIntent.confirm")
def confirm(call: Call) -> Obj:
    """Try to save the card."""
    intent = subject(call, "setup_intent")
    if intent["status"] in ("succeeded", "canceled"):
        raise setups.unexpected_state(intent, "confirm")
    _set_method(call.engine, intent, call.params.get("payment_method"))
    setups.confirm(call.engine, intent, return_url=call.params.get("return_url"))
    return intent


@operation("POST /v1/setup_intents/{id}/cancel", "SetupIntent.cancel")
def cancel(call: Call) -> Obj:
    """Give a setup intent up."""
    intent = subject(call, "setup_intent")
    if intent.get("_session"):
        raise invalid("You cannot cancel a SetupIntent that a Checkout Session owns.")
    setups.cancel(call.engine, intent, call.params.get("cancellation_reason"))
    return intent
