"""Payment intents: made, confirmed, authenticated, collected or declined."""

from typing import Any

from ..engine import Engine, job
from ..errors import ApiError, invalid
from ..events import public
from . import aftermath, charges, payment_methods
from .cards import DECLINES

Obj = dict[str, Any]
SETTLING_SECONDS = 180
CONFIRMABLE = ("requires_payment_method", "requires_confirmation", "requires_action")


def intent(engine: Engine, amount: int, currency: str, **members: Any) -> Obj:
    """A new payment intent and its event."""
    id = engine.store.new_id("pi")
    known = members.get("payment_method")
    made = engine.new(
        "payment_intent",
        "pi",
        id=id,
        **{
            "amount": amount,
            "amount_capturable": 0,
            "amount_received": 0,
            "capture_method": "automatic_async",
            "client_secret": f"{id}_secret_{engine.store.new_id('x')[2:]}",
            "confirmation_method": "automatic",
            "currency": currency,
            "metadata": {},
            "payment_method_options": {"card": _card_options()},
            "payment_method_types": ["card"],
            "status": "requires_confirmation" if known else "requires_payment_method",
            **members,
        },
    )
    engine.emit("payment_intent.created", made)
    return made


def _card_options() -> Obj:
    return {
        "installments": None,
        "mandate_options": None,
        "network": None,
        "request_three_d_secure": "automatic",
    }


def confirm(
    engine: Engine,
    intent: Obj,
    *,
    off_session: bool = False,
    return_url: str | None = None,
    authenticated: bool = False,
    ask_anyway: bool = False,
) -> None:
    """Try to collect a payment intent with its method; raises the card error when it is declined.

    Off session nobody can authenticate, so a card that asks is declined, unless ``ask_anyway``:
    an invoice's intent waits for the customer instead.
    """
    method = _method_of(engine, intent)
    card = payment_methods.card_of(method)
    intent["next_action"] = None
    if card is None:
        _settle_later(engine, intent, method)
        return
    asks = card.authentication == "always" or (
        card.authentication == "setup" and not method["_authenticated"]
    )
    if asks and not authenticated:
        if not off_session or ask_anyway:
            _ask(engine, intent, return_url)
            return
        fail(engine, intent, method, "authentication_required")
    if card.charge is not None:
        fail(engine, intent, method, card.charge)
    if authenticated:
        method["_authenticated"] = True
        engine.store.put(method)
    _collect(engine, intent, method)


def _method_of(engine: Engine, intent: Obj) -> Obj:
    if intent["status"] not in CONFIRMABLE:
        raise unexpected_state(intent, "confirm")
    if intent["payment_method"] is None:
        raise invalid(
            "You cannot confirm this PaymentIntent because it's missing a payment method. You can "
            "either update the PaymentIntent with a payment method and then confirm it again, or "
            "confirm it again directly with a payment method or ConfirmationToken.",
            code="payment_intent_unexpected_state",
        )
    return engine.get("payment_method", intent["payment_method"])


def unexpected_state(intent: Obj, verb: str) -> ApiError:
    """The refusal of a step that the intent's status does not allow."""
    return ApiError(
        f"You cannot {verb} this PaymentIntent because it has a status of {intent['status']}.",
        code="payment_intent_unexpected_state",
        details={"payment_intent": public(intent)},
    )


def _ask(engine: Engine, intent: Obj, return_url: str | None) -> None:
    url = f"{engine.settings.public_url}/3ds/{intent['id']}"
    intent["status"] = "requires_action"
    intent["_return_url"] = return_url
    intent["next_action"] = {
        "type": "redirect_to_url",
        "redirect_to_url": {"return_url": return_url, "url": url},
    }
    engine.emit("payment_intent.requires_action", intent)


def _collect(engine: Engine, intent: Obj, method: Obj) -> None:
    manual = intent["capture_method"] == "manual"
    made = charges.charge(engine, intent, method, failure=None, captured=not manual)
    intent["latest_charge"] = made["id"]
    intent["last_payment_error"] = None
    if intent["setup_future_usage"] and intent["customer"]:
        customer = engine.get("customer", intent["customer"])
        payment_methods.save(engine, method, customer)
    if manual:
        intent.update(status="requires_capture", amount_capturable=intent["amount"])
        engine.emit("charge.succeeded", made)
        engine.emit("payment_intent.amount_capturable_updated", intent)
        return
    intent.update(status="succeeded", amount_received=intent["amount"])
    engine.emit("charge.succeeded", made)
    engine.emit("payment_intent.succeeded", intent)
    aftermath.follow(engine, made, method)


def fail(engine: Engine, intent: Obj, method: Obj, reason: str, *, charged: bool = True) -> None:
    """Put a declined attempt on record and raise its card error."""
    decline = DECLINES[reason]
    error: Obj = {"type": "card_error", "code": decline.code, "message": decline.message}
    if decline.decline_code:
        error["decline_code"] = decline.decline_code
    made = None
    if charged:
        made = charges.charge(engine, intent, method, failure=reason, captured=False)
        intent["latest_charge"] = error["charge"] = made["id"]
    intent.update(status="requires_payment_method", payment_method=None, next_action=None)
    intent["last_payment_error"] = {
        **error,
        "doc_url": f"https://docs.stripe.com/error-codes/{decline.code.replace('_', '-')}",
        "payment_method": public(method),
    }
    if made is not None:
        engine.emit("charge.failed", made)
    engine.emit("payment_intent.payment_failed", intent)
    details: Obj = {"payment_intent": public(intent), "payment_method": public(method)}
    if made is not None:
        details["charge"] = made["id"]
    raise payment_methods.declined(reason, **details)


def _settle_later(engine: Engine, intent: Obj, method: Obj) -> None:
    intent["status"] = "processing"
    engine.emit("payment_intent.processing", intent)
    engine.schedule("settle_debit", intent["id"], engine.now + SETTLING_SECONDS)


@job("settle_debit")
def settle_debit(engine: Engine, id: str) -> None:
    """A direct debit reaches its end some minutes after it began."""
    intent = engine.store.get("payment_intent", id)
    if intent is not None and intent["status"] == "processing":
        _collect(engine, intent, engine.get("payment_method", intent["payment_method"]))


def capture(engine: Engine, intent: Obj, amount: int | None) -> None:
    """Collect an authorised payment, whole or in part."""
    if intent["status"] != "requires_capture":
        raise unexpected_state(intent, "capture")
    wanted = intent["amount_capturable"] if amount is None else amount
    if not 0 < wanted <= intent["amount_capturable"]:
        raise invalid(
            "The requested capture amount is greater than the amount you can capture.",
            "amount_to_capture",
            "amount_too_large",
        )
    made = engine.get("charge", intent["latest_charge"])
    made.update(captured=True, amount_captured=wanted)
    charges.enter_balance(engine, made)
    intent.update(status="succeeded", amount_received=wanted, amount_capturable=0)
    engine.emit("charge.captured", made)
    engine.emit("payment_intent.succeeded", intent)


def cancel(engine: Engine, intent: Obj, reason: str | None) -> None:
    """Give a payment intent up; what was authorised is let go."""
    if intent["status"] not in (*CONFIRMABLE, "requires_capture"):
        raise unexpected_state(intent, "cancel")
    intent.update(status="canceled", canceled_at=engine.now, cancellation_reason=reason)
    intent.update(amount_capturable=0, next_action=None)
    engine.emit("payment_intent.canceled", intent)
