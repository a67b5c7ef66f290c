"""What the discounts of a subscription take off a payment of it, as Stripe reckons it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any, TypedDict


class Terms(TypedDict):
    """What a discount takes off: ``percent`` (text of a decimal) or ``amount_minor`` of a
    ``currency``; until ``ends`` (seconds since 1970), or once, or for ever."""

    percent: str | None
    amount_minor: int | None
    currency: str | None
    ends: int | None
    is_for_one: bool


IsFor = Callable[[str, str | None], bool]
"""Whether a coupon, by its id, takes something off a product."""


def of_all(coupon_id: str, product_id: str | None) -> bool:
    """The answer of who knows of no coupon that is limited to some products."""
    return True


def terms(
    said: Iterable[Any], product_id: str | None = None, is_for: IsFor = of_all
) -> list[Terms]:
    """Those of Stripe's discounts that take something off the product, without what was not fetched
    with its coupon."""
    found = []
    for discount in said:
        about = discount if isinstance(discount, dict) else {}
        coupon = (about.get("source") or {}).get("coupon")
        if isinstance(coupon, dict) and is_for(coupon.get("id", ""), product_id):
            found.append(_terms(coupon, about.get("end")))
    return found


def _terms(coupon: dict[str, Any], ends: int | None) -> Terms:
    percent = coupon.get("percent_off")
    return {
        "percent": None if percent is None else str(percent),
        "amount_minor": coupon.get("amount_off"),
        "currency": coupon.get("currency"),
        "ends": ends,
        "is_for_one": coupon.get("duration") == "once",
    }


def off(
    held: Iterable[Terms],
    amount_minor: int,
    currency: str,
    *,
    at: int | None,
    is_next: bool = True,
) -> int:
    """What these discounts, one after the other, take off a charge at ``at``.

    One that ends before is left out: Stripe counts its months from its start, those of a pause too.
    So is one for a single invoice unless the charge ``is_next``: it goes with the invoice before,
    though that be voided.
    """
    left = amount_minor
    for one in held:
        if _lasts(one, at) and (is_next or not one["is_for_one"]):
            left -= min(left, _taken(one, left, currency))
    return amount_minor - left


def _lasts(one: Terms, at: int | None) -> bool:
    return one["ends"] is None or at is None or one["ends"] > at


def _taken(one: Terms, amount_minor: int, currency: str) -> int:
    if one["percent"] is not None:
        share = Fraction(amount_minor) * Fraction(one["percent"]) / 100
        return int(share + Fraction(1, 2))
    return (one["amount_minor"] or 0) if one["currency"] == currency else 0
