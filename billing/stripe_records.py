"""What we take from Stripe's objects, as small frozen records in our own words.

Objects of the library have no ``get`` and raise for a member that is absent; each is turned into
plain dictionaries once, here, and nothing of it travels further.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from billing import discounts
from billing.discounts import Terms
from core.db import epoch


class _StripeObject(Protocol):
    def to_dict(self) -> dict[str, Any]: ...


@dataclass(frozen=True)
class SessionRecord:
    """A checkout session: where it leads; it is ``open``, ``complete`` or ``expired``."""

    id: str
    url: str | None
    status: str | None
    customer_id: str | None
    subscription_id: str | None


@dataclass(frozen=True)
class CardRecord:
    """The card that will be charged: brand, last four digits, ``08/28`` and its fingerprint."""

    brand: str
    last4: str
    expires: str
    fingerprint: str | None


@dataclass(frozen=True)
class SubscriptionRecord:
    """A subscription as Stripe says it stands. Instants are aware; amounts are minor units."""

    id: str
    customer_id: str
    status: str
    price_id: str
    amount_minor: int
    currency: str
    interval: str
    tax: str
    created_at: datetime
    trial_started_at: datetime | None
    trial_ends_at: datetime | None
    period_starts_at: datetime | None
    period_ends_at: datetime | None
    cancel_at_period_end: bool
    cancel_at: datetime | None
    canceled_at: datetime | None
    ended_at: datetime | None
    cancel_reason: str | None
    pause_behavior: str | None
    pause_resumes_at: datetime | None
    card: CardRecord | None
    metadata: dict[str, str]
    discounts: list[Terms] = field(default_factory=list)
    credit_minor: int = 0
    customer_method_id: str | None = None
    cancel_comment: str | None = None
    customer_deleted: bool = False


@dataclass(frozen=True)
class InvoiceRecord:
    """An invoice as Stripe says it stands."""

    id: str
    customer_id: str | None
    subscription_id: str | None
    number: str | None
    status: str
    billing_reason: str | None
    total_minor: int
    tax_minor: int
    credited_minor: int
    currency: str
    attempt_count: int
    next_attempt_at: datetime | None
    created_at: datetime
    finalized_at: datetime | None
    paid_at: datetime | None


def session_record(made: _StripeObject) -> SessionRecord:
    """Take what we need of a checkout session."""
    said = made.to_dict()
    return SessionRecord(
        id=said["id"],
        url=said.get("url"),
        status=said.get("status"),
        customer_id=_id(said.get("customer")),
        subscription_id=_id(said.get("subscription")),
    )


def subscription_record(
    made: _StripeObject, is_for: discounts.IsFor = discounts.of_all
) -> SubscriptionRecord:
    """Take what we need of a subscription, whose periods stand on its first item; of its discounts
    those that ``is_for`` says are for its product."""
    said = made.to_dict()
    item = said["items"]["data"][0]
    price = item["price"]
    customer = said["customer"] if isinstance(said["customer"], dict) else {}
    of_customer = (customer.get("invoice_settings") or {}).get("default_payment_method")
    pause = said.get("pause_collection") or {}
    ending = said.get("cancellation_details") or {}
    return SubscriptionRecord(
        id=said["id"],
        customer_id=_id(said["customer"]) or "",
        status=said["status"],
        price_id=price["id"],
        amount_minor=price["unit_amount"] or 0,
        currency=said["currency"],
        interval=price["recurring"]["interval"],
        tax=price.get("tax_behavior") or "unspecified",
        created_at=_instant(said["created"]),
        trial_started_at=epoch(said.get("trial_start")),
        trial_ends_at=epoch(said.get("trial_end")),
        period_starts_at=epoch(item.get("current_period_start")),
        period_ends_at=epoch(item.get("current_period_end")),
        cancel_at_period_end=bool(said.get("cancel_at_period_end")),
        cancel_at=epoch(said.get("cancel_at")),
        canceled_at=epoch(said.get("canceled_at")),
        ended_at=epoch(said.get("ended_at")),
        cancel_reason=ending.get("reason"),
        cancel_comment=ending.get("comment"),
        pause_behavior=pause.get("behavior"),
        pause_resumes_at=epoch(pause.get("resumes_at")),
        card=card_record(said.get("default_payment_method")),
        customer_method_id=_id(of_customer),
        metadata=dict(said.get("metadata") or {}),
        discounts=discounts.terms(said.get("discounts") or [], _id(price["product"]), is_for),
        credit_minor=max(0, -(customer.get("balance") or 0)),  # what is owed is above zero
        customer_deleted=customer.get("deleted") is True,
    )


def invoice_record(made: _StripeObject) -> InvoiceRecord:
    """Take what we need of an invoice, which names its subscription in ``parent``."""
    said = made.to_dict()
    parent = (said.get("parent") or {}).get("subscription_details") or {}
    reached = said.get("status_transitions") or {}
    return InvoiceRecord(
        id=said["id"],
        customer_id=_id(said.get("customer")),
        subscription_id=_id(parent.get("subscription")),
        number=said.get("number"),
        status=said.get("status") or "draft",
        billing_reason=said.get("billing_reason"),
        total_minor=said["total"],
        tax_minor=sum(tax["amount"] for tax in said.get("total_taxes") or []),
        credited_minor=_credited(said),
        currency=said["currency"],
        attempt_count=said.get("attempt_count") or 0,
        next_attempt_at=epoch(said.get("next_payment_attempt")),
        created_at=_instant(said["created"]),
        finalized_at=epoch(reached.get("finalized_at")),
        paid_at=epoch(reached.get("paid_at")),
    )


def _credited(said: dict[str, Any]) -> int:
    """How much of an invoice was met by the customer's credit, which is a balance below zero; a
    balance above zero is a debt, and a draft has not touched it yet."""
    before, after = said.get("starting_balance") or 0, said.get("ending_balance")
    return 0 if after is None else max(0, min(after, 0) - min(before, 0))


def card_record(method: Any) -> CardRecord | None:
    """Take what we need of a payment method; ``None`` where it is none or no card."""
    if not isinstance(method, dict) or not method.get("card"):
        return None
    card = method["card"]
    return CardRecord(
        brand=card["brand"],
        last4=card["last4"],
        expires=f"{card['exp_month']:02d}/{card['exp_year'] % 100:02d}",
        fingerprint=card.get("fingerprint"),
    )


def _id(value: Any) -> str | None:
    return str(value["id"] if isinstance(value, dict) else value) if value else None


def _instant(seconds: int) -> datetime:
    made = epoch(seconds)
    assert made is not None
    return made
