"""Amounts in minor units: rounding the way Stripe rounds, sharing out, and writing them down."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Obj = dict[str, Any]
WHOLE = frozenset(
    [
        "bif",
        "clp",
        "djf",
        "gnf",
        "jpy",
        "kmf",
        "krw",
        "mga",
        "pyg",
        "rwf",
        "vnd",
        "vuv",
        "xaf",
        "xof",
        "xpf",
    ]
)
THREE = frozenset(["bhd", "jod", "kwd", "omr", "tnd"])
SYMBOLS = {"usd": "$", "eur": "€", "gbp": "£", "jpy": "¥"}


def rounded(value: Decimal) -> int:
    """To the nearest whole minor unit, halves away from zero."""
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def written(amount: int, currency: str) -> str:
    """An amount as people write it, such as £6.99."""
    sign = "-" if amount < 0 else ""
    places = 0 if currency in WHOLE else 3 if currency in THREE else 2
    digits = f"{Decimal(abs(amount)).scaleb(-places):,.{places}f}"
    symbol = SYMBOLS.get(currency)
    return f"{sign}{symbol}{digits}" if symbol else f"{sign}{digits} {currency.upper()}"


def shared_out(total: int, weights: list[int]) -> list[int]:
    """Split a total in proportion to weights so that the parts add up to it exactly."""
    whole = sum(weights)
    if whole == 0:
        return [0] * len(weights)
    parts = [total * weight // whole for weight in weights]
    rest = sorted(range(len(weights)), key=lambda i: -(total * weights[i] % whole))
    for place in rest[: total - sum(parts)]:
        parts[place] += 1
    return parts


def price_amount(price: Obj, quantity: int, currency: str | None = None) -> int:
    """What a quantity of a price costs, through tiers and other currencies where it has them."""
    terms = price
    if currency and currency != price["currency"]:
        terms = (price.get("_currency_options") or {})[currency]
    if price["billing_scheme"] == "tiered":
        return _tiered(price["_tiers"], price["tiers_mode"], quantity)
    divide = price["transform_quantity"]
    if divide:
        whole, rest = divmod(quantity, divide["divide_by"])
        quantity = whole + (1 if rest and divide["round"] == "up" else 0)
    return rounded(Decimal(terms["unit_amount_decimal"] or "0") * quantity)


def _tiered(tiers: list[Obj], mode: str, quantity: int) -> int:
    total, below = Decimal(0), 0
    for tier in tiers:
        top = tier["up_to"]
        reached = quantity if top is None else min(quantity, top)
        unit = Decimal(tier["unit_amount_decimal"] or "0")
        if mode == "volume":
            if top is None or quantity <= top:
                return rounded(unit * quantity) + (tier["flat_amount"] or 0)
            continue
        if reached > below:
            total += unit * (reached - below) + (tier["flat_amount"] or 0)
        below = reached
    return rounded(total)
