"""Coupons and promotion codes."""

import random
import string
from typing import Any

from ..billing.discounts import refresh_validity
from ..engine import Engine
from ..errors import invalid
from ..expand import included
from ..lists import CURSORS, candidates, fits, listing, page_of
from ..operations import Call, apply, apply_metadata, deleted, operation, referred, subject

Obj = dict[str, Any]
CODE_LETTERS = string.ascii_uppercase + string.digits
listing("coupon", "/v1/coupons", "Coupon.list")


@operation("POST /v1/coupons", "Coupon.create")
def create(call: Call) -> Obj:
    """Add a coupon: a percentage, or an amount with its currency."""
    engine, params = call.engine, call.params
    _check(engine, params)
    percent, amount = params.get("percent_off"), params.get("amount_off")
    coupon = engine.new(
        "coupon",
        "co",
        id=params.get("id") or engine.store.new_id("x", 8)[2:],
        amount_off=amount or None,
        currency=params["currency"].lower() if params.get("currency") else None,
        duration=params.get("duration", "once"),
        duration_in_months=params.get("duration_in_months") or None,
        max_redemptions=params.get("max_redemptions"),
        metadata=dict(params.get("metadata") or {}),
        name=params.get("name"),
        percent_off=None if percent is None else float(percent),
        redeem_by=params.get("redeem_by"),
        times_redeemed=0,
        valid=True,
        _applies_to=params.get("applies_to"),
        _currency_options=params.get("currency_options") or {},
    )
    engine.emit("coupon.created", coupon)
    return coupon


def _check(engine: Engine, params: Obj) -> None:
    """Refuse a coupon that takes nothing off, or takes it off in two ways."""
    percent, amount = params.get("percent_off"), params.get("amount_off")
    if (percent is None) == (amount is None):
        raise invalid(
            "Must provide percent_off or amount_off"
            if percent is None
            else "You may only specify one of these parameters: amount_off, percent_off.",
            "percent_off",
        )
    if percent is not None and not 0 < float(percent) <= 100:
        raise invalid("Invalid percent_off: must be between 0 and 100.", "percent_off")
    if amount is not None and not params.get("currency"):
        raise invalid(
            "You must pass currency when passing amount_off", "currency", "parameter_missing"
        )
    if params.get("duration") == "repeating" and not params.get("duration_in_months"):
        raise invalid(
            "Must provide duration_in_months with repeating duration", "duration_in_months"
        )
    known = engine.store.get("coupon", params.get("id") or "")
    if known is not None and known.get("_deleted"):
        engine.store.remove(known)
    elif params.get("id") and engine.store.peek(params["id"]) is not None:
        raise invalid("Coupon already exists.", "id", "resource_already_exists")


@operation("GET /v1/coupons/{id}", "Coupon.retrieve")
def retrieve(call: Call) -> Obj:
    """One coupon."""
    coupon = subject(call, "coupon")
    refresh_validity(call.engine, coupon)
    return coupon


@operation("POST /v1/coupons/{id}", "Coupon.update")
def update(call: Call) -> Obj:
    """Change a coupon's name or notes."""
    coupon = subject(call, "coupon")
    apply(coupon, call.params, "name")
    coupon["_currency_options"].update(call.params.get("currency_options") or {})
    apply_metadata(coupon, call.params)
    call.engine.changed("coupon.updated", coupon)
    return coupon


@operation("DELETE /v1/coupons/{id}", "Coupon.delete")
def delete(call: Call) -> Obj:
    """Stop a coupon from being redeemed; those who have it keep it."""
    engine = call.engine
    coupon = subject(call, "coupon")
    coupon["valid"] = False
    engine.emit("coupon.deleted", coupon)
    coupon["_deleted"] = True
    engine.store.put(coupon)
    return deleted("coupon", coupon["id"])


@included("coupon", "applies_to")
def applies_to(engine: Engine, coupon: Obj) -> Obj:
    """The products a coupon is limited to."""
    kept = engine.get("coupon", coupon["id"])["_applies_to"]
    return {"products": list((kept or {}).get("products") or [])}


@included("coupon", "currency_options")
def currency_options(engine: Engine, coupon: Obj) -> Obj:
    """What a coupon takes off in other currencies."""
    return dict(engine.get("coupon", coupon["id"])["_currency_options"])


@operation("POST /v1/promotion_codes", "PromotionCode.create")
def create_code(call: Call) -> Obj:
    """Give a coupon a word that customers can type."""
    engine, params = call.engine, call.params
    promotion = params["promotion"]
    if not promotion.get("coupon"):
        raise invalid(
            "Missing required param: promotion[coupon].", "promotion[coupon]", "parameter_missing"
        )
    coupon = referred(engine, "coupon", promotion["coupon"], "promotion[coupon]")
    word = params.get("code") or "".join(random.choices(CODE_LETTERS, k=8))
    for other in engine.store.where("promotion_code", "code", word.lower()):
        if other["active"] and other["customer"] in (None, params.get("customer")):
            raise invalid(
                f"An active promotion code with `code: {word}` already exists.",
                "code",
                "resource_already_exists",
            )
    restrictions = params.get("restrictions") or {}
    code = engine.new(
        "promotion_code",
        "promo",
        active=params.get("active", True),
        code=word,
        customer=params.get("customer"),
        expires_at=params.get("expires_at"),
        max_redemptions=params.get("max_redemptions"),
        metadata=dict(params.get("metadata") or {}),
        promotion={"type": "coupon", "coupon": coupon["id"]},
        restrictions={
            "first_time_transaction": restrictions.get("first_time_transaction", False),
            "minimum_amount": restrictions.get("minimum_amount"),
            "minimum_amount_currency": restrictions.get("minimum_amount_currency"),
        },
        times_redeemed=0,
    )
    engine.emit("promotion_code.created", code)
    return code


@operation("GET /v1/promotion_codes", "PromotionCode.list")
def listed_codes(call: Call) -> Obj:
    """Promotion codes, filtered by word, coupon, customer or state."""
    params = {k: v for k, v in call.params.items() if k not in CURSORS}
    word, coupon = params.pop("code", None), params.pop("coupon", None)
    found = candidates(call.engine, "promotion_code", params)
    if word:
        found = call.engine.store.where("promotion_code", "code", word.lower())[::-1]
    return page_of(
        call,
        found,
        keep=lambda code: fits(code, params) and coupon in (None, code["promotion"]["coupon"]),
    )


@operation("GET /v1/promotion_codes/{id}", "PromotionCode.retrieve")
def retrieve_code(call: Call) -> Obj:
    """One promotion code."""
    return subject(call, "promotion_code")


@operation("POST /v1/promotion_codes/{id}", "PromotionCode.update")
def update_code(call: Call) -> Obj:
    """Switch a promotion code on or off, or change its notes."""
    code = subject(call, "promotion_code")
    apply(code, call.params, "active")
    apply_metadata(code, call.params)
    call.engine.changed("promotion_code.updated", code)
    return code
