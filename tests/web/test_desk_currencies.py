"""The desk's revenue of several currencies in one line, and the same in its files."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.models import Member
from core import settings
from reports import exchange_rates, facts
from tests import factories
from tests.factories import NOW
from tests.reports.stories import at
from tests.web.test_desk import LINK, with_role

ASKED = "from=2026-01-01&to=2026-03-31&as_of=2026-03-20T00:00Z&by=month"
RATES = ((date(2026, 1, 1), "0.80"), (date(2026, 2, 10), "0.75"))


@pytest.fixture
def reader(db: Session, signed_in_as: Callable[[Member], FlaskClient]) -> FlaskClient:
    """An operator of a service that is paid £10 and $20 a month; reports are told in pounds."""
    settings.use(settings.current().model_copy(update={"report_currency": "gbp"}))
    for currency, gross, day in (("gbp", 1000, "01-10"), ("usd", 2000, "01-20")):
        money: dict[str, Any] = {"tax_minor": 0, "interval": "month", "currency": currency}
        facts.record(
            db,
            "payment",
            currency,
            at=at(f"{day} 10:00"),
            now=NOW,
            member_id=factories.member(db).id,
            data={**money, "gross_minor": gross},
        )
    for on, rate in RATES:
        exchange_rates.put(db, on, "usd", Decimal(rate))
    return signed_in_as(with_role(db, "viewer"))


def test_the_line_of_all_currencies_stands_beside_them_and_says_what_its_rates_lack(
    reader: FlaskClient,
) -> None:
    page = reader.get(f"/desk/revenue?{ASKED}").text

    assert "All currencies in one line" in page
    assert "USD to GBP: 77 days take the last rate known before" in page
    combined = page[page.index("All currencies in one line") :]
    assert "£26.00" in combined and "£25.00" in combined and "-£1.00" in combined
    links = {html.unescape(href): number for href, number in LINK.findall(combined)}
    listed = {href: number for href, number in links.items() if "row=combined" in href}
    assert listed
    for href, number in listed.items():
        heading = re.search(r"<h1>\s*([\d,]+) in this list", reader.get(href).text)
        assert (href, heading and heading[1]) == (href, number)


def test_files_tell_the_same_line(reader: FlaskClient) -> None:
    found = reader.get(f"/desk/mrr.json?{ASKED}").get_json()["combined"]
    rows = csv.DictReader(io.StringIO(reader.get(f"/desk/mrr.csv?{ASKED}").text))

    told = [
        (row["period"], row["start"], row["new"], row["fx"], row["end"]) for row in found["rows"]
    ]
    assert told == [
        ("2026-01", 0, 2600, 0, 2600),
        ("2026-02", 2600, 0, -100, 2500),
        ("2026-03", 2500, 0, 0, 2500),
    ]
    assert (found["currency"], found["balances"], found["left_out"]) == ("gbp", True, [])
    file = [(row["period"], row["fx"]) for row in rows if row["currency"] == "all in gbp"]
    assert file == [("2026-01", "0"), ("2026-02", "-100"), ("2026-03", "0")]
