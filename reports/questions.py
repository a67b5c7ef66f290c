"""What is asked of a report, from the command line or the desk, and how it is drawn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from reports import (
    charges,
    combined,
    conversion,
    credit,
    definitions,
    exchange,
    experiment_results,
    experiments,
    forecast,
    funnel,
    keeping,
    movements,
    notice_coverage,
    owned,
    paying,
    periods,
    reading,
    ready_conversion,
    ready_films,
    ready_funnel,
    ready_lifetime,
    ready_origins,
    ready_revenue,
    ready_watching,
)
from reports import records as every
from reports.charges import Calendar
from reports.combined import Combined
from reports.conversion import Cohort, Conversion
from reports.credit import LOOK_BACK, Credit
from reports.definitions import Cell, Definition
from reports.experiment_results import Result
from reports.forecast import Forecast
from reports.funnel import Funnel
from reports.lifetime import Month, Realised
from reports.movements import Row
from reports.notice_coverage import Coverage
from reports.origins import Origins
from reports.paying import Revenue
from reports.periods import EVER, By, Period, days
from reports.records import Records
from reports.watching import Watching


@dataclass(frozen=True, slots=True)
class Question:
    """Everything that a figure depends on beside the facts. ``first`` and ``last`` are local days
    (both inside); without them all of the past is asked for. An empty ``source`` is "from nowhere
    named", ``None`` is everybody."""

    as_of: datetime
    zone: ZoneInfo
    by: By = By.MONTH
    horizon: timedelta = timedelta(days=44)
    window: timedelta = timedelta(days=14)
    first: date | None = None
    last: date | None = None
    source: str | None = None
    film: str | None = None

    def __post_init__(self) -> None:
        """Refuse a period that ends before it begins. Raises ``BadQuestion``."""
        if self.first is not None and self.last is not None:
            days(self.first, self.last, self.zone)

    @property
    def within(self) -> Period:
        """The instants that are asked about."""
        if self.first is None or self.last is None:
            return EVER
        return days(self.first, self.last, self.zone)


@dataclass(frozen=True, slots=True)
class Money:
    """The report of revenue: its rows, those of all currencies in one, what old trials have
    brought, who went on paying, and what a conversion may bring, where enough is known."""

    rows: tuple[Row, ...]
    combined: Combined
    realised: Realised
    retention: tuple[Month, ...]
    forecast: Forecast | None


@dataclass(frozen=True, slots=True)
class AtEnd:
    """Revenue a month at the end of the cell ``label``."""

    label: str
    currencies: tuple[Revenue, ...]


def known(db: Session, question: Question, kinds: frozenset[str]) -> Records:
    """The records of ``kinds`` that the question may use."""
    if question.source is None:
        since = question.within.start - LOOK_BACK if question.first else None
        return reading.known(db, as_of=question.as_of, kinds=kinds, paths_since=since)
    found = reading.known(db, as_of=question.as_of, kinds=kinds | reading.OF_PATHS)
    return every.only_from(found, question.source)


def of_conversion(db: Session, question: Question) -> Conversion:
    """Cohorts and outcomes of the trials that began inside the period, from the rows kept ready."""
    keeping.catch_up(db)
    return ready_conversion.drawn(
        db,
        as_of=question.as_of,
        zone=question.zone,
        by=question.by,
        horizon=question.horizon,
        window=question.window,
        within=question.within,
        source=question.source,
    )


def cohorts(records: Records, question: Question) -> Conversion:
    """The same, of records that are at hand."""
    return conversion.drawn(
        records,
        zone=question.zone,
        by=question.by,
        horizon=question.horizon,
        window=question.window,
        within=question.within,
    )


def of_definition(
    db: Session, question: Question, definition: Definition
) -> list[tuple[Cell, Cohort | None]]:
    """The cells of somebody else's definition that the period touches, each with our cohort of the
    same name. Their rates are drawn of all the past: a period would cut conversions from their
    trials. The last 30 days of a rolling one are those that end at ``as_of``."""
    whole = replace(question, first=None, last=None)
    records = owned.known(
        db,
        "trial",
        within=EVER,
        as_of=question.as_of,
        kinds=definitions.kinds(definition),
        source=question.source,
    )
    cells = definitions.drawn(records, definition, zone=question.zone, by=question.by)
    if definition in definitions.IS_ROLLING:
        mine = _began_lately(records, whole)
        return [(cell, mine) for cell in cells]
    ours = cohorts(records, whole)
    return [(cell, ours.cohort(cell.label)) for cell in cells if _is_touched(cell, question)]


