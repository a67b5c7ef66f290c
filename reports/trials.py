"""The trials that count, each with all that is known of it at ``as_of``."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import datetime, timedelta

from reports.records import (
    Ended,
    Paid,
    Records,
    TrialChanged,
    TrialStarted,
    grouped,
    unnamed,
    when,
)
from reports.returned import Returned


@dataclass(frozen=True, slots=True)
class Conversion:
    """The first money of a person since a trial began. ``kept``: it was not taken back within 30
    days. ``refunded``: it was paid back in full by now."""

    payment: Paid
    same_subscription: bool
    kept: bool
    refunded: bool

    @property
    def at(self) -> datetime:
        """When the money came."""
        return self.payment.at


@dataclass(frozen=True, slots=True)
class Trial:
    """One trial as it stands. ``ends_at`` and ``charge_at`` follow every change that was made."""

    start: TrialStarted
    ends_at: datetime
    charge_at: datetime
    cancel_set_at: datetime | None
    ended: Ended | None
    fraud: bool
    comped: bool
    conversion: Conversion | None
    charged: Paid | None

    @property
    def id(self) -> str:
        """The subscription's own name."""
        return self.start.subscription

    @property
    def person(self) -> str:
        """Whose it is."""
        return self.start.person

    @property
    def started_at(self) -> datetime:
        """When the free days became usable."""
        return self.start.at

    @property
    def begun_by(self) -> datetime:
        """The instant before which it began for certain: Stripe cuts its instants to seconds."""
        is_cut = self.started_at.microsecond == 0
        return self.started_at + timedelta(seconds=1) if is_cut else self.started_at

    @property
    def over_at(self) -> datetime:
        """When the free days were over: at their end, or when access ended before it."""
        return min(self.ends_at, self.ended.at) if self.ended else self.ends_at

    def is_old(self, horizon: timedelta, as_of: datetime) -> bool:
        """Whether the whole horizon has passed."""
        return self.started_at + horizon <= as_of

    def converted_within(self, horizon: timedelta) -> bool:
        """Whether money came inside the horizon; elapsed time, not calendar days."""
        return self.conversion is not None and self.conversion.at - self.started_at <= horizon

    def kept_within(self, horizon: timedelta) -> bool:
        """Whether that money also stayed."""
        return self.converted_within(horizon) and bool(self.conversion and self.conversion.kept)


def counted(records: Records) -> tuple[Trial, ...]:
    """Every trial start except those marked as fraud, the earliest first.

    A second subscription of the same person inside a running trial is no trial start.
    """
    return tuple(trial for trial in _all(records) if not trial.fraud)


def marked_as_fraud(records: Records) -> tuple[Trial, ...]:
    """The trials that stand on a line of their own."""
    return tuple(trial for trial in _all(records) if trial.fraud)


def _all(records: Records) -> list[Trial]:
    changes = grouped(records.of(TrialChanged), "subscription")
    ends = grouped(records.of(Ended), "subscription")
    payments = grouped(records.of(Paid), "person")
    returned = Returned(records)
    kept: list[Trial] = []
    latest_over: dict[str, datetime] = {}
    for start in records.of(TrialStarted):
        if start.at < latest_over.get(start.person, start.at):
            continue
        trial = _told(
            start,
            changes[start.subscription],
            ends[start.subscription],
            payments[start.person],
            returned,
        )
        latest_over[start.person] = trial.over_at
        kept.append(trial)
    return kept


def _told(
    start: TrialStarted,
    changes: list[TrialChanged],
    ends: list[Ended],
    payments: list[Paid],
    returned: Returned,
) -> Trial:
    """One trial's story out of the records about it, each list in the order of time."""
    ends_at, charge_at, cancel_set_at, fraud = start.trial_ends_at, start.charge_at, None, False
    for change in changes:
        if change.change == "cancel set":
            cancel_set_at = change.at
        elif change.change == "cancel unset":
            cancel_set_at = None
        elif change.change == "fraud":
            fraud = True
        elif change.change == "fraud unset":
            fraud = False
        elif change.trial_ends_at is not None:
            charge_at += change.trial_ends_at - ends_at
            ends_at = change.trial_ends_at
    since = payments[bisect_left(payments, start.at, key=when) :]
    return Trial(
        start=start,
        ends_at=ends_at,
        charge_at=charge_at,
        cancel_set_at=cancel_set_at,
        ended=next((end for end in ends if end.at >= start.at), None),
        fraud=fraud,
        comped=any(_is_comp(paid, start, ends_at) for paid in since),
        conversion=_conversion(start, since, returned),
        charged=next((p for p in since if p.is_money and _is_own(p, start)), None),
    )


def _conversion(start: TrialStarted, since: list[Paid], returned: Returned) -> Conversion | None:
    payment = next((paid for paid in since if paid.is_money), None)
    if payment is None:
        return None
    return Conversion(
        payment,
        same_subscription=_is_own(payment, start),
        kept=returned.is_kept(payment),
        refunded=returned.refunded_at(payment) is not None,
    )


def _is_own(payment: Paid, start: TrialStarted) -> bool:
    return payment.subscription == start.subscription


def _is_comp(payment: Paid, start: TrialStarted, ends_at: datetime) -> bool:
    """An invoice of zero for the time after the free days; the one at their start says nothing."""
    own = _is_own(payment, start) or payment.subscription == unnamed(start.person)
    return own and not payment.is_money and payment.at >= ends_at
