"""Exchange rates as an operator brings them, and as reports know them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from core import settings
from reports import exchange, exchange_rates
from reports.exchange import Rates
from reports.exchange_rates import BadRates
from tests.reports.stories import at

OURS = "day,currency,rate\n2026-01-15,USD,0.80\n2026-02-10,usd,0.75\n2026-02-10,jpy,0.0053\n"
ECB = "Date,USD,JPY,GBP,RUB,\n2026-02-10,1.20,180,0.84,N/A,\n2026-01-15,1.10,160,0.88,N/A,\n"


@pytest.fixture(autouse=True)
def in_pounds(db: Session) -> None:
    """Reports are told in pounds."""
    settings.use(settings.current().model_copy(update={"report_currency": "gbp"}))


def brought(db: Session, folder: Path, text: str) -> int:
    path = folder / "rates.csv"
    path.write_text(text)
    return exchange_rates.bring(db, path)


def known(db: Session, as_of: datetime) -> Rates:
    return exchange.known(db, as_of=as_of)


def test_rates_are_known_from_their_day_on_however_often_they_are_brought(
    db: Session, tmp_path: Path
) -> None:
    assert [brought(db, tmp_path, OURS) for _ in range(2)] == [3, 3]

    assert known(db, at("02-09 23:59")).by_currency == {
        "usd": ((date(2026, 1, 15), Fraction(4, 5)),)
    }
    # a yen has no cents: 0.0053 pounds are 0.53 pence
    assert known(db, at("02-10 00:00")).by_currency["jpy"] == (
        (date(2026, 2, 10), Fraction(53, 100)),
    )


def test_the_file_of_the_ecb_is_read_as_it_is_to_any_currency(db: Session, tmp_path: Path) -> None:
    assert brought(db, tmp_path, ECB) == 6

    found = known(db, at("03-01 00:00"))
    assert found.at("eur", at("02-10 10:00")) == Fraction(84, 100)
    assert found.at("usd", at("02-10 10:00")) == Fraction(84, 120)
    assert found.at("usd", at("02-01 10:00")) == Fraction(88, 110)


def test_a_later_file_puts_an_earlier_one_right(db: Session, tmp_path: Path) -> None:
    brought(db, tmp_path, OURS)
    exchange_rates.put(db, date(2026, 1, 15), "usd", Decimal("0.81"))

    assert known(db, at("02-01 00:00")).at("usd", at("01-20 00:00")) == Fraction(81, 100)


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        ("2026-01-32,usd,1", 'rates.csv, line 2, column day: "2026-01-32" is not a day.'),
        ("2026-01-15,dollar,1", 'column currency: "dollar" is not a currency such as usd'),
        ("2026-01-15,gbp,1", "other than the reports' own GBP"),
        ("2026-01-15,usd,0", 'column rate: "0" is not a rate such as 0.8571'),
        ("2026-01-15,usd,-1", 'column rate: "-1" is not a rate such as 0.8571'),
        ("2026-01-15,usd", "rates.csv, line 2: 2 values stand under 3 columns."),
    ],
)
def test_a_bad_line_is_told_with_its_place_and_nothing_is_kept(
    db: Session, tmp_path: Path, bad: str, told: str
) -> None:
    with pytest.raises(BadRates) as refused:
        brought(db, tmp_path, f"day,currency,rate\n{bad}\n2026-01-15,chf,0.9\n")

    assert told in refused.value.sentence
    assert refused.value.sentence.endswith("Nothing was imported.")
    assert known(db, at("03-01 00:00")).by_currency == {}


def test_a_file_of_other_columns_is_refused(db: Session, tmp_path: Path) -> None:
    with pytest.raises(BadRates, match="the columns currency, rate are missing"):
        brought(db, tmp_path, "day,usd\n2026-01-15,1.2\n")


def test_rates_to_another_currency_stand_apart(db: Session, tmp_path: Path) -> None:
    brought(db, tmp_path, OURS)
    settings.use(settings.current().model_copy(update={"report_currency": "eur"}))

    assert known(db, at("03-01 00:00")) == Rates("eur", {})
