"""Amounts in minor units, printed with their currency."""

from __future__ import annotations

from decimal import Decimal

from babel.numbers import format_currency, get_currency_precision


def formatted(amount_minor: int, currency: str, locale: str = "en_GB") -> str:
    """``699, "gbp"`` becomes ``£6.99``. ``currency`` is ISO 4217 in either case."""
    code = currency.upper()
    amount = Decimal(amount_minor).scaleb(-get_currency_precision(code))
    return format_currency(amount, code, locale=locale)
