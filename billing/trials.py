"""How a trial begins: one checkout a person, kept before Stripe is asked."""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Member
from billing import (
    agreements,
    audit,
    charge_calendar,
    checkouts,
    customers,
    eligibility,
    fulfilment,
    prices,
    writes,
)
from billing.charge_calendar import Charge, Discount
from billing.gateway import Stripe
from billing.gateway_errors import CustomerGone, PriceArchived, StripeRefused
from billing.models import LIVE, CheckoutAttempt, Consent, Customer, Offer, Subscription
from billing.stripe_records import SessionRecord
from core import settings
from core.db import keep
from core.errors import DomainError

log = logging.getLogger(__name__)

CHECKOUT_LIFE = timedelta(hours=1)


class TrialAlreadyUsed(DomainError):
    """This person has had a trial; what remains is the paid plan."""

    status = 409
    sentence = "You have already had a free trial with us. You can subscribe without one."


class AccountClosed(DomainError):
    """The account was deleted, or became part of another, while its owner came to a checkout."""

    status = 409
    sentence = "This account has been closed. Nothing was begun, and nothing is charged."


class AlreadySubscribed(DomainError):
    """This person has a subscription that is alive; a second one would charge them twice."""

    status = 409
    sentence = "You already have a subscription. Your account page shows it."


@dataclass(frozen=True)
class Agreement:
    """What was on the page when the person pressed the button, kept word for word, and whether it
    said that days are free."""

    text: str
    button: str
    locale: str
    network: str
    is_free: bool = False


@dataclass(frozen=True)
class Return:
    """Where Stripe sends the person: addresses of ours, made from configuration."""

    success_url: str
    cancel_url: str


@dataclass(frozen=True)
class _Wanted:
    """What a checkout is for: another offer, other free days, another code, other words of the
    terms or another film make another one. Whoever comes from no film goes on with theirs."""

    offer: Offer
    title_id: int | None
    days: int
    discount: Discount | None
    text: str

    @property
    def promotion(self) -> str | None:
        return self.discount.promotion_id if self.discount else None

    def is_of(self, attempt: CheckoutAttempt, agreed: str) -> bool:
        kept = (attempt.offer_id, attempt.trial_days, attempt.promotion, agreed)
        is_for_film = self.title_id in (None, attempt.title_id)
        return is_for_film and kept == (self.offer.id, self.days, self.promotion, self.text)

    def first_charge(self, now: datetime) -> Charge:
        return charge_calendar.charges(
            self.offer.amount_minor,
            self.offer.interval,
            starts_at=now,
            charge_at=now + timedelta(days=self.days),
            discount=self.discount,
            count=1,
        )[0]


def start(
    db: Session,
    stripe: Stripe,
    member: Member,
    offer: Offer,
    *,
    title_id: int | None,
    agreement: Agreement,
    back: Return,
    now: datetime,
    discount: Discount | None = None,
) -> CheckoutAttempt:
    """Open the checkout that begins ``member``'s trial, or lead back to the one that is open.

    One trial a person, one open checkout a person. A person who has had a trial pays from the
    first day. The trial counts from the moment Stripe reports the subscription, so a checkout
    that is abandoned uses nothing up. Raises ``AlreadySubscribed``, ``TrialAlreadyUsed`` where free
    days were agreed to that somebody has just used, ``AccountClosed``, and the gateway's errors.
    """
    if not customers.lock_member(db, member.id):
        raise AccountClosed
    if has_live_subscription(db, member.id):
        raise AlreadySubscribed
    days = 0 if eligibility.had_trial(db, member) else offer.trial_days
    if agreement.is_free and not days:
        raise TrialAlreadyUsed
    customer = customers.reserve(db, member)
    wanted = _Wanted(offer, title_id, days, discount, agreement.text)
    _close_others(db, stripe, member.id, wanted, now=now)
    attempt = checkouts.find_open(db, member.id)
    if attempt is None:
        attempt = _reserve(db, member, wanted, agreement, now)
    keep(db)
    if attempt.url is None:
        _open(db, stripe, customer, attempt, back, now=now)
    log.info("checkout.opened", extra={"member_id": member.id, "offer_id": offer.id})
    return attempt


def has_live_subscription(db: Session, member_id: int) -> bool:
    """Whether the member has a subscription that may still bring money or a right to watch."""
    live = select(Subscription.id).where(
        Subscription.member_id == member_id, Subscription.status.in_(LIVE)
    )
    return db.scalar(live.limit(1)) is not None


