"""Questions to Stripe about one thing: whose it is, and whether a customer still exists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from stripe import StripeClient

from billing.gateway_errors import StripeRefused, our_errors
from billing.stripe_records import (
    SessionRecord,
    SubscriptionRecord,
    session_record,
    subscription_record,
)

Kind = Literal["customers", "products", "prices"]

# The beginning of an id tells what it names; longer beginnings come first.
PLACES = {
    "sub_sched_": "/v1/subscription_schedules/",
    "sub_": "/v1/subscriptions/",
    "in_": "/v1/invoices/",
    "inpay_": "/v1/invoice_payments/",
    "ch_": "/v1/charges/",
    "py_": "/v1/charges/",
    "pi_": "/v1/payment_intents/",
    "seti_": "/v1/setup_intents/",
    "cs_": "/v1/checkout/sessions/",
    "pm_": "/v1/payment_methods/",
    "re_": "/v1/refunds/",
    "pyr_": "/v1/refunds/",
    "du_": "/v1/disputes/",
    "dp_": "/v1/disputes/",
    "issfr_": "/v1/radar/early_fraud_warnings/",
    "cn_": "/v1/credit_notes/",
}


@dataclass(frozen=True)
class CustomerRecord:
    """A customer as Stripe says it stands; a deleted one has nothing but its id."""

    id: str
    deleted: bool
    metadata: dict[str, str]


class Lookups:
    """The part of the gateway that asks about one thing."""

    _client: StripeClient
    _limits: dict[str, tuple[str, ...]]

    def is_for(self, coupon_id: str, product_id: str | None) -> bool:
        """Whether a coupon takes something off a product. What a coupon is for never changes, so
        that it is asked once; one that is gone is for what it was used for."""
        if coupon_id not in self._limits:
            self._limits[coupon_id] = self._limits_of(coupon_id)
        limits = self._limits[coupon_id]
        return product_id is None or not limits or product_id in limits

    def _limits_of(self, coupon_id: str) -> tuple[str, ...]:
        try:
            with our_errors():
                said = self._client.v1.coupons.retrieve(coupon_id, {"expand": ["applies_to"]})
        except StripeRefused:
            return ()
        return tuple((said.to_dict().get("applies_to") or {}).get("products") or ())

    def customer(self, customer_id: str) -> CustomerRecord:
        """One customer, a deleted one too. Raises ``CustomerGone`` where none ever was."""
        said = self._said(f"/v1/customers/{customer_id}")
        return CustomerRecord(
            id=said["id"],
            deleted=said.get("deleted") is True,
            metadata=dict(said.get("metadata") or {}),
        )

    def find_reserved(self, kind: Kind, reservation: str, *, since: datetime) -> str | None:
        """What was made for ``reservation`` since an instant. Lists are true at once; Stripe's
        search is not."""
        said: Any = {"created": {"gte": int(since.timestamp())}, "limit": 100}
        with our_errors():
            for one in getattr(self._client.v1, kind).list(said).auto_paging_iter():
                about = one.to_dict().get("metadata") or {}
                if about.get("reservation") == reservation:
                    return str(one.id)
        return None

    def find_open_checkout(self, customer_id: str, attempt_id: int) -> SessionRecord | None:
        """The payment page that is open for an attempt of a customer."""
        with our_errors():
            found = self._client.v1.checkout.sessions.list(
                {"customer": customer_id, "status": "open", "limit": 100}
            )
            for one in found.auto_paging_iter():
                about = one.to_dict().get("metadata") or {}
                if about.get("attempt_id") == str(attempt_id):
                    return session_record(one)
        return None

    def subscription(self, subscription_id: str) -> SubscriptionRecord:
        """One subscription as it stands now."""
        with our_errors():
            said = self._client.v1.subscriptions.retrieve(subscription_id)
        return subscription_record(said, self.is_for)

    def find_owner(self, object_id: str) -> str | None:
        """The customer that a thing of Stripe's belongs to, or ``None``.

        A dispute or a refund names a charge, a payment an invoice: that one is asked next.
        """
        if object_id.startswith("cus_"):
            return object_id
        place = next((PLACES[name] for name in PLACES if object_id.startswith(name)), None)
        if place is None:
            return None
        try:
            said = self._said(place + object_id)
        except StripeRefused:
            return None
        behind = said.get("customer") or said.get("charge") or said.get("invoice")
        found = behind["id"] if isinstance(behind, dict) else behind
        return self.find_owner(found) if found else None

    def _said(self, path: str) -> dict[str, Any]:
        with our_errors():
            return dict(self._client.raw_request("get", path).data)
