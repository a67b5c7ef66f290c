"""Stripe, and the only place that speaks to it: our words inward, Stripe's outward.

What changes a subscription stands in ``gateway_changes``, what moves money in
``gateway_payments``. Every write carries an idempotency key of the caller's, time-outs are short
and set by hand, and 429 is retried like a server's fault: the library alone would do none of these.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import stripe
from stripe import StripeClient

from billing.gateway_changes import Changes
from billing.gateway_errors import CustomerGone as CustomerGone
from billing.gateway_errors import StripeFailed as StripeFailed
from billing.gateway_errors import StripeRefused as StripeRefused
from billing.gateway_errors import StripeUnavailable as StripeUnavailable
from billing.gateway_errors import our_errors
from billing.gateway_lookups import Lookups
from billing.gateway_payments import Payments
from billing.models import CheckoutAttempt, Offer
from billing.stripe_records import (
    InvoiceRecord,
    SessionRecord,
    SubscriptionRecord,
    card_record,
    invoice_record,
    session_record,
    subscription_record,
)
from core.db import epoch
from core.settings import Settings

SIGNATURE_TOLERANCE_SECONDS = 300
API_VERSION = str(stripe.api_version)
WHOLE = ["data.default_payment_method", "data.customer", "data.discounts.source.coupon"]


class PatientRetries(stripe.HTTPClient):
    """The library's rule for trying again, and once more when Stripe says "too many requests"."""

    def _should_retry(
        self, response: Any, api_connection_error: Any, num_retries: int, max_network_retries: Any
    ) -> bool:
        busy = response is not None and response[1] == 429
        if busy and num_retries < (max_network_retries or 0):
            return True
        return bool(
            super()._should_retry(response, api_connection_error, num_retries, max_network_retries)
        )


class _Patient(PatientRetries, stripe.RequestsClient):
    """The library's own way over the network, with that rule."""


@dataclass(frozen=True)
class EventRecord:
    """An event as Stripe lists it: what is needed to store it as if it had been delivered."""

    id: str
    type: str
    raw: bytes
    created_at: datetime


