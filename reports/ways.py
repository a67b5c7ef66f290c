"""Journeys of a span: for each look that may begin a way, how far it led and when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime

from reports import records, robots, trials
from reports.funnel import Paths, Way
from reports.records import Records, Visit
from reports.spans import END, Span, edge_us, is_of_trials, turns, us
from reports.trials import Trial

QUARTER_US = 15 * 60 * 1_000_000
SECOND_US = 1_000_000
EVERY_FILM = 0
UNTOLD = object()
STEP_COLUMNS = ("seen_us", "clicked_us", "account_us", "checkout_us", "trial_us")


@dataclass(frozen=True, slots=True)
class Reached:
    """The instants of a way in microseconds, as a row of ``journey`` has them."""

    seen_us: int | None = None
    clicked_us: int | None = None
    account_us: int | None = None
    checkout_us: int | None = None
    trial_us: int | None = None
    started_us: int | None = None
    played_us: int | None = None
    paid_us: int | None = None

    @classmethod
    def of(cls, way: Way) -> Reached:
        """A way as a row has it."""
        steps = dict(zip(STEP_COLUMNS, map(us, way.steps[1:]), strict=False))
        return cls(
            **steps,
            started_us=us(way.started_at),
            played_us=us(way.played_at),
            paid_us=us(way.paid_at),
        )

    def before(self, instant: int) -> Reached:
        """What of it had happened before ``instant``."""
        known = {f.name: _earlier(getattr(self, f.name), instant) for f in fields(self)}
        if known["trial_us"] is None:
            known |= {"started_us": None, "played_us": None, "paid_us": None}
        return Reached(**known)


def _earlier(at: int | None, instant: int) -> int | None:
    return at if at is not None and at < instant else None


@dataclass(frozen=True, slots=True)
class Look:
    """A visit that may be the first inside a period, and the one before it."""

    visit: Visit
    scope_id: int
    film: str | None
    previous_us: int | None

    @property
    def gap(self) -> int:
        """The length of the wait since the visit before, in bits of a second; -1 without one."""
        at = us(self.visit.at) or 0
        return (
            -1 if self.previous_us is None else ((at - self.previous_us) // SECOND_US).bit_length()
        )


@dataclass(frozen=True, slots=True)
class Version:
    """What was reached by a look, for reports as of an instant in ``[since_us, until_us)``."""

    since_us: int
    until_us: int
    reached: Reached


Row = dict[str, object]


def rows(owner: str, span: Span) -> Iterator[Row]:
    """The rows of ``journey`` for one span of one person."""
    visits = sorted((r for r in span.records if isinstance(r, Visit)), key=lambda v: (v.at, v.key))
    if not visits:
        return
    common = {
        "owner": owner,
        "person": span.person,
        "source": visits[0].source or "",
        "robot_us": us(robots.noticed_at(visits)),
    }
    looks = list(_looks(visits, span))
    for look, versions in zip(looks, _versions(looks, span), strict=True):
        about: Row = {
            **common,
            "scope_id": look.scope_id,
            "title_id": span.films.get(look.visit.film or ""),
            "entered_us": us(look.visit.at),
            "previous_us": look.previous_us,
            "gap": look.gap,
        }
        for version in versions:
            reached = {f.name: getattr(version.reached, f.name) for f in fields(Reached)}
            since, until = version.since_us, version.until_us
            yield {**about, "since_us": since, "until_us": until, **reached}


def _looks(visits: Sequence[Visit], span: Span) -> Iterator[Look]:
    """The first visit of each quarter of an hour, of any film and of each one."""
    last: dict[int, int] = {}
    for visit in visits:
        at = us(visit.at) or 0
        film_id = span.films.get(visit.film or "")
        for scope_id, film in ((EVERY_FILM, None), (film_id, visit.film)):
            if scope_id is None:
                continue
            before = last.get(scope_id)
            if before is None or before // QUARTER_US < at // QUARTER_US:
                yield Look(visit, scope_id, film, before)
            last[scope_id] = at


def _versions(looks: Sequence[Look], span: Span) -> list[list[Version]]:
    """For each look its way as it stood turn by turn; turns that tell the same are one version."""
    found: list[list[Version]] = [[] for _ in looks]
    heard: object = UNTOLD
    for since, until in turns(span):
        known = _known(span, since)
        begun = trials.counted(known) if known.of(Visit) else None  # nothing is told of staff
        signature = begun and [
            (t.id, t.started_at, t.conversion and t.conversion.at) for t in begun
        ]
        if begun is not None and signature == heard:
            for versions in found:
                versions[-1] = replace(versions[-1], until_us=edge_us(until))
        elif begun is not None:
            paths = {film: Paths(known, film, begun) for film in {look.film for look in looks}}
            for look, versions in zip(looks, found, strict=True):
                reached = Reached.of(paths[look.film].way(look.visit))
                _add(versions, Version(edge_us(since), edge_us(until), reached))
        heard = UNTOLD if begun is None else signature
    return found


def _signature(begun: Sequence[Trial]) -> object:
    """What of the trials a way depends on."""
    return [(t.id, t.started_at, t.conversion and t.conversion.at) for t in begun]


def _add(versions: list[Version], new: Version) -> None:
    """The last version holds on where nothing before the turn differs."""
    last = versions[-1] if versions else None
    turn = new.since_us
    if last and last.until_us == turn and last.reached.before(turn) == new.reached.before(turn):
        versions[-1] = replace(new, since_us=last.since_us)
    else:
        versions.append(new)


def _known(span: Span, since: datetime) -> Records:
    """All that was looked at and played, and what had been heard of trials at ``since``."""
    kept = [r for r in span.records if not is_of_trials(r) or r.at <= since]
    return records.gathered(kept, as_of=END)
