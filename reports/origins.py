"""What trials are owed to beside films: offers, codes, campaigns, sources, and partners' links."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from reports import robots, trials
from reports.credit import LOOK_BACK, NONE
from reports.funnel import TO_START
from reports.periods import Period
from reports.rates import Rate
from reports.records import CheckoutOpened, PartnerClicked, R, Records, Visit, grouped, when
from reports.trials import Trial

BY_CODE = "by a code"


class Kind(StrEnum):
    """What a trial is counted by. Each kind's rows sum to the trials."""

    SOURCE = "source"
    CAMPAIGN = "campaign"
    CODE = "code"
    OFFER = "offer"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who came by a link: when first in the period, and whether a trial followed."""

    person: str
    at: datetime
    began: bool


@dataclass(frozen=True, slots=True)
class Came:
    """The people of one name: all, those whose seven days are over, those who began in them."""

    came: Sequence[Person] = ()
    judged: Sequence[Person] = ()
    began: Sequence[Person] = ()


@dataclass(frozen=True, slots=True)
class Origin:
    """One row. ``came`` are people by links of this name in the period, ``judged`` those whose
    seven days are over, ``began`` those of them who began a trial in that time. ``starts`` are the
    trials credited to the name, ``old`` and ``converted`` the two parts of their rate."""

    kind: Kind
    name: str
    came: Sequence[Person]
    judged: Sequence[Person]
    began: Sequence[Person]
    starts: tuple[Trial, ...]
    old: tuple[Trial, ...]
    converted: tuple[Trial, ...]
    ever: tuple[Trial, ...]

    @property
    def start_rate(self) -> Rate:
        """Began within seven days, of those who came."""
        return Rate(len(self.began), len(self.judged))

    @property
    def rate(self) -> Rate:
        """C(H) of the trials credited here."""
        return Rate(len(self.converted), len(self.old))

    @property
    def overall(self) -> Fraction | None:
        """The start rate times C(H), exactly; ``None`` while either has nobody to count."""
        if not self.judged or not self.old:
            return None
        start, rate = self.start_rate, self.rate
        return Fraction(start.k, start.n) * Fraction(rate.k, rate.n)

    def people(self, name: str) -> Sequence[Person]:
        """The people behind a printed number of visitors, by its name."""
        lists: dict[str, Sequence[Person]] = {
            "came": self.came,
            "judged": self.judged,
            "began": self.began,
        }
        return lists.get(name, ())

    def members(self, name: str) -> tuple[Trial, ...]:
        """The trials behind a printed number, by its name."""
        lists = {
            "starts": self.starts,
            "old": self.old,
            "converted": self.converted,
            "ever": self.ever,
        }
        return lists.get(name, ())


@dataclass(frozen=True, slots=True)
class Partner:
    """The people whom an offer of somebody else's led away, each at their first press."""

    offer: str
    clicked: tuple[PartnerClicked, ...]


@dataclass(frozen=True, slots=True)
class Origins:
    """The rows by kind, the most trials first; the partners; all trials together."""

    rows: tuple[Origin, ...]
    partners: tuple[Partner, ...]
    starts: tuple[Trial, ...]

    def of(self, kind: Kind) -> tuple[Origin, ...]:
        """The rows of one kind."""
        return tuple(row for row in self.rows if row.kind is kind)

    def row(self, kind: str, name: str) -> Origin | None:
        """The row called ``name`` of ``kind``."""
        return next((row for row in self.rows if (row.kind, row.name) == (kind, name)), None)


def drawn(records: Records, *, horizon: timedelta, within: Period) -> Origins:
    """The origins of the trials begun ``within``, and of the people who came in that time."""
    came = _came(records, within)
    return credited(records, came, partners(records, within=within), horizon=horizon, within=within)


def credited(
    records: Records,
    came: Mapping[tuple[Kind, str], Came],
    led_away: tuple[Partner, ...],
    *,
    horizon: timedelta,
    within: Period,
) -> Origins:
    """The same, where it is known who came; ``records`` are of those who began a trial."""
    found = [t for t in trials.counted(records) if t.started_at in within]
    links = _Links(records)
    names: dict[Kind, Callable[[Trial], str]] = {
        Kind.SOURCE: links.source,
        Kind.CAMPAIGN: links.campaign,
        Kind.CODE: links.code,
        Kind.OFFER: lambda trial: trial.start.offer or NONE,
    }
    rows: list[Origin] = []
    for kind, named in names.items():
        groups: defaultdict[str, list[Trial]] = defaultdict(list)
        for trial in found:
            groups[named(trial)].append(trial)
        rows += [
            _row(kind, name, came.get((kind, name), Came()), groups[name], records.as_of, horizon)
            for name in {*groups, *(each for of, each in came if of is kind)}
        ]
    order = list(Kind)
    rows.sort(key=lambda row: (order.index(row.kind), -len(row.starts), row.name))
    return Origins(tuple(rows), led_away, tuple(found))


