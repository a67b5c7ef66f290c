"""Coupons put to use: on a customer, a subscription, an item or a checkout."""

from typing import Any

from ..clock import after
from ..engine import Engine
from ..errors import invalid, no_such
from ..operations import is_gone

Obj = dict[str, Any]


def coupon_by_id(engine: Engine, id: str, param: str) -> Obj:
    """A coupon that can still be redeemed, or Stripe's refusal."""
    coupon = engine.store.get("coupon", id)
    if coupon is None or is_gone(coupon):
        raise no_such("coupon", id, param)
    refresh_validity(engine, coupon)
    if not coupon["valid"]:
        raise invalid(f"Coupon expired: {id}", param, "coupon_expired")
    return coupon


def refresh_validity(engine: Engine, coupon: Obj) -> None:
    """A coupon stops being valid when it was redeemed often enough or its time has passed."""
    used_up = (
        coupon["max_redemptions"] is not None
        and coupon["times_redeemed"] >= coupon["max_redemptions"]
    )
    late = coupon["redeem_by"] is not None and coupon["redeem_by"] <= engine.now
    if coupon["valid"] and (used_up or late):
        coupon["valid"] = False
        engine.store.put(coupon)


def promotion_by_id(
    engine: Engine, id: str, customer: Obj | None, param: str, *, amount: int | None = None
) -> Obj:
    """A promotion code that this customer may use, or Stripe's refusal."""
    code = engine.store.get("promotion_code", id)
    if code is None:
        raise no_such("promotion code", id, param)
    problem = refusal(engine, code, customer, amount)
    if problem is not None:
        raise invalid(problem, param)
    return code


def refusal(engine: Engine, code: Obj, customer: Obj | None, amount: int | None) -> str | None:
    """Why a promotion code cannot be used here, in a sentence; ``None`` when it can."""
    coupon = engine.get("coupon", code["promotion"]["coupon"])
    refresh_validity(engine, coupon)
    late = code["expires_at"] is not None and code["expires_at"] <= engine.now
    used_up = (
        code["max_redemptions"] is not None and code["times_redeemed"] >= code["max_redemptions"]
    )
    if late or used_up or not coupon["valid"]:
        return "This promotion code is expired."
    if not code["active"]:
        return "This promotion code is not active."
    if code["customer"] is not None and code["customer"] != (customer or {}).get("id"):
        return "This promotion code cannot be redeemed by this customer."
    restrictions = code["restrictions"]
    if restrictions["first_time_transaction"] and customer and _has_paid(engine, customer):
        return (
            "This promotion code cannot be redeemed because the associated customer has prior "
            "transactions."
        )
    least = restrictions["minimum_amount"]
    if least is not None and amount is not None and amount < least:
        return "This promotion code cannot be redeemed because the amount is below its minimum."
    return None


def _has_paid(engine: Engine, customer: Obj) -> bool:
    return any(
        charge["status"] == "succeeded"
        for charge in engine.store.where("charge", "customer", customer["id"])
    )


def redeem(
    engine: Engine, given: list[Obj] | str, customer: Obj | None, param: str, **owner: Any
) -> list[str]:
    """Turn ``discounts[]`` parameters into discount objects; returns their ids."""
    if not given or isinstance(given, str):
        return []
    return [
        _redeem_one(engine, entry, customer, f"{param}[{place}]", owner)
        for place, entry in enumerate(given)
    ]


def _redeem_one(engine: Engine, entry: Obj, customer: Obj | None, param: str, owner: Obj) -> str:
    if entry.get("discount"):
        return str(entry["discount"])
    code = None
    if entry.get("promotion_code"):
        code = promotion_by_id(
            engine, entry["promotion_code"], customer, f"{param}[promotion_code]"
        )
    coupon_id = code["promotion"]["coupon"] if code else entry.get("coupon", "")
    coupon = coupon_by_id(engine, coupon_id, f"{param}[coupon]")
    return str(discount(engine, coupon, code, customer, owner)["id"])


def discount(
    engine: Engine, coupon: Obj, code: Obj | None, customer: Obj | None, owner: Obj
) -> Obj:
    """A redeemed coupon with its first and last day; a repeating one counts from now."""
    end = None
    if coupon["duration"] == "repeating":
        end = after(engine.now, "month", coupon["duration_in_months"])
    for counted in (coupon, code):
        if counted is not None:
            counted["times_redeemed"] += 1
            engine.store.put(counted)
    made = engine.new(
        "discount",
        "di",
        customer=(customer or {}).get("id"),
        end=end,
        promotion_code=code["id"] if code else None,
        source={"type": "coupon", "coupon": coupon["id"]},
        start=engine.now,
        **owner,
    )
    if made["customer"] and ("subscription" in owner or not owner):
        engine.emit("customer.discount.created", made)
    return made


def in_force(engine: Engine, ids: list[str], at: int) -> list[str]:
    """The discounts among these that have not run out at an instant."""
    living = []
    for id in ids:
        found = engine.store.peek(id)
        if found is not None and (found["end"] is None or found["end"] > at):
            living.append(id)
    return living


def spend(engine: Engine, holder: Obj, invoice: Obj) -> None:
    """Take from a subscription the discounts that are over: run out, or good for one invoice."""
    used = {part["discount"] for part in invoice["total_discount_amounts"] if part["amount"]}
    kept = []
    for id in holder["discounts"]:
        found = engine.store.peek(id)
        coupon = engine.store.peek(found["source"]["coupon"]) if found else None
        once = coupon is not None and coupon["duration"] == "once" and id in used
        late = found is not None and found["end"] is not None and found["end"] <= engine.now
        if found is None or not (once or late):
            kept.append(id)
        else:
            engine.emit("customer.discount.deleted", found)
    holder["discounts"] = kept
