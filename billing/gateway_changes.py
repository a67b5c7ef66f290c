"""Changes of a subscription at Stripe: cancel, undo, pause, resume, move, switch."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from stripe import StripeClient

from billing import discounts
from billing.charge_calendar import Discount
from billing.gateway_errors import StripeRefused, our_errors
from core.db import epoch


@dataclass(frozen=True)
class PreviewRecord:
    """What Stripe would charge, before anything is changed. Amounts are minor units.

    ``due_minor`` is what the card is asked for, after the credit that the customer has, and
    ``kept_minor`` what is left of that credit. ``paid_until`` is the end of what a switch buys,
    and so the day of the charge that follows, and ``next_off_minor`` what discounts take off that.
    """

    total_minor: int
    tax_minor: int
    currency: str
    due_minor: int = 0
    kept_minor: int = 0
    paid_until: datetime | None = None
    next_off_minor: int = 0


@dataclass(frozen=True)
class PromotionRecord:
    """A promotion code: what it takes off, and for whom and how long it may be used."""

    discount: Discount
    active: bool
    customer_id: str | None
    expires_at: datetime | None
    used_up: bool
    products: tuple[str, ...] = ()
    is_for_first_payment: bool = False
    least_minor: int | None = None
    least_currency: str | None = None

    def fits(self, product_id: str | None, amount_minor: int, currency: str) -> bool:
        """Whether it takes something off a price of this product at Stripe."""
        ours = not self.products or product_id in self.products
        enough = self.least_minor is None or (
            amount_minor >= self.least_minor and self.least_currency in (None, currency)
        )
        return ours and enough and self.discount.currency in (None, currency)

    def is_open(self, customer_id: str | None, *, now: datetime) -> bool:
        """Whether this customer may use it now."""
        theirs = self.customer_id in (None, customer_id)
        lasts = self.expires_at is None or self.expires_at > now
        return self.active and not self.used_up and theirs and lasts


def _promotion(said: dict[str, Any]) -> PromotionRecord:
    coupon, limits = said["promotion"]["coupon"], said.get("restrictions") or {}
    return PromotionRecord(
        discount=Discount(
            promotion_id=said["id"],
            code=said["code"],
            duration=coupon["duration"],
            percent=coupon.get("percent_off"),
            amount_minor=coupon.get("amount_off"),
            currency=coupon.get("currency"),
            months=coupon.get("duration_in_months"),
            film=(said.get("metadata") or {}).get("film"),
        ),
        active=said["active"] and coupon["valid"],
        customer_id=said.get("customer"),
        expires_at=epoch(said.get("expires_at")),
        used_up=0 < (said.get("max_redemptions") or 0) <= said["times_redeemed"],
        products=tuple((coupon.get("applies_to") or {}).get("products") or ()),
        is_for_first_payment=bool(limits.get("first_time_transaction")),
        least_minor=limits.get("minimum_amount"),
        least_currency=limits.get("minimum_amount_currency"),
    )


def _preview(said: dict[str, Any]) -> PreviewRecord:
    left = said["total"] + (said.get("starting_balance") or 0)  # a credit is below zero
    return PreviewRecord(
        total_minor=said["total"],
        tax_minor=sum(tax["amount"] for tax in said.get("total_taxes") or []),
        currency=said["currency"],
        due_minor=said["amount_due"],
        kept_minor=max(0, -left),
    )


def _paid_until(said: dict[str, Any], price_id: str) -> datetime | None:
    """The end of the time that an invoice bills at a price; what it gives back is another's."""
    bought = [
        line["period"]["end"]
        for line in said["lines"]["data"]
        if line["amount"] >= 0 and _price_of(line) == price_id
    ]
    return epoch(max(bought, default=None))


def _price_of(line: dict[str, Any]) -> str | None:
    details = (line.get("pricing") or {}).get("price_details") or {}
    price: str | None = details.get("price")
    return price


def _product_of(said: dict[str, Any], price_id: str) -> str | None:
    """What an invoice sells at a price."""
    details = (
        (line.get("pricing") or {}).get("price_details") or {} for line in said["lines"]["data"]
    )
    return next((one.get("product") for one in details if one.get("price") == price_id), None)


def _switched(held: dict[str, Any], price_id: str, at: datetime | None) -> dict[str, Any]:
    """What is said of a switch, the same when it is looked at and when it is made."""
    said: dict[str, Any] = {
        "items": [{"id": held["items"]["data"][0]["id"], "price": price_id}],
        "proration_behavior": "create_prorations" if at is None else "always_invoice",
    }
    return said if at is None else said | {"proration_date": int(at.timestamp())}


def _off_next(
    said: dict[str, Any],
    held: dict[str, Any],
    amount_minor: int,
    until: datetime | None,
    product_id: str | None,
    is_for: discounts.IsFor,
) -> int:
    """What discounts take off the charge after an invoice, which uses up those for one payment."""
    used = {part["discount"] for part in said.get("total_discount_amounts") or [] if part["amount"]}
    left = [
        one for one in held.get("discounts") or [] if not (_is_for_one(one) and one["id"] in used)
    ]
    ends = held["items"]["data"][0].get("current_period_end")
    at = int(until.timestamp()) if until else ends
    return discounts.off(
        discounts.terms(left, product_id, is_for), amount_minor, said["currency"], at=at
    )


