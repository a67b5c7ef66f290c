"""The tables of money: customers, checkouts, our mirror of Stripe, trials and consents."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Member
from billing.discounts import Terms, off
from billing.history_models import Audit as Audit
from billing.history_models import Milestone as Milestone
from billing.history_models import StripeEvent as StripeEvent
from billing.offer_models import Offer as Offer
from billing.offer_models import tax_words
from core.db import Base
from core.money import formatted

LIVE = ("trialing", "active", "past_due", "unpaid", "paused")
"""Statuses of which a person has one subscription at a time. One that is ``incomplete`` is not
among them: it ends by itself within a day, and stops nobody from beginning anew."""
OVER = ("canceled", "incomplete_expired")
UNBEGUN = ("incomplete", "incomplete_expired")
MUST_CONFIRM = "authentication_required"


class Customer(Base):
    """A member as Stripe knows them. Whoever had two accounts has had two customers: the one
    that pays, and ``is_former`` ones, whose news still reach the member. ``address_due_at``: since
    when Stripe is to be told another e-mail address."""

    __tablename__ = "customer"
    __table_args__ = (
        Index(
            "uq_customer_paying",
            "member_id",
            unique=True,
            postgresql_where=text("not is_former"),
        ),
        Index(
            "ix_customer_address_due",
            "address_due_at",
            postgresql_where=text("address_due_at is not null"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    is_former: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    stripe_id: Mapped[str | None] = mapped_column(unique=True)
    idempotency_key: Mapped[str]
    deleted_at: Mapped[datetime | None]
    address_due_at: Mapped[datetime | None]

    member: Mapped[Member] = relationship()


class CheckoutAttempt(Base):
    """One checkout that a member opened: what was shown, for which film, and how it ended."""

    __tablename__ = "checkout_attempt"
    __table_args__ = (
        Index(
            "uq_checkout_attempt_open",
            "member_id",
            unique=True,
            postgresql_where=text("state = 'open'"),
        ),
        CheckConstraint("state in ('open', 'complete', 'expired')", name="state"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"))
    title_id: Mapped[int | None] = mapped_column(ForeignKey("title.id", ondelete="SET NULL"))
    trial_days: Mapped[int]
    promotion: Mapped[str | None]
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    stripe_session_id: Mapped[str | None] = mapped_column(unique=True)
    url: Mapped[str | None]
    state: Mapped[str] = mapped_column(default="open")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    offer: Mapped[Offer] = relationship()


class Subscription(Base):
    """Our mirror of Stripe's subscription, in Stripe's own spellings, as of ``synced_at``."""

    __tablename__ = "subscription"
    __table_args__ = (
        Index(
            "ix_subscription_reminders",
            "trial_ends_at",
            postgresql_where=text("status = 'trialing'"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    stripe_id: Mapped[str] = mapped_column(unique=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("offer.id"))
    title_id: Mapped[int | None] = mapped_column(ForeignKey("title.id", ondelete="SET NULL"))
    status: Mapped[str]
    stripe_price_id: Mapped[str]
    amount_minor: Mapped[int]
    currency: Mapped[str]
    interval: Mapped[str]
    tax: Mapped[str] = mapped_column(default="exclusive", server_default="exclusive")
    off_minor: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    discounts: Mapped[list[Terms]] = mapped_column(JSONB, default=list, server_default="[]")
    credit_minor: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    created_at: Mapped[datetime]
    trial_started_at: Mapped[datetime | None]
    trial_ends_at: Mapped[datetime | None]
    period_starts_at: Mapped[datetime | None]
    period_ends_at: Mapped[datetime | None]
    cancel_at_period_end: Mapped[bool] = mapped_column(default=False)
    cancel_at: Mapped[datetime | None]
    canceled_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None]
    first_failed_at: Mapped[datetime | None]
    pause_behavior: Mapped[str | None]
    pause_resumes_at: Mapped[datetime | None]
    carded: Mapped[bool] = mapped_column(default=False)
    card_brand: Mapped[str | None]
    card_last4: Mapped[str | None]
    card_expires: Mapped[str | None]
    card_fingerprint: Mapped[str | None]
    synced_at: Mapped[datetime]

    member: Mapped[Member] = relationship()
    customer: Mapped[Customer | None] = relationship()
    offer: Mapped[Offer | None] = relationship()
    invoices: Mapped[list[Invoice]] = relationship(
        back_populates="subscription", order_by="Invoice.created_at"
    )

    @property
    def tax_words(self) -> str:
        """What is said of tax beside the price."""
        return tax_words(self.tax)

    @property
    def next_minor(self) -> int:
        """The coming payment before tax: the price less what a code takes off this once or longer,
        which is in ``off_minor``."""
        return self.amount_minor - self.off_minor

    def minor_at(self, at: datetime) -> int:
        """What a payment before tax comes to that is made at ``at``, within the running period or
        at its end: of what is paused, that is another one than the coming payment."""
        when = int(at.timestamp())
        return self.amount_minor - off(self.discounts, self.amount_minor, self.currency, at=when)

    @property
    def next_words(self) -> str:
        """The coming payment before tax, and where a code takes something off it, from what."""
        return self._words(self.next_minor)

    def words_at(self, at: datetime) -> str:
        """The same of a payment that is made at ``at``, as ``minor_at`` says."""
        return self._words(self.minor_at(at))

    def _words(self, minor: int) -> str:
        coming, price = formatted(minor, self.currency), formatted(self.amount_minor, self.currency)
        return coming if minor == self.amount_minor else f"{coming} ({price} less your discount)"

    @property
    def discount_is_for_one(self) -> bool:
        """Whether what is taken off the coming payment is taken off that one alone."""
        return all(one["is_for_one"] for one in self.discounts)

    @property
    def discount_ends_at(self) -> datetime | None:
        """Until when payments cost less; ``None`` where it is for one, or for every payment."""
        ends = [one["ends"] for one in self.discounts if not one["is_for_one"]]
        last = [datetime.fromtimestamp(end, UTC) for end in ends if end is not None]
        return max(last) if last and len(last) == len(ends) else None

    @property
    def price_words(self) -> str:
        """The price with its tax, and that a code takes something off while it lasts."""
        price = f"{formatted(self.amount_minor, self.currency)} a {self.interval}, {self.tax_words}"
        return f"{price}, less your discount while it lasts" if self.off_minor else price

    @property
    def credit_words(self) -> str:
        """What is said beside a payment that the payer's credit with Stripe meets first."""
        if not self.credit_minor:
            return ""
        credit = formatted(self.credit_minor, self.currency)
        return f"Your credit of {credit} is used before your card."

    @property
    def credit_left_words(self) -> str:
        """What is said of credit to who leaves, or has left."""
        if not self.credit_minor:
            return ""
        credit = formatted(self.credit_minor, self.currency)
        return f"Your credit of {credit} stays yours: it is used first if you subscribe again."

    @property
    def is_live(self) -> bool:
        """Whether it brings money or a right to watch, or may again."""
        return self.status in LIVE

    @property
    def is_over(self) -> bool:
        """Whether nothing comes of it any more, whatever Stripe does."""
        return self.status in OVER

    @property
    def has_begun(self) -> bool:
        """Whether its first payment, or its trial, ever came about."""
        return self.status not in UNBEGUN


