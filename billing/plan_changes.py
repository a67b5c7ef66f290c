"""Changing what is bought: the money is shown first, and what was shown is what is charged."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from billing import changes, ends, holding, offers, prices
from billing.gateway import Stripe
from billing.gateway_changes import PreviewRecord
from billing.gateway_errors import MustConfirm
from billing.models import Invoice, Offer, Subscription
from core import money, zones
from core.errors import DomainError

CHANGE = "subscription_update"


class CannotSwitch(DomainError):
    """The plan is not one that this subscription can be switched to, or not now."""

    status = 409
    sentence = "Your subscription cannot be changed to this plan now. Your account page shows why."


class PaymentOnItsWay(CannotSwitch):
    """The payment of the period that has just begun is charged within the hour: a change would be
    paid beside it."""

    sentence = (
        "A payment is on its way and is charged within the hour. Change your plan after it, so "
        "that nothing is paid twice."
    )


class MoneyMoved(DomainError):
    """What the sum shown depends on has changed since: nothing is charged that was not read."""

    status = 409
    sentence = "The sum has changed since you opened this page. Nothing is changed yet."


@dataclass(frozen=True)
class Preview:
    """What a switch brings: the sum that is charged now, the credit that is left over for later
    payments, and the payment that follows with its day: ``next_minor`` is before tax, and less
    what a code takes off it."""

    offer: Offer
    now_minor: int
    tax_minor: int
    credit_minor: int
    currency: str
    next_minor: int
    next_at: datetime | None
    at: datetime

    @property
    def price(self) -> str:
        """``£9.99 a month``: what stays."""
        offer = self.offer
        return f"{money.formatted(offer.amount_minor, offer.currency)} a {offer.interval}"

    @property
    def button(self) -> str:
        """The words of the button that changes."""
        if not self.now_minor:
            return f"Change to {self.price}"
        now = money.formatted(self.now_minor, self.currency)
        return f"Pay {now} now and change to {self.price}"

    def promise(self, zone: str) -> str:
        """What that button agrees to, its day in ``zone`` (IANA)."""
        tax = self.offer.tax_words
        now = money.formatted(self.now_minor, self.currency)
        today = f"{now} today{', tax included' if self.tax_minor else ''}"
        day = zones.day(self.next_at.astimezone(ZoneInfo(zone)).date()) if self.next_at else ""
        coming = money.formatted(self.next_minor, self.currency)
        is_price = self.next_minor == self.offer.amount_minor
        first = f"{coming} on {day}, then " if day and not is_price else ""
        since = f", first on {day}" if day and is_price else ""
        return (
            f"{today}, then {first}{self.price}, {tax}{since}, until you cancel. "
            "Cancel any time online."
        )


def preview(
    db: Session, stripe: Stripe, sub: Subscription, offer: Offer, *, now: datetime
) -> Preview:
    """The money of a switch, as Stripe works it out for this instant. Raises ``CannotSwitch``."""
    _check(db, sub, offer, now)
    price_id, amount_minor = prices.of(db, stripe, offer, now=now), offer.amount_minor
    told = stripe.preview_switch(sub.stripe_id, price_id, amount_minor, at=_at(sub, now))
    next_minor = amount_minor - told.next_off_minor
    if sub.status == "trialing":
        next_minor = told.total_minor - (0 if offer.tax == "inclusive" else told.tax_minor)
        told = PreviewRecord(0, 0, told.currency, paid_until=sub.trial_ends_at)
    return Preview(
        offer=offer,
        now_minor=told.due_minor,
        tax_minor=told.tax_minor,
        credit_minor=told.kept_minor,
        currency=told.currency,
        next_minor=next_minor,
        next_at=told.paid_until or sub.period_ends_at,
        at=now,
    )


def start(
    db: Session,
    stripe: Stripe,
    member_id: int,
    offer: Offer,
    *,
    shown_at: datetime,
    shown_of: str | None = None,
    agreed: str = "",
    actor: str,
    now: datetime,
) -> Subscription:
    """Switch a member's subscription to ``offer`` at the money that was shown ``shown_at``, when it
    stood as ``mark`` said (``shown_of``), under the words ``agreed``, which the audit keeps.
    Raises ``MoneyMoved`` where it stands otherwise now.

    In a trial the trial's end stays and nothing is charged. After it Stripe charges the difference
    at once, or keeps a credit for later payments; a charge that fails changes nothing, and one
    that the member's bank wants confirmed is waited for, see ``waiting``. A month goes on to its
    end; a plan of another interval begins its first period now.
    """
    price_id = prices.of(db, stripe, offer, now=now)
    sub = holding.live(db, stripe, member_id, now=now)
    if _is_on(sub, offer) or waiting(sub):
        return sub  # an earlier press did it, and its answer was lost
    _check(db, sub, offer, now)
    if shown_of not in (None, mark(sub)):
        raise MoneyMoved
    with holding.audited(
        db,
        sub,
        "subscription.switch",
        actor=actor,
        reason=f"agreed to: {agreed}" if agreed else "asked for",
        before={"price": sub.stripe_price_id, "amount": sub.amount_minor, "interval": sub.interval},
        after={"price": price_id, "amount": offer.amount_minor, "interval": offer.interval},
        now=now,
    ):
        _switch(stripe, sub, price_id, _at(sub, shown_at))
    return sub


def mark(sub: Subscription) -> str:
    """What the money of a switch depends on, beside the instant: the same text as long as it is."""
    return f"{sub.status} {sub.stripe_price_id} {sub.credit_minor} {sub.period_starts_at}"


def may_switch(sub: Subscription) -> bool:
    """Whether a subscription goes on as it is: one that ends, rests or is unpaid keeps its plan."""
    is_running = sub.status in ("trialing", "active") and not changes.is_leaving(sub)
    return is_running and not sub.pause_behavior


def waiting(sub: Subscription) -> Invoice | None:
    """The invoice of a change that waits until its payer has confirmed the payment."""
    ours = [one for one in sub.invoices if one.billing_reason == CHANGE and one.status == "open"]
    return next(iter(ours), None) if sub.status == "active" else None


def _switch(stripe: Stripe, sub: Subscription, price_id: str, at: datetime | None) -> None:
    try:
        stripe.switch(sub.stripe_id, price_id, at=at, key=f"switch:{uuid.uuid4()}")
    except MustConfirm:
        key = f"switch:{uuid.uuid4()}"
        stripe.switch(sub.stripe_id, price_id, at=at, key=key, waits=True)


def _is_on(sub: Subscription, offer: Offer) -> bool:
    return offer.stripe_price_id is not None and sub.stripe_price_id == offer.stripe_price_id


def _check(db: Session, sub: Subscription, offer: Offer, now: datetime) -> None:
    if not may_switch(sub):
        raise CannotSwitch
    if ends.being_charged(sub):
        raise PaymentOnItsWay
    if offer.id not in [one.id for one in offers.beside(db, sub, now=now)]:
        raise CannotSwitch


def _at(sub: Subscription, instant: datetime) -> datetime | None:
    return None if sub.status == "trialing" else instant
