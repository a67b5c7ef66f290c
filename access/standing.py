"""Where a member stands with us, in the words of the account page: trialing, active, ended …"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, Select, bindparam, literal_column, select
from sqlalchemy.orm import Session, joinedload, load_only

from access import entitlements
from access.models import Entitlement
from accounts.models import Member
from billing import changes, ends, pauses, plan_changes, terms, turns
from billing.models import Invoice, Subscription
from core import money


class State(enum.StrEnum):
    """The states of section 3 of the design brief."""

    ANONYMOUS = "anonymous"
    MEMBER = "member"
    TRIALING = "trialing"
    ACTIVE = "active"
    PAST_DUE = "past_due"
    CANCELLING = "cancelling"
    PAUSED = "paused"
    ENDED = "ended"


UNSOLD = (State.MEMBER, State.ENDED)
_Asked = Select[datetime, Subscription]


@dataclass(frozen=True)
class Standing:
    """A member's state and, where there is one, the subscription that it comes from.

    ``until`` is the day that the state is about; ``watch_until`` the instant until which films
    play if nothing more is paid, where that is still to come: by the subscription, or where none
    is alive by the days that the desk has given.
    """

    state: State
    until: datetime | None = None
    days_left: int = 0
    subscription: Subscription | None = None
    watch_until: datetime | None = None

    @property
    def is_subscriber(self) -> bool:
        """Whether there is a trial or subscription that has not ended."""
        return self.state not in (State.ANONYMOUS, *UNSOLD)

    @property
    def is_open(self) -> bool:
        """Whether ``until`` is still to come."""
        return self.days_left > 0

    @property
    def leaves_at(self) -> datetime | None:
        """When a subscription that was cancelled ends; one that is paused opens no film by then."""
        return entitlements.leaves_at(self.subscription) if self.subscription else None

    @property
    def reminder_at(self) -> datetime | None:
        """When a trial's reminder is sent."""
        sub = self.subscription
        if self.until is None or sub is None:
            return None
        return terms.reminder_at(sub.trial_started_at or sub.created_at, self.until)

    @property
    def next_payment_at(self) -> datetime | None:
        """When the next payment falls due if the subscription goes on, or is kept, as it is."""
        return turns.next_payment_at(self.subscription) if self.subscription else None

    @property
    def pays_to_go_on(self) -> bool:
        """Whether ending the pause charges at once, as the days that were paid are over."""
        sub = self.subscription
        return sub is not None and pauses.pays_to_end(sub)

    @property
    def being_charged(self) -> Invoice | None:
        """The invoice that is charged within the hour, as a period has just begun."""
        return ends.being_charged(self.subscription) if self.subscription else None

    @property
    def failed(self) -> str:
        """``Your payment of £8.39 failed.``: what the newest unpaid invoice asks for."""
        unpaid = self._unpaid()
        if unpaid is None:
            return "Your payment failed."
        return f"Your payment of {money.formatted(unpaid.total_minor, unpaid.currency)} failed."

    @property
    def was_trial(self) -> bool:
        """Whether what has ended was a trial and no more."""
        return self.subscription is not None and ends.was_trial(self.subscription)

    @property
    def was_unpaid(self) -> bool:
        """Whether it ended for want of a payment."""
        return self.subscription is not None and ends.was_unpaid(self.subscription)

    @property
    def next_try_at(self) -> datetime | None:
        """When Stripe tries the failed payment again, where it does."""
        unpaid = self._unpaid()
        return unpaid.next_attempt_at if unpaid else None

    @property
    def must_confirm(self) -> bool:
        """Whether the failed payment waits for the member, whose bank wants them to confirm it."""
        unpaid = self._unpaid()
        return self.state is State.PAST_DUE and unpaid is not None and unpaid.must_be_confirmed

    @property
    def change_waits(self) -> Invoice | None:
        """The invoice of a change of plan that waits for the member to confirm its payment."""
        return plan_changes.waiting(self.subscription) if self.subscription else None

    @property
    def decline_reason(self) -> str | None:
        """Why the bank refused the newest unpaid invoice, in Stripe's word, where it said so."""
        unpaid = self._unpaid()
        return unpaid.decline_reason if unpaid else None

    @property
    def unpaid_invoice(self) -> str | None:
        """Stripe's name of the invoice that waits for its payment."""
        unpaid = self._unpaid()
        return unpaid.stripe_id if unpaid and unpaid.status == "open" else None

    def _unpaid(self) -> Invoice | None:
        return ends.newest_unpaid(self.subscription) if self.subscription else None


def of_nobody() -> Standing:
    """The standing of somebody who is not signed in."""
    return Standing(State.ANONYMOUS)


