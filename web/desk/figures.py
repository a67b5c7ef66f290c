"""How the desk prints figures, and the tiles at the head of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models import Title
from core import money
from reports import periods, questions
from reports.conversion import OUTCOME
from reports.credit import NONE
from reports.definitions import Definition
from reports.movements import NONE as NOT_TICKED
from reports.movements import Movement
from reports.notice_coverage import Line
from reports.outcomes import Outcome
from reports.rates import DASH, Rate, percent
from reports.revenue import PAUSE
from web import cancellations
from web.desk.asking import NOWHERE, Asked
from web.filters import full_date, number

LINES = {
    Line.ON_TIME: "On time",
    Line.LATE: "Late",
    Line.MOVED: "In time for a moved date",
    Line.MISSING: "Missing",
}

OUTCOMES = {
    Outcome.RUNNING: "Running",
    Outcome.CANCELLING: "Set to cancel",
    Outcome.COLLECTING: "Payment open",
    Outcome.COMPED: "Given free",
    Outcome.CONVERTED: "Converted",
    Outcome.LOST_VOLUNTARY: "Left",
    Outcome.LOST_PAYMENT: "Payment failed",
    Outcome.LOST_NO_METHOD: "No card",
    Outcome.LOST_OPERATOR: "Ended by us",
}
MOVEMENTS = {
    Movement.NEW: "New",
    Movement.REACTIVATION: "Came back",
    Movement.EXPANSION: "More",
    Movement.CONTRACTION: "Less",
    Movement.CHURN: "Left",
    Movement.FX: "Exchange rates",
}
CAUSES = {
    "voluntary": "by choice",
    "payment": "unpaid",
    "no_method": "without a card",
    "operator": "ended by us",
    PAUSE: "paused",
}
REASONS = {PAUSE: "Paused", **cancellations.WORDS, NOT_TICKED: "No reason given"}
OTHERS = {
    Definition.STRIPE: "Stripe",
    Definition.BAREMETRICS: "Baremetrics",
    Definition.CLEENG: "Cleeng",
    Definition.CHARTMOGUL: "ChartMogul",
    Definition.RECURLY: "Recurly",
    Definition.REVENUECAT: "RevenueCat",
}


@dataclass(frozen=True, slots=True)
class Note:
    """A line beneath a figure; a count in it leads to its own list."""

    words: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure at the head of a page; ``address`` leads to the list behind it."""

    name: str
    figure: str
    notes: tuple[Note, ...]
    address: str
    is_small: bool = False


def tiles(db: Session, asked: Asked) -> list[Tile]:
    """Trials started, trial to paid, revenue, and first payments that are still open."""
    total = questions.of_conversion(db, asked.question).total
    return [
        _started(db, asked, len(total.starts)),
        _paid(db, asked),
        *_revenue(db, asked),
        _open(asked, len(total.outcomes[Outcome.COLLECTING])),
    ]


def _started(db: Session, asked: Asked, now: int) -> Tile:
    days = _days(asked)
    then = asked.earlier(days)
    before = len(questions.of_conversion(db, then.question).total.starts)
    notes = (
        Note(_change(now, before, days)),
        Note(f"{number(before)} then", then.people("conversion", "all", "starts")),
    )
    return Tile("Trials started", number(now), notes, asked.people("conversion", "all", "starts"))


def _change(now: int, before: int, days: int) -> str:
    if not before:
        return f"None in the {days} days before"
    if now == before:
        return f"As many as in the {days} days before"
    more = "more" if now > before else "fewer"
    return f"{percent(Fraction(abs(now - before), before))} {more} than in the {days} days before"


def _paid(db: Session, asked: Asked) -> Tile:
    """The trials whose horizon ended in these days: those of the period, a horizon earlier."""
    horizon = asked.question.horizon.days
    then = asked.earlier(horizon)
    rate = questions.of_conversion(db, then.question).total.rate
    first, last = then.question.first, then.question.last
    began = f"Begun {full_date(first)} to {full_date(last)}" if first and last else ""
    old = then.people("conversion", "all", "old")
    notes = (
        Note(f"{number(rate.k)} of {number(rate.n)} trials, each {horizon} days old", old),
        Note(f"95% interval {percent_edges(rate)}" if rate.interval else ""),
        Note(began),
        Note("Small sample" if rate.is_small and rate.n else ""),
    )
    address = then.people("conversion", "all", "converted")
    shown = tuple(note for note in notes if note.words)
    return Tile("Trial to paid", rate.percent, shown, address, rate.is_small)