def _is_for_one(discount: Any) -> bool:
    coupon = (discount.get("source") or {}).get("coupon") if isinstance(discount, dict) else None
    return isinstance(coupon, dict) and coupon.get("duration") == "once"


class Changes:
    """The part of the gateway that changes subscriptions."""

    _client: StripeClient
    is_for: discounts.IsFor

    def cancel_at_period_end(self, subscription_id: str, *, cancel: bool, key: str) -> None:
        """Let a subscription end with what was promised, or take that back."""
        with our_errors():
            self._client.v1.subscriptions.update(
                subscription_id, {"cancel_at_period_end": cancel}, {"idempotency_key": key}
            )

    def cancel_now(self, subscription_id: str, *, key: str, why: str | None = None) -> None:
        """End a subscription at once, charging and returning nothing; one that ended stays so.

        ``why`` stays with the subscription at Stripe, whatever becomes of us before we note it.
        """
        params: Any = {"cancellation_details": {"comment": why}} if why else {}
        try:
            with our_errors():
                self._client.v1.subscriptions.cancel(
                    subscription_id, params, {"idempotency_key": key}
                )
        except StripeRefused:  # Stripe knows no such subscription to end, once it has ended
            if not self._has_ended(subscription_id):
                raise

    def move_trial_end(self, subscription_id: str, ends_at: datetime, *, key: str) -> None:
        """Set the instant at which a trial ends and the first charge falls due."""
        with our_errors():
            self._client.v1.subscriptions.update(
                subscription_id,
                {"trial_end": int(ends_at.timestamp()), "proration_behavior": "none"},
                {"idempotency_key": key},
            )

    def pause(self, subscription_id: str, until: datetime, *, key: str) -> None:
        """Collect nothing until ``until``; invoices of that time are voided."""
        pause: Any = {"behavior": "void", "resumes_at": int(until.timestamp())}
        self._update(subscription_id, {"pause_collection": pause}, key)

    def end_pause(self, subscription_id: str, *, bill_now: bool, key: str) -> None:
        """Collect again: at the next period, or with ``bill_now`` from a period that begins now."""
        params: dict[str, Any] = {"pause_collection": ""}
        if bill_now:
            params |= {"billing_cycle_anchor": {"type": "now"}, "proration_behavior": "none"}
        self._update(subscription_id, params, key)

    def find_promotion(self, code: str) -> PromotionRecord | None:
        """The promotion that a typed code names, whether it may be used or not."""
        with our_errors():
            found = self._client.v1.promotion_codes.list(
                {"code": code, "limit": 1, "expand": ["data.promotion.coupon.applies_to"]}
            ).data
        return _promotion(found[0].to_dict()) if found else None

    def resume(self, subscription_id: str, *, key: str) -> None:
        """Wake a subscription that Stripe paused for want of a card; it is billed from now."""
        params: Any = {"billing_cycle_anchor": {"type": "now"}}
        with our_errors():
            self._client.v1.subscriptions.resume(subscription_id, params, {"idempotency_key": key})

    def preview_switch(
        self, subscription_id: str, price_id: str, amount_minor: int, *, at: datetime | None = None
    ) -> PreviewRecord:
        """What a switch to ``price_id`` would bring: the invoice that ``switch`` would make, and
        what is taken off the next charge of ``amount_minor``."""
        held = self._held(subscription_id)
        details = _switched(held, price_id, at)
        said = self._previewed({"subscription": subscription_id, "subscription_details": details})
        until = _paid_until(said, price_id)
        product_id = _product_of(said, price_id)
        off = _off_next(said, held, amount_minor, until, product_id, self.is_for)
        return replace(_preview(said), paid_until=until, next_off_minor=off)

    def preview_next(self, subscription_id: str) -> PreviewRecord:
        """The next invoice as it stands: with its tax and its discounts."""
        return _preview(self._previewed({"subscription": subscription_id}))

    def switch(
        self,
        subscription_id: str,
        price_id: str,
        *,
        at: datetime | None,
        key: str,
        waits: bool = False,
    ) -> None:
        """Change what a subscription buys, and charge the difference at once.

        A trial, which has no ``at``, keeps its end and is charged nothing; a credit stays with the
        customer. Raises ``CardDeclined`` with nothing changed where a charge falls due and fails.
        One that ``waits`` is made when its invoice is paid, and is dropped after 23 hours.
        """
        params = _switched(self._held(subscription_id), price_id, at)
        behavior = "pending_if_incomplete" if waits else "error_if_incomplete"
        self._update(subscription_id, params | {"payment_behavior": behavior}, key)

    def _previewed(self, params: dict[str, Any]) -> dict[str, Any]:
        with our_errors():
            return self._client.v1.invoices.create_preview(cast(Any, params)).to_dict()

    def _has_ended(self, subscription_id: str) -> bool:
        with our_errors():
            said = self._client.v1.subscriptions.retrieve(subscription_id).to_dict()
        return said.get("ended_at") is not None

    def _held(self, subscription_id: str) -> dict[str, Any]:
        """The subscription as it stands, with the discounts that it has."""
        with our_errors():
            return self._client.v1.subscriptions.retrieve(
                subscription_id, {"expand": ["discounts.source.coupon"]}
            ).to_dict()

    def _update(self, subscription_id: str, params: dict[str, Any], key: str) -> None:
        with our_errors():
            self._client.v1.subscriptions.update(
                subscription_id, cast(Any, params), {"idempotency_key": key}
            )