class Invoice(Base):
    """Our mirror of one invoice. Amounts are minor units; tax and total are Stripe's."""

    __tablename__ = "invoice"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    stripe_id: Mapped[str] = mapped_column(unique=True)
    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscription.id"), index=True)
    number: Mapped[str | None]
    status: Mapped[str]
    billing_reason: Mapped[str | None]
    total_minor: Mapped[int]
    tax_minor: Mapped[int]
    credited_minor: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    refunded_minor: Mapped[int] = mapped_column(default=0)
    currency: Mapped[str]
    attempt_count: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    paid_at: Mapped[datetime | None]
    refunded_at: Mapped[datetime | None]
    disputed_at: Mapped[datetime | None]
    dispute_status: Mapped[str | None]
    decline_reason: Mapped[str | None]

    subscription: Mapped[Subscription] = relationship(back_populates="invoices")

    @property
    def charged_minor(self) -> int:
        """What the card paid or has to pay of it: all that no credit met."""
        return self.total_minor - self.credited_minor

    @property
    def is_paid_back(self) -> bool:
        """Whether the card paid something of it, and all of that was given back."""
        return 0 < self.charged_minor <= self.refunded_minor

    @property
    def must_be_confirmed(self) -> bool:
        """Whether the payer's bank wants them to confirm the payment themselves."""
        return self.status == "open" and self.decline_reason == MUST_CONFIRM


class TrialRedemption(Base):
    """A trial that somebody has had, under every mark by which a second one is recognised."""

    __tablename__ = "trial_redemption"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscription.id"), unique=True)
    email_canonical: Mapped[str] = mapped_column(index=True)
    card_fingerprint: Mapped[str | None] = mapped_column(index=True)
    at: Mapped[datetime]


class Consent(Base):
    """The exact words that a person agreed to, and what they were shown beside them."""

    __tablename__ = "consent"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("checkout_attempt.id"))
    text: Mapped[str] = mapped_column(Text)
    button: Mapped[str]
    amount_minor: Mapped[int]
    currency: Mapped[str]
    charge_at: Mapped[datetime]
    locale: Mapped[str]
    network: Mapped[str]
    at: Mapped[datetime]
