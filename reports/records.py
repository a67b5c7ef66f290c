"""What a report is drawn from: a frozen record for each kind of fact, up to an instant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar, cast


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Something that happened to ``person`` at ``at``. ``key`` is the thing's own name."""

    key: str
    at: datetime
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit(Record):
    """A film page was seen. ``source`` is where the browser first came from, ever; ``via`` and
    ``campaign`` are those of the link to this page. ``agent`` is what the browser calls itself."""

    film: str | None
    source: str | None = None
    agent: str = ""
    via: str | None = None
    campaign: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferSeen(Record):
    """Half of the call to action was visible for one second."""

    film: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferClicked(Record):
    """The call to action was pressed."""

    film: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposed(Record):
    """The offer was shown as an experiment's ``arm`` has it."""

    experiment: int
    arm: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountMade(Record):
    """The visitor became a member; from here on both are one person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutOpened(Record):
    """The payment page was opened. ``code`` was typed there, ``code_film`` is the film it is of."""

    film: str | None
    code_film: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerClicked(Record):
    """An offer of somebody else's was followed."""

    offer: str
    film: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialStarted(Record):
    """Free days became usable. ``kind`` is ``trial``, ``staff`` or ``retention``; ``elsewhere``
    says that it was brought here from another service; the price is that of the first charge,
    without tax, where it is known."""

    subscription: str
    trial_ends_at: datetime
    charge_at: datetime
    film: str | None = None
    offer: str = ""
    interval: str = "month"
    carded: bool = True
    kind: str = "trial"
    elsewhere: bool = False
    price_minor: int | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialChanged(Record):
    """``extended``, ``ended early``; ``cancel set`` or ``unset``; ``paused`` (``until`` then, where
    that is known) or ``unpaused``; ``fraud`` or ``fraud unset``."""

    subscription: str
    change: str
    trial_ends_at: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid(Record):
    """An invoice was paid. ``price_minor``: the price after lasting discounts, where known."""

    subscription: str
    gross_minor: int
    tax_minor: int
    currency: str
    interval: str = "month"
    price_minor: int | None = None

    @property
    def net_minor(self) -> int:
        """What stays when the tax is taken off."""
        return self.gross_minor - self.tax_minor

    @property
    def is_money(self) -> bool:
        """Whether anything came at all; an invoice of zero is no payment."""
        return self.net_minor > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Refunded(Record):
    """Money went back; ``refunded_minor`` is the total given back by now."""

    payment: str
    refunded_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Disputed(Record):
    """The bank asked for a payment back: ``open``, ``lost`` or ``won``."""

    payment: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended(Record):
    """Access ended: ``voluntary``, ``payment``, ``no_method`` or ``operator``. ``reason`` is what
    the person ticked when they chose to leave; empty where nothing was."""

    subscription: str
    cause: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused(Record):
    """What was paid for is over, and until the pause ends nothing is charged or watched."""

    subscription: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Played(Record):
    """A film was played for ``seconds``."""

    film: str | None
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed(Record):
    """An e-mail was ``accepted``, or ``bounced`` after that (its key then goes on behind a colon).
    ``charge_at`` is the date that it told, and ``minor`` what it said would be charged, where
    Stripe had told."""

    subscription: str
    kind: str
    state: str
    charge_at: datetime | None = None
    minor: int | None = None
    currency: str = ""


R = TypeVar("R", bound=Record)
Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Records:
    """Everything known at ``as_of``, each thing once, in the order in which it happened."""

    as_of: datetime
    by_kind: dict[type[Record], tuple[Record, ...]]

    def of(self, kind: type[R]) -> tuple[R, ...]:
        """The records of one kind."""
        return cast(tuple[R, ...], self.by_kind.get(kind, ()))


def gathered(found: Iterable[Record], *, as_of: datetime) -> Records:
    """The one door to every report: later than ``as_of`` stays out, noted twice is once.

    Left out as well: everything about staff, and free months given to keep a subscriber.
    """
    known = {(type(record), record.key): record for record in found if record.at <= as_of}
    staff = {
        record.person
        for record in known.values()
        if isinstance(record, TrialStarted) and record.kind == "staff"
    }
    kept: dict[type[Record], list[Record]] = {}
    for record in known.values():
        retention = isinstance(record, TrialStarted) and record.kind == "retention"
        if record.person not in staff and not retention:
            kept.setdefault(type(record), []).append(record)
    return Records(
        as_of,
        {
            kind: tuple(sorted(rows, key=lambda row: (row.at, row.key)))
            for kind, rows in kept.items()
        },
    )


def only_from(records: Records, source: str) -> Records:
    """The people whose first visit came from ``source``; an empty one means from nowhere named."""
    first: dict[str, str] = {}
    for visit in records.of(Visit):
        first.setdefault(visit.person, visit.source or "")
    asked = {person for person, came_from in first.items() if came_from == source}
    return Records(
        records.as_of,
        {
            kind: tuple(row for row in rows if row.person in asked)
            for kind, rows in records.by_kind.items()
        },
    )


def unnamed(person: str) -> str:
    """The subscription of money for which none was named."""
    return f"of {person}"


def grouped(records: Iterable[Thing], name: str) -> defaultdict[str, list[Thing]]:
    """Records, or trials, by their field ``name``, each group in the order given."""
    groups: defaultdict[str, list[Thing]] = defaultdict(list)
    for record in records:
        groups[getattr(record, name)].append(record)
    return groups


def when(record: Record) -> datetime:
    """When it happened; the key by which records are searched."""
    return record.at
