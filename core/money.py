"""Amounts in minor units, printed with their currency."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from functools import lru_cache

from babel.numbers import format_currency, get_currency_precision

# Stripe's own count of places; every other currency has two, whatever is minted of it. Of some it
# charges rounded sums only. https://docs.stripe.com/currencies#zero-decimal
_AFRICAN = ("bif", "djf", "gnf", "kmf", "mga", "rwf", "xaf", "xof")
_WHOLE = frozenset([*_AFRICAN, "clp", "jpy", "krw", "pyg", "vnd", "vuv", "xpf"])
_THREE = frozenset(["bhd", "jod", "kwd", "omr", "tnd"])
_STEPS = {"isk": 100, "ugx": 100} | dict.fromkeys(_THREE, 10)
MOST = 99_999_999  # of minor units, in one charge


def places(currency: str) -> int:
    """How many places of ``currency``, ISO 4217 in either case, Stripe counts in minor units."""
    name = currency.lower()
    return 0 if name in _WHOLE else 3 if name in _THREE else 2


def amount(amount_minor: int, currency: str) -> Decimal:
    """``699, "gbp"`` becomes ``6.99``."""
    return Decimal(amount_minor).scaleb(-places(currency))


def minor(typed: str, currency: str) -> int:
    """``"6.99", "gbp"`` becomes ``699``. Raises ``ValueError``, with a sentence, for what is no
    number, is no sum that Stripe can charge in this currency, or is more than it can charge."""
    name, most = currency.upper(), amount(MOST, currency)
    try:
        exact = Decimal(typed)
    except InvalidOperation:
        exact = Decimal("NaN")
    if not exact.is_finite():
        raise ValueError(f"{typed} is not a price.")
    if not -most <= exact <= most:
        told = formatted(MOST, currency)
        raise ValueError(f"{typed} is more than {told}, the most that can be charged.")
    counted = round(exact, 3).scaleb(places(currency))
    if exact != round(exact, 3) or counted != counted.to_integral_value():
        raise ValueError(f"{typed} has more places than {name} has.")
    if counted % _STEPS.get(currency.lower(), 1):
        raise ValueError(f"{typed} cannot be charged in {name}: its last places are rounded away.")
    return int(counted)


@lru_cache(maxsize=512)
def formatted(amount_minor: int, currency: str, locale: str = "en_GB") -> str:
    """``699, "gbp"`` becomes ``£6.99``. Places that nobody uses are left out where they are
    nought: ``70000, "rsd"`` becomes ``RSD700``, and ``70050`` becomes ``RSD700.50``."""
    exact, name = amount(amount_minor, currency), currency.upper()
    usual = get_currency_precision(name)
    told = usual <= places(currency) and exact == round(exact, usual)
    return format_currency(exact, name, locale=locale, currency_digits=told)