def _is_touched(cell: Cell, question: Question) -> bool:
    """Whether the period has a day of the cell; names of days, weeks and months sort by time."""
    if question.first is None or question.last is None:
        return True
    by = question.by
    return periods.named(question.first, by) <= cell.label <= periods.named(question.last, by)


def _began_lately(records: Records, question: Question) -> Cohort:
    """Our cohort of the trials that began in the last 30 days, to the microsecond."""
    latest = question.as_of + movements.GRAIN
    return conversion.drawn(
        records,
        zone=question.zone,
        by=question.by,
        horizon=question.horizon,
        window=question.window,
        within=Period(latest - definitions.ROLLING, latest),
    ).total


def of_funnel(db: Session, question: Question) -> Funnel:
    """How far those got who first looked inside the period, from the rows kept ready."""
    keeping.catch_up(db)
    return ready_funnel.drawn(
        db,
        as_of=question.as_of,
        within=question.within,
        horizon=question.horizon,
        film=question.film,
        source=question.source,
    )


def walks(records: Records, question: Question) -> Funnel:
    """The same, of records that are at hand."""
    return funnel.drawn(
        records, within=question.within, horizon=question.horizon, film=question.film
    )


def of_films(db: Session, question: Question) -> Credit:
    """Credit for the trials that began inside the period, from the rows kept ready."""
    keeping.catch_up(db)
    return ready_films.drawn(
        db,
        as_of=question.as_of,
        horizon=question.horizon,
        within=question.within,
        source=question.source,
    )


def of_origins(db: Session, question: Question) -> Origins:
    """What the trials begun inside the period are owed to, and who came by which link."""
    keeping.catch_up(db)
    return ready_origins.drawn(
        db,
        as_of=question.as_of,
        horizon=question.horizon,
        within=question.within,
        source=question.source,
    )


def credits(records: Records, question: Question) -> Credit:
    """The same, of records that are at hand."""
    return credit.drawn(records, horizon=question.horizon, within=question.within)


def of_money(db: Session, question: Question) -> Money:
    """Revenue and its movements for the cells that the period touches, and what trials brought,
    from the rows kept ready."""
    keeping.catch_up(db)
    rows = ready_revenue.by_period(
        db,
        as_of=question.as_of,
        zone=question.zone,
        by=question.by,
        within=question.within,
        source=question.source,
    )
    rates = exchange.known(db, as_of=question.as_of)
    one = combined.drawn(rows, rates, as_of=question.as_of)
    as_of, source = question.as_of, question.source
    brought = ready_lifetime.realised(db, as_of=as_of, horizon=question.horizon, source=source)
    kept = ready_lifetime.retention(db, as_of=as_of, source=source)
    return Money(rows, one, brought, kept, forecast.drawn(rows, kept))


def revenue_at_end(db: Session, question: Question) -> AtEnd:
    """The revenue at the end of the cell in which the period ends, or by now, from the rows kept
    ready: the last row of the report of money."""
    keeping.catch_up(db)
    last = min(question.within.end - movements.GRAIN, question.as_of)
    [(label, cell)] = periods.cells(last, last, question.zone, question.by)
    instant = min(cell.end - movements.GRAIN, question.as_of)
    found = paying.at(db, instant, as_of=question.as_of, source=question.source)
    return AtEnd(label, tuple(found))


def of_notices(db: Session, question: Question) -> Coverage:
    """Whether the trials charged inside the period had been reminded in time: only the facts of
    those who paid in it are read."""
    found = owned.known(
        db,
        "payment",
        within=question.within,
        as_of=question.as_of,
        kinds=reading.OF_TRIALS | reading.OF_NOTICES,
        source=question.source,
    )
    return notice_coverage.drawn(found, within=question.within)


def of_calendar(db: Session, question: Question) -> Calendar:
    """The charges of the next 60 days, whatever the period."""
    whole = replace(question, first=None, last=None)
    return charges.drawn(known(db, whole, reading.OF_TRIALS), window=question.window)


def of_watching(db: Session, question: Question) -> Watching:
    """What was watched inside the period."""
    keeping.catch_up(db)
    return ready_watching.drawn(
        db, as_of=question.as_of, within=question.within, source=question.source
    )


def of_experiments(db: Session, question: Question) -> list[Result]:
    """Every run that had begun, the latest first, whatever the period."""
    runs = [run for run in experiments.every(db) if run.started_at <= question.as_of]
    if not runs:
        return []
    whole = replace(question, first=None, last=None)
    records = known(db, whole, reading.OF_TRIALS | reading.OF_EXPERIMENTS)
    return [experiment_results.drawn(records, run, horizon=question.horizon) for run in runs]
