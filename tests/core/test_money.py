"""Sums are counted as Stripe counts them, and shown as people write them."""

from __future__ import annotations

import pytest

from core import money


@pytest.mark.parametrize(
    ("typed", "currency", "counted", "shown"),
    [
        ("6.99", "gbp", 699, "£6.99"),
        ("700", "rsd", 70_000, "RSD700"),
        ("700.5", "rsd", 70_050, "RSD700.50"),
        ("700", "isk", 70_000, "ISK700"),
        ("700", "ugx", 70_000, "UGX700"),
        ("700", "JPY", 700, "JP¥700"),
        ("7.50", "lyd", 750, "LYD7.50"),
        ("5.12", "kwd", 5_120, "KWD5.120"),
    ],
)
def test_a_typed_sum_is_counted_as_stripe_does_and_reads_as_it_was_typed(
    typed: str, currency: str, counted: int, shown: str
) -> None:
    assert money.minor(typed, currency) == counted
    assert money.formatted(counted, currency) == shown


@pytest.mark.parametrize(
    ("typed", "currency", "sentence"),
    [
        ("x", "gbp", "x is not a price."),
        ("Infinity", "gbp", "Infinity is not a price."),
        ("NaN", "gbp", "NaN is not a price."),
        ("1e999999999", "gbp", "is more than £999,999.99, the most that can be charged."),
        ("1000000", "gbp", "is more than £999,999.99, the most that can be charged."),
        ("6.999", "gbp", "6.999 has more places than GBP has."),
        ("1e-999999999", "gbp", "has more places than GBP has."),
        ("7.5", "jpy", "7.5 has more places than JPY has."),
        ("7.5", "isk", "7.5 cannot be charged in ISK: its last places are rounded away."),
        ("5.125", "kwd", "5.125 cannot be charged in KWD: its last places are rounded away."),
    ],
)
def test_a_sum_that_cannot_be_charged_is_refused_in_a_sentence(
    typed: str, currency: str, sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        money.minor(typed, currency)