def _revenue(db: Session, asked: Asked) -> list[Tile]:
    """At the end of the day, week or month in which the period ends, or by now."""
    found = questions.revenue_at_end(db, asked.question)
    return [
        Tile(
            f"Revenue a month, {row.currency.upper()}",
            amount(row.minor, row.currency),
            (Note(f"{number(row.payers)} paying, {periods.told(found.label)}"),),
            asked.people("mrr", f"{row.currency} {found.label}", "end"),
        )
        for row in found.currencies
    ]


def _open(asked: Asked, found: int) -> Tile:
    days = asked.question.window.days
    words = f"Trials begun in these days whose first invoice is open, up to {days} days"
    address = asked.people("conversion", "all", f"{OUTCOME}{Outcome.COLLECTING}")
    return Tile("First payment failing", number(found), (Note(words),), address)


def _days(asked: Asked) -> int:
    first, last = asked.question.first, asked.question.last
    return (last - first).days + 1 if first and last else 0


def percent_edges(rate: Rate) -> str:
    """``43.6 to 49.4%``: the interval of a rate, or nothing."""
    if rate.interval is None:
        return ""
    low, high = (percent(Fraction(edge)) for edge in rate.interval)
    return f"{low.rstrip('%')} to {high}"


def gap(found: tuple[float, float, float] | None) -> str:
    """``+1.2 points, -0.3 to +2.6``: a difference of two rates with its interval."""
    if found is None:
        return DASH
    middle, low, high = (f"{round(100 * edge, 1):+}" for edge in found)
    return f"{middle} points, {low} to {high}"


def signed_percent(share: Fraction) -> str:
    """``+3.6%``, ``-1.0%``."""
    return f"{'+' if share > 0 else ''}{percent(share)}"


def in_currencies(currencies: Iterable[str]) -> list[dict[str, object]]:
    """Headings of columns of expected money."""
    return columns(f"Expected, {currency.upper()}" for currency in currencies)


def permille(tenths: int) -> str:
    """``4%``, ``4.5%``: a rate that was planned with."""
    return f"{tenths / 10:g}%"


def share(count: Fraction) -> str:
    """A sum of shares with one decimal, whole where it is whole."""
    if count.denominator == 1:
        return number(count.numerator)
    tenths = round(count * 10)
    return f"{number(tenths // 10)}.{tenths % 10}"


def amount(minor: Fraction, currency: str) -> str:
    """Exact revenue as money, rounded half to even to the minor unit."""
    return money.formatted(round(minor), currency)


def length(time: timedelta | None) -> str:
    """``3 min``, ``5 h``, ``34 days``: about how long something took."""
    if time is None:
        return ""
    minutes = time / timedelta(minutes=1)
    if minutes < 1:
        return f"{round(minutes * 60)} s"
    if minutes < 120:
        return f"{round(minutes)} min"
    hours = minutes / 60
    return f"{round(hours)} h" if hours < 48 else f"{round(hours / 24, 1):g} days"


def whose(person: str) -> str:
    """``member:12`` as a page says it."""
    kind, _, name = person.partition(":")
    words = {"member": "Member", "visitor": "Visitor", "history": "From elsewhere:"}
    return f"{words.get(kind, kind)} {name}"


def stands(text: str) -> str:
    """How somebody in a list stands, in words."""
    return OUTCOMES[Outcome(text)] if text in set(Outcome) else text


def no_film(slug: str) -> str:
    """What is printed for a film that the catalogue does not have: what it was called."""
    return "No film" if slug == NONE else slug


def columns(names: Iterable[str]) -> list[dict[str, object]]:
    """Headings of columns of figures."""
    return [{"words": name, "number": True} for name in names]


def film_names(db: Session, slugs: Iterable[str]) -> dict[str, str]:
    """The names of films by slug; one that is not in the catalogue has none."""
    found = db.execute(select(Title.slug, Title.name).where(Title.slug.in_(set(slugs))))
    return {row.slug: row.name for row in found}


def places(sources: Iterable[str]) -> list[tuple[str, str]]:
    """The choices of a source: everybody, each that is known, and none named."""
    return [("", "All"), *((source, source) for source in sources), (NOWHERE, "No source named")]