def _row(
    kind: Kind,
    name: str,
    came: Came,
    found: list[Trial],
    as_of: datetime,
    horizon: timedelta,
) -> Origin:
    old = tuple(trial for trial in found if trial.is_old(horizon, as_of))
    return Origin(
        kind=kind,
        name=name,
        came=came.came,
        judged=came.judged,
        began=came.began,
        starts=tuple(found),
        old=old,
        converted=tuple(trial for trial in old if trial.converted_within(horizon)),
        ever=tuple(trial for trial in found if trial.conversion),
    )


def _came(records: Records, within: Period) -> dict[tuple[Kind, str], Came]:
    """The people by the sources and campaigns of their links, each once under each name."""
    own: defaultdict[str, list[Trial]] = defaultdict(list)
    for trial in trials.counted(records):
        own[trial.person].append(trial)
    left_out = robots.among(records.of(Visit))
    first: dict[tuple[Kind, str, str], Visit] = {}
    for visit in records.of(Visit):
        if visit.at in within and visit.person not in left_out:
            first.setdefault((Kind.SOURCE, visit.via or NONE, visit.person), visit)
            first.setdefault((Kind.CAMPAIGN, visit.campaign or NONE, visit.person), visit)
    found: defaultdict[tuple[Kind, str], list[Person]] = defaultdict(list)
    for (kind, name, person), visit in first.items():
        until = visit.at + TO_START
        began = any(visit.at <= t.begun_by and t.started_at <= until for t in own[person])
        found[kind, name].append(Person(person, visit.at, began))
    return {of: _judged(people, records.as_of) for of, people in found.items()}


def _judged(came: list[Person], as_of: datetime) -> Came:
    judged = tuple(each for each in came if each.at + TO_START <= as_of)
    return Came(tuple(came), judged, tuple(each for each in judged if each.began))


def partners(records: Records, *, within: Period) -> tuple[Partner, ...]:
    """Whom each offer of somebody else's led away."""
    clicks: defaultdict[str, dict[str, PartnerClicked]] = defaultdict(dict)
    for click in records.of(PartnerClicked):
        if click.at in within:
            clicks[click.offer].setdefault(click.person, click)
    return tuple(Partner(offer, tuple(clicks[offer].values())) for offer in sorted(clicks))


class _Links:
    """By what each person came: codes typed at the checkout, and links, in the order of time."""

    def __init__(self, records: Records) -> None:
        self._checkouts = grouped(records.of(CheckoutOpened), "person")
        named = (visit for visit in records.of(Visit) if visit.via or visit.campaign)
        self._links = grouped(named, "person")

    def code(self, trial: Trial) -> str:
        """The code typed at the last checkout before the start."""
        checkout = self._checkout(trial)
        return checkout.code if checkout and checkout.code else NONE

    def source(self, trial: Trial) -> str:
        """A code typed at the checkout beats a link; else the last link's source."""
        return self._by_link(trial, lambda visit: visit.via)

    def campaign(self, trial: Trial) -> str:
        """The same of campaigns."""
        return self._by_link(trial, lambda visit: visit.campaign)

    def _by_link(self, trial: Trial, named: Callable[[Visit], str | None]) -> str:
        if self.code(trial) != NONE:
            return BY_CODE
        checkout = self._checkout(trial)
        since = (checkout.at if checkout else trial.started_at) - LOOK_BACK
        until = checkout.at if checkout else trial.begun_by
        links = _between(self._links[trial.person], since, until)
        return (named(links[-1]) if links else None) or NONE

    def _checkout(self, trial: Trial) -> CheckoutOpened | None:
        since = trial.started_at - LOOK_BACK
        opened = _between(self._checkouts[trial.person], since, trial.begun_by)
        return opened[-1] if opened else None


def _between(rows: list[R], since: datetime, until: datetime) -> list[R]:
    """What lies between two instants, both inside."""
    first = bisect_left(rows, since, key=when)
    return rows[first : bisect_right(rows, until, key=when)]
