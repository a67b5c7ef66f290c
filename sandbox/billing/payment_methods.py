"""Cards and debits as payment methods: made from numbers or test names, saved to customers."""

import hashlib
from typing import Any

from ..engine import Engine
from ..errors import ApiError, card_error, invalid, no_such
from .cards import BY_NUMBER, DECLINES, Card, named, passes_luhn

Obj = dict[str, Any]
NO_ADDRESS = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
TEST_EXPIRY = (12, 2034)


def billing_details(given: Obj | None = None) -> Obj:
    """A payer's details, every member present."""
    given = given or {}
    details: Obj = {"email": None, "name": None, "phone": None, "tax_id": None, **given}
    details["address"] = {**NO_ADDRESS, **(given.get("address") or {})}
    return details


def shipping(given: Obj | None) -> Obj | None:
    """Where something is sent, every member present."""
    if not given:
        return None
    return {
        **dict.fromkeys(("carrier", "phone", "tracking_number")),
        **given,
        "address": {**NO_ADDRESS, **given.get("address", {})},
    }


def from_card(
    engine: Engine, card: Card, *, expiry: tuple[int, int] = TEST_EXPIRY, **members: Any
) -> Obj:
    """A payment method for a test card; the same number always has the same fingerprint."""
    fingerprint = hashlib.sha256(card.number.encode()).hexdigest()[:16]
    details = members.pop("billing_details", None)
    return engine.new(
        "payment_method",
        members.pop("prefix", "pm"),
        type="card",
        allow_redisplay=members.pop("allow_redisplay", "unspecified"),
        billing_details=billing_details(details),
        customer=None,
        customer_account=None,
        metadata=members.pop("metadata", {}),
        card={
            "brand": card.brand,
            "checks": {
                "address_line1_check": None,
                "address_postal_code_check": None,
                "cvc_check": None,
            },
            "country": card.country,
            "display_brand": card.brand,
            "exp_month": expiry[0],
            "exp_year": expiry[1],
            "fingerprint": fingerprint,
            "funding": card.funding,
            "generated_from": None,
            "last4": card.last4,
            "networks": {"available": [card.brand], "preferred": None},
            "regulated_status": "unregulated",
            "three_d_secure_usage": {"supported": True},
            "wallet": None,
        },
        _number=card.number,
        _authenticated=False,
    )


def from_number(
    engine: Engine, number: str, month: int, year: int, *, param: str = "card", **members: Any
) -> Obj:
    """A payment method for a typed card number, after the checks that Stripe makes at once."""
    number = number.replace(" ", "").replace("-", "")
    if not passes_luhn(number):
        raise card_error("Your card number is incorrect.", "incorrect_number", param="number")
    if not 1 <= month <= 12:
        raise card_error(
            "Your card's expiration month is invalid.", "invalid_expiry_month", param="exp_month"
        )
    if (year, month) < _month_of(engine.clock.now()):
        raise card_error(
            "Your card's expiration year is invalid.", "invalid_expiry_year", param="exp_year"
        )
    card = BY_NUMBER.get(number)
    if card is None:
        raise card_error(
            "Your card was declined. Your request was in test mode, but used a non test card. For "
            "a list of valid test cards, visit: https://stripe.com/docs/testing.",
            "card_declined",
            decline_code="test_mode_live_card",
        )
    return from_card(engine, card, expiry=(month, year), **members)


def _month_of(instant: int) -> tuple[int, int]:
    from datetime import UTC, datetime

    moment = datetime.fromtimestamp(instant, UTC)
    return moment.year, moment.month


def found(engine: Engine, id: str, param: str = "payment_method") -> Obj:
    """A payment method by its id; a test name such as ``pm_card_visa`` makes a new one."""
    card = named(id) if id.startswith("pm_card_") else None
    if card is not None:
        return from_card(engine, card)
    method = engine.store.get("payment_method", id)
    if method is None:
        raise no_such("PaymentMethod", id, param)
    return method


def card_of(method: Obj) -> Card | None:
    """The test card behind a payment method; ``None`` for a debit."""
    return BY_NUMBER.get(method.get("_number", ""))


def attach(engine: Engine, method: Obj, customer: Obj) -> None:
    """Save a payment method to a customer, unless its bank refuses or it is someone else's."""
    if method["customer"] == customer["id"]:
        return
    if method["customer"] is not None or method.get("_detached"):
        raise ApiError(
            "The payment method you provided has already been attached to a customer."
            if method["customer"]
            else "This PaymentMethod was previously used without being attached to a Customer or "
            "was detached from a Customer, and may not be used again.",
            code="payment_method_already_attached" if method["customer"] else None,
        )
    card = card_of(method)
    if card is not None and card.setup is not None:
        raise declined(card.setup)
    save(engine, method, customer)


def save(engine: Engine, method: Obj, customer: Obj) -> None:
    """Attach a payment method whose bank has agreed."""
    if method["customer"] == customer["id"]:
        return
    method["customer"] = customer["id"]
    if method["type"] == "card":
        method["card"]["checks"]["cvc_check"] = "pass"
    engine.emit("payment_method.attached", method)


def declined(reason: str, **details: Any) -> ApiError:
    """The refusal of a card for one of the known reasons."""
    decline = DECLINES[reason]
    return card_error(decline.message, decline.code, decline_code=decline.decline_code, **details)


def default_of(engine: Engine, customer: Obj, subscription: Obj | None = None) -> Obj | None:
    """What is charged: the subscription's own method, else the customer's default."""
    chosen = [
        (subscription or {}).get("default_payment_method"),
        (customer.get("invoice_settings") or {}).get("default_payment_method"),
        (subscription or {}).get("default_source"),
        customer.get("default_source"),
    ]
    for id in chosen:
        if id is not None:
            method = engine.store.get("payment_method", id)
            if method is not None and method["customer"] == customer["id"]:
                return method
    return None


def from_token(engine: Engine, token: str, **members: Any) -> Obj:
    """A payment method for a test token such as ``tok_visa``."""
    card = named(token)
    if card is None:
        raise no_such("token", token, "card[token]")
    return from_card(engine, card, **members)


def sepa_debit(engine: Engine, iban: str, **members: Any) -> Obj:
    """A direct debit from an IBAN; charges on it take a few minutes to settle."""
    if not iban:
        raise invalid("Missing required param: sepa_debit[iban].", "sepa_debit[iban]")
    return engine.new(
        "payment_method",
        "pm",
        type="sepa_debit",
        allow_redisplay="unspecified",
        billing_details=billing_details(members.pop("billing_details", None)),
        customer=None,
        customer_account=None,
        metadata=members.pop("metadata", {}),
        sepa_debit={
            "bank_code": iban[4:9],
            "branch_code": None,
            "country": iban[:2],
            "fingerprint": hashlib.sha256(iban.encode()).hexdigest()[:16],
            "generated_from": {"charge": None, "setup_attempt": None},
            "last4": iban[-4:],
        },
    )
