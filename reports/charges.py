"""The charges that stand in the next 60 days, how likely each is to be paid, and past errors."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from reports import lifetime, periods, revenue, trials
from reports.rates import TOO_FEW, Rate
from reports.records import Paid, Records, TrialChanged, grouped, when
from reports.trials import Trial

AHEAD = timedelta(days=60)
A_WEEK = timedelta(days=7)
SAMPLES = 8
MOST_RENEWALS = 9
NOBODY = Rate(0, 0)
NEVER = datetime.max.replace(tzinfo=UTC)
Sort = tuple[bool, bool, int]


@dataclass(frozen=True, slots=True)
class Due:
    """A charge that will fall due at ``at`` unless its subscription ends before. ``chance`` is
    how often such ones were paid, of those that stood so far ahead. The amount is without tax; no
    currency means that nothing tells it."""

    person: str
    subscription: str
    at: datetime
    is_first: bool
    is_cancelling: bool
    weeks_ahead: int
    interval: str
    currency: str = ""
    minor: int = 0
    chance: Rate = NOBODY

    @property
    def sort(self) -> Sort:
        """What it is compared with."""
        return (self.is_first, self.is_cancelling, self.weeks_ahead)

    @property
    def expected(self) -> Fraction:
        """How much of one payment is expected of it."""
        return Fraction(self.chance.k, self.chance.n) if self.chance.n else Fraction(0)


@dataclass(frozen=True, slots=True)
class Past:
    """The calendar as it was drawn ``at`` an earlier instant, beside what came of it."""

    at: datetime
    due: tuple[Due, ...]
    paid: tuple[Due, ...]

    @property
    def expected(self) -> Fraction:
        """The payments that were expected then."""
        return sum((due.expected for due in self.due), Fraction(0))

    @property
    def error(self) -> Fraction | None:
        """Expected less paid, over paid; ``None`` where nothing was paid."""
        return (self.expected - len(self.paid)) / len(self.paid) if self.paid else None


@dataclass(frozen=True, slots=True)
class Calendar:
    """The charges ahead, the earliest first, and the last calendar whose outcome is known."""

    due: tuple[Due, ...]
    past: Past

    @property
    def unjudged(self) -> tuple[Due, ...]:
        """Charges like which none has been seen yet: nothing is expected of them."""
        return tuple(due for due in self.due if not due.chance.n)


def drawn(found: Records, *, window: timedelta) -> Calendar:
    """The calendar at ``as_of``. A charge counts as paid when money came within ``window`` of its
    day; an earlier calendar is judged once that is over for all of its days."""
    then = _known_at(found, found.as_of - AHEAD - window)
    due = tuple(_likely(then, window))
    paid = _Payments(found, window)
    return Calendar(
        due=tuple(_likely(found, window)),
        past=Past(then.as_of, due, tuple(each for each in due if paid.is_paid(each))),
    )


@dataclass(frozen=True, slots=True)
class Day:
    """The charges of one local day."""

    label: str
    due: tuple[Due, ...]

    def of(self, cell: str) -> tuple[Due, ...]:
        """Those of a sort: see ``cells_of``."""
        return tuple(due for due in self.due if cell in cells_of(due))

    @property
    def expected(self) -> Fraction:
        """The payments that are expected of them."""
        return sum((due.expected for due in self.due), Fraction(0))

    def is_known(self, currency: str = "") -> bool:
        """Whether something can be expected of them, or of those in ``currency``: of none is
        known how often such ones were paid where none of them has been seen yet."""
        asked = [due for due in self.due if currency in ("", due.currency)]
        return not asked or any(due.chance.n for due in asked)

    @property
    def money(self) -> dict[str, Fraction]:
        """The minor units that are expected, by currency."""
        found: defaultdict[str, Fraction] = defaultdict(Fraction)
        for due in self.due:
            if due.currency:
                found[due.currency] += due.expected * due.minor
        return {currency: found[currency] for currency in sorted(found)}


def days(calendar: Calendar, zone: ZoneInfo) -> tuple[Day, ...]:
    """The charges by the local day on which they fall due; days without one are left out."""
    groups: defaultdict[str, list[Due]] = defaultdict(list)
    for due in calendar.due:
        groups[day_of(due, zone)].append(due)
    return tuple(Day(label, tuple(groups[label])) for label in sorted(groups))


def day_of(due: Due, zone: ZoneInfo) -> str:
    """The label of its local day."""
    return periods.label(due.at, zone, periods.By.DAY)


def cells_of(due: Due) -> set[str]:
    """The printed numbers in which a charge is counted."""
    sort = "first" if due.is_first else "renewals"
    leaving = {"cancelling"} if due.is_cancelling else set()
    return {"due", sort, *leaving, *({"unjudged"} if not due.chance.n else ())}


def _known_at(found: Records, at: datetime) -> Records:
    """What was known at an earlier instant; the rows of each kind come in the order of time."""
    return Records(
        at,
        {kind: rows[: bisect_right(rows, at, key=when)] for kind, rows in found.by_kind.items()},
    )


def _likely(found: Records, window: timedelta) -> Iterator[Due]:
    """What stands, each with its chance."""
    chances = _Chances(found, window)
    for due in sorted(standing(found), key=lambda each: (each.at, each.subscription)):
        yield replace(due, chance=chances.of(due))


def standing(found: Records) -> Iterator[Due]:
    """Every charge of the next 60 days of a subscription that has not ended at ``as_of``."""
    for due in (*_first_charges(found), *_renewals(found)):
        if found.as_of < due.at <= found.as_of + AHEAD:
            yield due


def _first_charges(found: Records) -> Iterator[Due]:
    counted = trials.counted(found)
    prices = _prices(counted)
    for trial in counted:
        if trial.ended is None and trial.charged is None:
            start = trial.start
            known = prices.get((start.offer, start.interval), ("", 0))
            if start.price_minor is not None and start.currency:
                known = (start.currency, start.price_minor)
            yield Due(
                person=trial.person,
                subscription=trial.id,
                at=trial.charge_at,
                is_first=True,
                is_cancelling=trial.cancel_set_at is not None,
                weeks_ahead=_weeks(trial.charge_at - found.as_of),
                interval=start.interval,
                currency=known[0],
                minor=known[1],
            )


def _prices(counted: tuple[Trial, ...]) -> dict[tuple[str, str], tuple[str, int]]:
    """What the last trial of each offer was charged."""
    paid = (trial for trial in counted if trial.charged is not None)
    ordered = sorted(((t.charged.at, t) for t in paid if t.charged), key=lambda pair: pair[0])
    return {
        (t.start.offer, t.start.interval): (t.charged.currency, t.charged.net_minor)
        for _, t in ordered
        if t.charged
    }


def _renewals(found: Records) -> Iterator[Due]:
    ends = revenue.ends(found)
    changes = grouped(found.of(TrialChanged), "subscription")
    for subscription, money in revenue.money(found).items():
        last = money[-1]
        resumes = _resumes(changes[subscription])
        over = [end for end in ends[subscription] if end.at >= last.at]
        if any(end.cause != revenue.PAUSE or resumes is None for end in over):
            continue
        cancelling = _is_cancelling(changes[subscription])
        for number in range(1, MOST_RENEWALS + 1):
            at = _after(last, number)
            if resumes is not None and at <= resumes:
                continue  # a pause leaves it uncharged
            yield Due(
                person=last.person,
                subscription=subscription,
                at=at,
                is_first=False,
                is_cancelling=cancelling,
                weeks_ahead=_weeks(at - found.as_of),
                interval=last.interval,
                currency=last.currency,
                minor=last.net_minor if last.is_money else revenue.price(last),
            )


def _weeks(ahead: timedelta) -> int:
    """The weeks that lie ahead, a begun one as a whole."""
    return -(-ahead // A_WEEK)


def _after(payment: Paid, number: int) -> datetime:
    """When the ``number``-th charge after a payment falls due."""
    months = lifetime.MONTHS[payment.interval]
    if not months:
        return payment.at + number * A_WEEK
    return lifetime.later(payment.at, number * months)


def _is_cancelling(changes: list[TrialChanged]) -> bool:
    """Whether the last press about leaving was to leave."""
    presses = [each.change for each in changes if each.change.startswith("cancel")]
    return bool(presses) and presses[-1] == "cancel set"


def _resumes(changes: list[TrialChanged]) -> datetime | None:
    """When the pause that was pressed last ends, unless it was ended: nothing is charged until
    then, also where the days already paid are not over yet."""
    presses = [each for each in changes if each.change in ("paused", "unpaused")]
    if not presses or presses[-1].change == "unpaused":
        return None
    return presses[-1].until or NEVER


class _Payments:
    """Whether the charges of an earlier calendar were paid, by what is known since."""

    def __init__(self, found: Records, window: timedelta) -> None:
        self._window = window
        self._paid = grouped((p for p in found.of(Paid) if p.is_money), "subscription")

    def is_paid(self, due: Due) -> bool:
        """Whether money came from a day before it to the end of its window, and before the next
        charge of a weekly price."""
        day = timedelta(days=1)
        until = due.at + (A_WEEK - 2 * day if due.interval == "week" else self._window)
        return any(due.at - day <= paid.at <= until for paid in self._paid[due.subscription])


class _Chances:
    """How often charges of each sort were paid: of those that stood at eight instants, a week
    apart, the last of them so long ago that all is known."""

    def __init__(self, found: Records, window: timedelta) -> None:
        self._counts: defaultdict[tuple[object, ...], list[int]] = defaultdict(lambda: [0, 0])
        paid = _Payments(found, window)
        for number in range(SAMPLES):
            then = _known_at(found, found.as_of - AHEAD - window - number * A_WEEK)
            for due in standing(then):
                for key in _keys(due):
                    self._counts[key][0] += paid.is_paid(due)
                    self._counts[key][1] += 1

    def of(self, due: Due) -> Rate:
        """The rate of its sort; of a wider one where fewer than ten like it have been seen."""
        rates = [Rate(*self._counts[key]) for key in _keys(due)]
        return next((rate for rate in rates if rate.n >= TOO_FEW), rates[-1])


def _keys(due: Due) -> tuple[tuple[object, ...], ...]:
    return (due.sort, (due.is_first, due.is_cancelling), (due.is_first,))
