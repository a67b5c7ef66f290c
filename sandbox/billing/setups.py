"""Setup intents: a card is checked, authenticated and saved without being charged."""

from typing import Any

from ..engine import Engine
from ..errors import ApiError, invalid
from ..events import public
from . import payment_methods
from .cards import DECLINES

Obj = dict[str, Any]
CONFIRMABLE = ("requires_payment_method", "requires_confirmation", "requires_action")


def intent(engine: Engine, **members: Any) -> Obj:
    """A new setup intent and its event."""
    id = engine.store.new_id("seti")
    known = members.get("payment_method")
    made = engine.new(
        "setup_intent",
        "seti",
        id=id,
        **{
            "client_secret": f"{id}_secret_{engine.store.new_id('x')[2:]}",
            "metadata": {},
            "payment_method_options": {
                "card": {
                    "mandate_options": None,
                    "network": None,
                    "request_three_d_secure": "automatic",
                }
            },
            "payment_method_types": ["card"],
            "status": "requires_confirmation" if known else "requires_payment_method",
            "usage": "off_session",
            **members,
        },
    )
    engine.emit("setup_intent.created", made)
    return made


def confirm(
    engine: Engine, intent: Obj, *, return_url: str | None = None, authenticated: bool = False
) -> None:
    """Check and save the intent's card; raises the card error when its bank refuses."""
    if intent["status"] not in CONFIRMABLE:
        raise unexpected_state(intent, "confirm")
    if intent["payment_method"] is None:
        raise invalid(
            "You cannot confirm this SetupIntent because it's missing a payment method. Update the "
            "SetupIntent with a payment method and then confirm it again.",
            code="setup_intent_unexpected_state",
        )
    method = engine.get("payment_method", intent["payment_method"])
    card = payment_methods.card_of(method)
    intent["next_action"] = None
    if card is not None and card.setup is not None:
        fail(engine, intent, method, card.setup)
    asks = card is not None and card.authentication in ("setup", "always")
    if asks and not authenticated:
        intent["status"] = "requires_action"
        intent["_return_url"] = return_url
        url = f"{engine.settings.public_url}/3ds/{intent['id']}"
        intent["next_action"] = {
            "type": "redirect_to_url",
            "redirect_to_url": {"return_url": return_url, "url": url},
        }
        engine.emit("setup_intent.requires_action", intent)
        return
    method["_authenticated"] = method.get("_authenticated") or authenticated
    engine.store.put(method)
    _succeed(engine, intent, method)


def _succeed(engine: Engine, intent: Obj, method: Obj) -> None:
    intent.update(status="succeeded", last_setup_error=None)
    intent["latest_attempt"] = _attempt(engine, intent, method, "succeeded", None)["id"]
    if intent["customer"]:
        payment_methods.save(engine, method, engine.get("customer", intent["customer"]))
    engine.emit("setup_intent.succeeded", intent)


def fail(engine: Engine, intent: Obj, method: Obj, reason: str) -> None:
    """Put a refused setup on record and raise its card error."""
    decline = DECLINES[reason]
    error: Obj = {
        "type": "card_error",
        "code": decline.code,
        "message": decline.message,
        "doc_url": f"https://docs.stripe.com/error-codes/{decline.code.replace('_', '-')}",
        "payment_method": public(method),
    }
    if decline.decline_code:
        error["decline_code"] = decline.decline_code
    intent.update(status="requires_payment_method", payment_method=None, next_action=None)
    intent["last_setup_error"] = error
    intent["latest_attempt"] = _attempt(engine, intent, method, "failed", error)["id"]
    engine.emit("setup_intent.setup_failed", intent)
    raise payment_methods.declined(
        reason, setup_intent=public(intent), payment_method=public(method)
    )


def _attempt(engine: Engine, intent: Obj, method: Obj, status: str, error: Obj | None) -> Obj:
    details: Obj = {"type": method["type"], method["type"]: {}}
    if method["type"] == "card":
        names = ("brand", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4")
        details["card"] = {name: method["card"][name] for name in names}
        details["card"]["checks"] = dict(method["card"]["checks"])
        details["card"]["network"] = method["card"]["brand"]
    return engine.new(
        "setup_attempt",
        "setatt",
        customer=intent["customer"],
        payment_method=method["id"],
        payment_method_details=details,
        setup_error=error,
        setup_intent=intent["id"],
        status=status,
        usage=intent["usage"],
    )


def unexpected_state(intent: Obj, verb: str) -> ApiError:
    """The refusal of a step that the intent's status does not allow."""
    return ApiError(
        f"You cannot {verb} this SetupIntent because it has a status of {intent['status']}.",
        code="setup_intent_unexpected_state",
        details={"setup_intent": public(intent)},
    )


def cancel(engine: Engine, intent: Obj, reason: str | None) -> None:
    """Give a setup intent up."""
    if intent["status"] not in CONFIRMABLE:
        raise unexpected_state(intent, "cancel")
    intent.update(status="canceled", cancellation_reason=reason, next_action=None)
    engine.emit("setup_intent.canceled", intent)