class Stripe(Changes, Lookups, Payments):
    """Stripe's API in our words. Raises ``StripeUnavailable`` and ``StripeRefused`` alone."""

    def __init__(
        self,
        key: str,
        *,
        base_url: str | None = None,
        http_client: stripe.HTTPClient | None = None,
        seconds: tuple[float, float] = (2, 4),
        retries: int = 1,
    ) -> None:
        self._limits = {}
        addresses: Any = {"api": base_url} if base_url else None
        self._client = StripeClient(
            key,
            base_addresses=addresses,
            http_client=http_client or _Patient(timeout=seconds),
            max_network_retries=retries,
        )

    @classmethod
    def from_settings(cls, found: Settings, *, patient: bool = False) -> Stripe:
        """The gateway of this installation; ``patient`` for workers, where nobody waits."""
        if patient:
            return cls(found.stripe_key, base_url=found.stripe_url, seconds=(2, 20), retries=2)
        return cls(found.stripe_key, base_url=found.stripe_url)

    def make_product(self, offer: Offer, *, reservation: str, key: str) -> str:
        """Make the product behind an offer, to be found by its reservation; returns its id."""
        with our_errors():
            made = self._client.v1.products.create(
                {
                    "name": offer.name,
                    "metadata": {"offer": offer.code, "reservation": reservation},
                },
                {"idempotency_key": key},
            )
        return made.id

    def make_price(self, offer: Offer, product_id: str, *, reservation: str, key: str) -> str:
        """Make the price behind an offer, to be found by its reservation; returns its id."""
        with our_errors():
            made = self._client.v1.prices.create(
                {
                    "product": product_id,
                    "currency": offer.currency,
                    "unit_amount": offer.amount_minor,
                    "tax_behavior": offer.tax,
                    "recurring": {"interval": offer.interval},
                    "metadata": {"offer": offer.code, "reservation": reservation},
                },
                {"idempotency_key": key},
            )
        return made.id

    def make_customer(self, email: str, member_id: int, *, reservation: str, key: str) -> str:
        """Make a customer for a member, to be found by its reservation; returns its id."""
        about = {"member_id": str(member_id), "reservation": reservation}
        with our_errors():
            made = self._client.v1.customers.create(
                {"email": email, "metadata": about}, {"idempotency_key": key}
            )
        return made.id

    def set_address(self, customer_id: str, email: str, *, key: str) -> None:
        """Write to a customer at another e-mail address from now on. To say so twice is the same as
        once, so that each try may have a key of its own."""
        with our_errors():
            self._client.v1.customers.update(
                customer_id, {"email": email}, {"idempotency_key": key}
            )

    def delete_customer(self, customer_id: str, *, key: str) -> None:
        """Have Stripe forget a customer, which ends their subscriptions at once. Raises
        ``CustomerGone`` where that was done."""
        with our_errors():
            self._client.v1.customers.delete(customer_id, {}, {"idempotency_key": key})

    def open_checkout(
        self,
        attempt: CheckoutAttempt,
        *,
        customer_id: str,
        price_id: str,
        metadata: Mapping[str, str],
        success_url: str,
        cancel_url: str,
        terms: str,
        key: str,
        tax: bool = False,
    ) -> SessionRecord:
        """Open the hosted payment page for an attempt; the key makes a repeat the same page."""
        trial: dict[str, Any] = {"metadata": dict(metadata)}
        if attempt.trial_days:
            trial["trial_period_days"] = attempt.trial_days
            trial["trial_settings"] = {"end_behavior": {"missing_payment_method": "cancel"}}
        params: Any = {
            "mode": "subscription",
            "customer": customer_id,
            "client_reference_id": str(attempt.member_id),
            "line_items": [{"price": price_id, "quantity": 1}],
            "subscription_data": trial,
            "payment_method_collection": "always",
            "custom_text": {"submit": {"message": terms}},
            "metadata": dict(metadata),
            "success_url": success_url,
            "cancel_url": cancel_url,
            "expires_at": int(attempt.expires_at.timestamp()),
        }
        if attempt.promotion:
            params["discounts"] = [{"promotion_code": attempt.promotion}]
        if tax:  # the place decides the rate, and the customer keeps the place
            params["automatic_tax"] = {"enabled": True}
            params["customer_update"] = {"address": "auto"}
            params["billing_address_collection"] = "required"
        with our_errors():
            made = self._client.v1.checkout.sessions.create(params, {"idempotency_key": key})
        return session_record(made)

    def checkout(self, session_id: str) -> SessionRecord:
        """One checkout session as it stands now."""
        with our_errors():
            return session_record(self._client.v1.checkout.sessions.retrieve(session_id))

    def expire_checkout(self, session_id: str, *, key: str) -> None:
        """Close a payment page that nobody needs any more; one already closed stays so."""
        try:
            with our_errors():
                self._client.v1.checkout.sessions.expire(session_id, {}, {"idempotency_key": key})
        except StripeRefused:
            return

    def subscriptions(self, customer_id: str) -> list[SubscriptionRecord]:
        """Every subscription that the customer ever had, all pages of them."""
        with our_errors():
            found = self._client.v1.subscriptions.list(
                {
                    "customer": customer_id,
                    "status": "all",
                    "limit": 100,
                    "expand": WHOLE,
                }
            )
            told = list(found.auto_paging_iter())
        records = [subscription_record(one, self.is_for) for one in told]
        return [self._with_customers_card(record) for record in records]

    def _with_customers_card(self, record: SubscriptionRecord) -> SubscriptionRecord:
        """A subscription without a card of its own is charged on the customer's."""
        if record.card is not None or record.customer_method_id is None or record.ended_at:
            return record
        with our_errors():
            method = self._client.v1.payment_methods.retrieve(record.customer_method_id)
        return replace(record, card=card_record(method.to_dict()))

    def invoices(self, customer_id: str) -> list[InvoiceRecord]:
        """Every invoice of the customer, all pages of them."""
        with our_errors():
            found = self._client.v1.invoices.list({"customer": customer_id, "limit": 100})
            return [invoice_record(one) for one in found.auto_paging_iter()]

    def open_portal(self, customer_id: str, *, return_url: str) -> str:
        """The address of the hosted page where a customer changes the card."""
        with our_errors():
            made = self._client.v1.billing_portal.sessions.create(
                {"customer": customer_id, "return_url": return_url}
            )
        return made.url

    def all_subscriptions(self) -> Iterator[SubscriptionRecord]:
        """Every subscription of the account, page by page, also of customers that we never heard
        of."""
        with our_errors():
            found = self._client.v1.subscriptions.list(
                {"status": "all", "limit": 100, "expand": WHOLE}
            )
            for one in found.auto_paging_iter():
                yield subscription_record(one, self.is_for)

    def events_since(self, since: datetime) -> Iterator[EventRecord]:
        """Every event made at or after ``since``, newest first, as Stripe lists them."""
        with our_errors():
            found = self._client.v1.events.list(
                {"created": {"gte": int(since.timestamp())}, "limit": 100}
            )
            for one in found.auto_paging_iter():
                made = epoch(one.created)
                assert made is not None
                yield EventRecord(one.id, one.type, _as_sent(one), made)


def _as_sent(event: stripe.Event) -> bytes:
    """The body of a delivery of ``event``; the library has made numbers of Stripe's decimals."""
    return json.dumps(event.to_dict(), default=str).encode()


def is_genuine(body: bytes, signature: str | None, secrets: Sequence[str]) -> bool:
    """Whether a delivery was signed with one of ``secrets`` within the last five minutes.

    The library's own check, held to a plain answer: text that is no UTF-8, a signature that is
    no ASCII and an instant from the future are refused rather than raised or let through.
    """
    if not signature or not signature.isascii():
        return False
    for secret in secrets:
        try:
            stripe.WebhookSignature.verify_header(
                body, signature, secret, tolerance=SIGNATURE_TOLERANCE_SECONDS
            )
        except (stripe.SignatureVerificationError, UnicodeDecodeError):
            continue
        return _is_not_from_the_future(signature)
    return False


def _is_not_from_the_future(signature: str) -> bool:
    parts = dict(part.partition("=")[::2] for part in signature.split(","))
    return int(parts["t"]) <= time.time() + SIGNATURE_TOLERANCE_SECONDS
