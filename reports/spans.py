"""The facts of one owner cut into spans of time in which it is settled whose each fact is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from reports import reading
from reports.people import ALWAYS, FactRow, People
from reports.records import Record, TrialStarted

END = datetime.max.replace(tzinfo=UTC)
CUT = timedelta(seconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
GRAIN = timedelta(microseconds=1)
DAY_US = timedelta(days=1) // GRAIN
BEGINNING_US, END_US = -(2**62), 2**62


@dataclass(frozen=True, slots=True)
class Span:
    """What ``person`` had done by the end of a span; ``films`` are the ids of the films by slug.
    A report as of an instant from ``since`` up to, not including, ``until`` is drawn from it."""

    person: str
    since: datetime
    until: datetime
    records: tuple[Record, ...]
    films: dict[str, int]


def us(at: datetime | None) -> int | None:
    """Whole microseconds since 1970."""
    return None if at is None else (at - EPOCH) // GRAIN


def edge_us(at: datetime) -> int:
    """The same for the edge of a span, which may lie outside of every calendar."""
    if at == ALWAYS:
        return BEGINNING_US
    return END_US if at == END else (at - EPOCH) // GRAIN


def cut(rows: Sequence[FactRow], people: People, instants: Iterable[datetime]) -> Iterator[Span]:
    """Each person of an owner's ``rows`` in each span between the ``instants`` at which a browser
    was joined or a member marked. Nobody stands for those who are left out."""
    films = {row.slug: row.title_id for row in rows if row.slug}
    edges = [ALWAYS, *sorted(set(instants)), END]
    for since, until in pairwise(edges):
        found: defaultdict[str, list[Record]] = defaultdict(list)
        for row in rows:
            person = people.named(row, since) if row.at < until else None
            if person is not None:
                found[person].append(reading.built(row, person))
        for person, records in found.items():
            yield Span(person, since, until, tuple(records), films)


def turns(span: Span) -> list[tuple[datetime, datetime]]:
    """The parts of a span between the instants at which something was heard about its trials.

    A look in the second of a trial's start may still be credited: Stripe cuts its instants.
    """
    at = {record.at for record in span.records if is_of_trials(record)}
    starts = [record.at for record in span.records if isinstance(record, TrialStarted)]
    if starts:
        at |= {r.at for r in span.records if any(s < r.at <= s + CUT for s in starts)}
    edges = [span.since, *sorted(a for a in at if span.since < a < span.until), span.until]
    return list(pairwise(edges))


def is_of_trials(record: Record) -> bool:
    """Whether it is about a trial or money, and not about what somebody looked at or played."""
    return isinstance(record, reading.TRIAL_RECORDS)
