"""What the discounts of a subscription take off its coming payment, as Stripe reckons it."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any


def off(said: Iterable[Any], amount_minor: int, currency: str, *, at: int | None) -> int:
    """What these discounts of Stripe's, one after the other, take off a charge at ``at``.

    One that ends before is left out, as is one that was not fetched with its coupon.
    """
    left = amount_minor
    for discount in said:
        if isinstance(discount, dict) and _lasts(discount, at):
            left -= min(left, _taken(discount, left, currency))
    return amount_minor - left


def _lasts(discount: dict[str, Any], at: int | None) -> bool:
    end = discount.get("end")
    return end is None or at is None or end > at


def _taken(discount: dict[str, Any], amount_minor: int, currency: str) -> int:
    coupon = (discount.get("source") or {}).get("coupon")
    if not isinstance(coupon, dict):
        return 0
    if coupon.get("percent_off") is not None:
        share = Fraction(amount_minor) * Fraction(str(coupon["percent_off"])) / 100
        return int(share + Fraction(1, 2))
    return (coupon.get("amount_off") or 0) if coupon.get("currency") == currency else 0
