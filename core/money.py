"""Amounts in minor units, printed with their currency."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from babel.numbers import format_currency, get_currency_precision


def amount(amount_minor: int, currency: str) -> Decimal:
    """``699, "gbp"`` becomes ``6.99``. ``currency`` is ISO 4217 in either case."""
    return Decimal(amount_minor).scaleb(-get_currency_precision(currency.upper()))


@lru_cache(maxsize=512)
def formatted(amount_minor: int, currency: str, locale: str = "en_GB") -> str:
    """``699, "gbp"`` becomes ``£6.99``."""
    return format_currency(amount(amount_minor, currency), currency.upper(), locale=locale)