def of(db: Session, member: Member | None, *, now: datetime) -> Standing:
    """Where ``member`` stands ``now``; of several subscriptions the one that says most counts."""
    return _read(db, _THEIRS, member, now)


def in_short(db: Session, member: Member | None, *, now: datetime) -> Standing:
    """The same for whoever says of the subscription only how it stands: the rest of it is read
    when it is asked for."""
    return _read(db, _IN_SHORT, member, now)


def _read(db: Session, query: _Asked, member: Member | None, now: datetime) -> Standing:
    if member is None:
        return of_nobody()
    rows = db.execute(query, {"member_id": member.id}).unique().all()
    return among([row[1] for row in rows if row[1] is not None], rows[0][0], now=now)


def among(
    found: Sequence[Subscription], entitled_until: datetime | None, *, now: datetime
) -> Standing:
    """Where a member with these subscriptions, the newest first, and an entitlement that reaches
    ``entitled_until`` stands ``now``."""
    standings = [_of_one(subscription, now) for subscription in found]
    stands = min(standings, key=lambda s: _WEIGHT[s.state], default=Standing(State.MEMBER))
    if stands.state in UNSOLD and entitled_until and entitled_until > now:
        return replace(stands, watch_until=entitled_until)
    return stands


def _of_one(sub: Subscription, now: datetime) -> Standing:
    state = _state(sub)
    given = entitlements.right_of([sub])
    right = given.until if given else None
    until = _shown_until(sub, state, right)
    days = max(0, -((now - until) // timedelta(days=1))) if until else 0
    last = min(right, until) if right and until else None
    return Standing(state, until, days, sub, last if last and last > now else None)


def _state(sub: Subscription) -> State:
    """Leaving wins over pausing: what was cancelled does not go on after a pause. Whoever was
    refused a second trial has had nothing that ended."""
    if sub.status in ("trialing", "active", "paused"):
        if changes.is_leaving(sub):
            return State.CANCELLING
        if sub.pause_behavior or sub.status == "paused":
            return State.PAUSED
        return State.TRIALING if sub.status == "trialing" else State.ACTIVE
    if sub.status in ("past_due", "unpaid"):
        return State.PAST_DUE
    never_began = not sub.has_begun or sub.cancel_reason == changes.SECOND_TRIAL
    return State.MEMBER if never_began else State.ENDED


def _shown_until(sub: Subscription, state: State, right: datetime | None) -> datetime | None:
    if state is State.TRIALING:
        return sub.trial_ends_at
    if state is State.ACTIVE:
        return sub.period_ends_at
    return sub.ended_at if state is State.ENDED else right


WHO = bindparam("member_id", type_=BigInteger)
ENTITLED_UNTIL = (
    select(Entitlement.until)
    .where(
        Entitlement.member_id == WHO,
        Entitlement.feature == literal_column(f"'{entitlements.CATALOGUE}'"),
    )
    .scalar_subquery()
)
ONE_ROW = select(literal_column("1")).subquery()  # so that who never subscribed has one too
_THEIRS = (  # asked by every page for a member, so written once
    select(ENTITLED_UNTIL, Subscription)
    .select_from(ONE_ROW)
    .outerjoin(Subscription, Subscription.member_id == WHO)
    .options(joinedload(Subscription.invoices))
    .order_by(Subscription.created_at.desc())
)
IN_SHORT = (
    load_only(
        Subscription.status,
        Subscription.currency,
        Subscription.interval,
        Subscription.created_at,
        Subscription.trial_started_at,
        Subscription.trial_ends_at,
        Subscription.period_starts_at,
        Subscription.period_ends_at,
        Subscription.cancel_at_period_end,
        Subscription.cancel_at,
        Subscription.cancel_reason,
        Subscription.ended_at,
        Subscription.first_failed_at,
        Subscription.pause_behavior,
        Subscription.pause_resumes_at,
    ),
    joinedload(Subscription.invoices).load_only(
        Invoice.status,
        Invoice.billing_reason,
        Invoice.total_minor,
        Invoice.credited_minor,
        Invoice.refunded_minor,
        Invoice.currency,
        Invoice.created_at,
        Invoice.disputed_at,
        Invoice.dispute_status,
        Invoice.decline_reason,
    ),
)
_IN_SHORT = _THEIRS.options(*IN_SHORT)
_WEIGHT = {
    state: weight
    for weight, state in enumerate(
        (
            State.ACTIVE,
            State.TRIALING,
            State.PAST_DUE,
            State.CANCELLING,
            State.PAUSED,
            State.ENDED,
            State.MEMBER,
            State.ANONYMOUS,
        )
    )
}
