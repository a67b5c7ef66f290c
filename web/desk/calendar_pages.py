"""The calendar of charges on the desk."""

from __future__ import annotations

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue

from reports import charges, periods, questions, reading
from reports.charges import Day
from reports.periods import By
from reports.printed_charges import tenths
from web.desk import asking, charts
from web.filters import capital
from web.requests import operators_only

pages = Blueprint("calendar", __name__)

DAYS = 60


@pages.get("/calendar")
@operators_only
def show() -> ResponseReturnValue:
    """The charges of the next 60 days, and how far off the last calendar was."""
    asked = asking.asked(days=DAYS)
    found = questions.of_calendar(g.db, asked.question)
    rows = charges.days(found, asked.question.zone)
    total = Day("all", found.due)
    return render_template(
        "desk/calendar.html",
        asked=asked,
        found=found,
        rows=rows,
        total=total,
        decimal=lambda count: f"{tenths(count):,.1f}",
        chart=charts.bars("Payments expected, week after week", _weeks(rows))
        if total.is_known()
        else None,
        sources=reading.sources(g.db),
    )


def _weeks(rows: tuple[Day, ...]) -> list[tuple[str, float, str]]:
    sums: dict[str, float] = {}
    for row in rows:
        week = capital(periods.told(periods.named(periods.day(row.label), By.WEEK)))
        sums[week] = sums.get(week, 0.0) + float(row.expected)
    return [(week, value, f"{value:,.1f}") for week, value in sums.items()]
