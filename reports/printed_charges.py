"""The calendar of charges, printed: day after day, and how far off the last one was."""

from __future__ import annotations

from fractions import Fraction

from reports import charges
from reports.charges import Calendar, Day, Past
from reports.printed import Plain, Printed, heading, instant, notes
from reports.questions import Question
from reports.rates import DASH, percent
from reports.sheets import Sheet, Value, exact


def calendar(question: Question, found: Calendar) -> Printed:
    """One row a day that has a charge."""
    rows = charges.days(found, question.zone)
    currencies = sorted({due.currency for due in found.due if due.currency})
    plain = heading(
        "calendar",
        question,
        days_ahead=charges.AHEAD.days,
        due=len(found.due),
        expected=tenths(charges.Day("all", found.due).expected),
        rows=[_day(each) for each in rows],
        past=_past(found.past),
    )
    columns = ("day", "due", "first", "renewals", "cancelling", "expected", *currencies)
    sheet = tuple(_cells(each, currencies) for each in rows)
    brief = tuple(
        tuple(tenths(cell) if isinstance(cell, Fraction) else cell for cell in row) for row in sheet
    )
    about = notes(
        "Charges of the next 60 days, in minor units without tax", question, told(found.past)
    )
    return Printed(
        plain, lambda: Sheet(columns, sheet, about), lambda: Sheet(columns, brief, about)
    )


def _cells(day: Day, currencies: list[str]) -> tuple[Value, ...]:
    counts = (len(day.of(cell)) for cell in ("due", "first", "renewals", "cancelling"))
    money = (day.money.get(currency, Fraction(0)) for currency in currencies)
    return (day.label, *counts, day.expected, *money)


def told(past: Past) -> str:
    """What came of the last calendar whose outcome is known, in one sentence."""
    error = DASH if past.error is None else percent(past.error)
    return (
        f"The calendar of {past.at:%Y-%m-%d} expected {tenths(past.expected)} payments and "
        f"{len(past.paid)} came: off by {error}."
    )


def tenths(expected: Fraction) -> float:
    """A number of payments with one decimal, half to even."""
    return float(round(expected * 10)) / 10


def _day(found: Day) -> Plain:
    return {
        "day": found.label,
        "due": len(found.due),
        "first": len(found.of("first")),
        "renewals": len(found.of("renewals")),
        "cancelling": len(found.of("cancelling")),
        "expected": exact(found.expected),
        "money": {currency: exact(minor) for currency, minor in found.money.items()},
    }


def _past(past: Past) -> Plain:
    return {
        "drawn_at": instant(past.at),
        "due": len(past.due),
        "expected": tenths(past.expected),
        "paid": len(past.paid),
        "error": None if past.error is None else percent(past.error),
    }