def was_refused(db: Session, member_id: int) -> bool:
    """Whether the member's newest subscription was ended because it was a second trial."""
    newest = select(Subscription.cancel_reason).where(Subscription.member_id == member_id)
    reason = db.scalar(newest.order_by(Subscription.id.desc()).limit(1))
    return reason == fulfilment.SECOND_TRIAL


def _close_others(
    db: Session, stripe: Stripe, member_id: int, wanted: _Wanted, *, now: datetime
) -> None:
    """Close an open checkout that is too old, of another offer, or of other terms."""
    attempt = checkouts.find_open(db, member_id)
    if attempt is None:
        return
    if not wanted.is_of(attempt, agreements.text_of(db, attempt)):
        checkouts.close(
            db, stripe, attempt, reason="another one, of other terms or another film", now=now
        )
    elif attempt.expires_at <= now + timedelta(minutes=5):
        checkouts.close(db, stripe, attempt, reason="its page is about to close", now=now)


def _reserve(
    db: Session,
    member: Member,
    wanted: _Wanted,
    agreement: Agreement,
    now: datetime,
) -> CheckoutAttempt:
    first = wanted.first_charge(now)
    attempt = CheckoutAttempt(
        member_id=member.id,
        offer_id=wanted.offer.id,
        title_id=wanted.title_id,
        trial_days=wanted.days,
        promotion=wanted.promotion,
        idempotency_key=f"checkout:{uuid.uuid4()}",
        created_at=now,
        expires_at=now + CHECKOUT_LIFE,
    )
    db.add(attempt)
    db.flush()  # the consent needs its id
    db.add(
        Consent(
            member_id=member.id,
            attempt_id=attempt.id,
            text=agreement.text,
            button=agreement.button,
            amount_minor=first.amount_minor,
            currency=wanted.offer.currency,
            charge_at=first.at,
            locale=agreement.locale,
            network=agreement.network,
            at=now,
        )
    )
    _note(db, attempt, wanted, first, now)
    return attempt


def _note(
    db: Session, attempt: CheckoutAttempt, wanted: _Wanted, first: Charge, now: datetime
) -> None:
    agreed = {"offer": wanted.offer.code, "currency": wanted.offer.currency}
    audit.note(
        db,
        now=now,
        actor=f"member:{attempt.member_id}",
        action="checkout.opened",
        reason="agreed to the terms on the page",
        member_id=attempt.member_id,
        after={**agreed, "amount": first.amount_minor, "charge_at": first.at.isoformat()},
    )


def _open(
    db: Session,
    stripe: Stripe,
    customer: Customer,
    attempt: CheckoutAttempt,
    back: Return,
    *,
    now: datetime,
) -> None:
    try:
        _open_at_stripe(db, stripe, customer, attempt, back, now)
    except (CustomerGone, PriceArchived) as gone:
        if isinstance(gone, CustomerGone):
            customers.forget(db, customer, now=now)
        else:
            prices.forget(attempt.offer)
        attempt.idempotency_key = f"checkout:{uuid.uuid4()}"
        keep(db)
        _open_at_stripe(db, stripe, customer, attempt, back, now)
    except StripeRefused:
        attempt.state = "expired"
        keep(db)
        raise


def _open_at_stripe(
    db: Session,
    stripe: Stripe,
    customer: Customer,
    attempt: CheckoutAttempt,
    back: Return,
    now: datetime,
) -> None:
    customer_id = customers.stripe_id_of(db, stripe, customer, now=now)
    price_id = prices.of(db, stripe, attempt.offer, now=now)
    agreed = agreements.text_of(db, attempt)

    def _make(key: str) -> SessionRecord:
        return stripe.open_checkout(
            attempt,
            customer_id=customer_id,
            price_id=price_id,
            metadata=_metadata(attempt),
            success_url=back.success_url,
            cancel_url=back.cancel_url,
            terms=agreed,
            key=key,
            tax=settings.current().stripe_tax,
        )

    def _find(since: datetime) -> SessionRecord | None:
        return stripe.find_open_checkout(customer_id, attempt.id)

    page = writes.Write(attempt.idempotency_key, _make, _find)
    made = writes.once(db, page, now=now, creates=True)
    attempt.stripe_session_id, attempt.url = made.id, made.url
    db.flush()  # the redirect that follows must find it


def _metadata(attempt: CheckoutAttempt) -> dict[str, str]:
    said = {"member_id": attempt.member_id, "attempt_id": attempt.id, "offer": attempt.offer.code}
    return {name: str(value) for name, value in said.items()} | (
        {"title_id": str(attempt.title_id)} if attempt.title_id else {}
    )
