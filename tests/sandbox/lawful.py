"""Things a shop may do to one customer's subscriptions."""

from collections.abc import Callable
from typing import Any

import stripe

from sandbox.app import Sandbox, create
from sandbox.clock import DAY, HOUR
from tests.stripe_in_process import client

from .conftest import START

Obj = dict[str, Any]
CARDS = (
    "pm_card_visa",
    "pm_card_chargeCustomerFail",
    "pm_card_authenticationRequired",
    "pm_card_createDispute",
)


class World:
    """A sandbox with one customer and three prices, and every lawful step as a method."""

    def __init__(self) -> None:
        self.sandbox: Sandbox = create(frozen_at=START, seed=1)
        self.api = client(self.sandbox)
        product = self.api.v1.products.create({"name": "Matinee"}).id
        self.prices = [
            self._price(product, amount, interval)
            for amount, interval in ((699, "month"), (1299, "month"), (6990, "year"))
        ]
        self.coupons = [
            self.api.v1.coupons.create({"percent_off": 33.3, "duration": "once"}).id,
            self.api.v1.coupons.create(
                {"amount_off": 250, "currency": "gbp", "duration": "forever"}
            ).id,
        ]
        self.tax = self.api.v1.tax_rates.create(
            {"display_name": "VAT", "inclusive": False, "percentage": 20.0}
        ).id
        self.customer = self.api.v1.customers.create({"email": "ada@example.org"}).id

    def _price(self, product: str, amount: int, interval: Any) -> str:
        return self.api.v1.prices.create(
            {
                "product": product,
                "currency": "gbp",
                "unit_amount": amount,
                "recurring": {"interval": interval},
            }
        ).id

    def do(self, step: tuple[str, int, int]) -> None:
        """Take a step; Stripe may refuse it, but nothing else may go wrong."""
        name, first, second = step
        act: Callable[[int, int], object] = getattr(self, name)
        try:
            act(first, second)
        except (stripe.InvalidRequestError, stripe.CardError):
            return

    def _pick(self, kind: str, number: int) -> Obj:
        rows = list(self.sandbox.engine.store.all(kind))
        if not rows:
            raise stripe.InvalidRequestError("there is none yet", None)
        return rows[number % len(rows)]

    def pass_time(self, first: int, second: int) -> None:
        self.sandbox.advance((HOUR, 6 * HOUR, DAY, 4 * DAY, 12 * DAY, 31 * DAY)[first % 6])

    def save_card(self, first: int, second: int) -> None:
        method = self.api.v1.payment_methods.attach(
            CARDS[first % len(CARDS)], {"customer": self.customer}
        )
        self.api.v1.customers.update(
            self.customer, {"invoice_settings": {"default_payment_method": method.id}}
        )

    def subscribe(self, first: int, second: int) -> None:
        behaviors = ("allow_incomplete", "default_incomplete", "error_if_incomplete")
        endings = ("cancel", "pause", "create_invoice")
        wanted: Any = {
            "customer": self.customer,
            "items": [{"price": self.prices[first % 3], "quantity": 1 + second % 3}],
            "payment_behavior": behaviors[second % 3],
            "trial_settings": {"end_behavior": {"missing_payment_method": endings[first % 3]}},
        }
        if second % 2:
            wanted["trial_period_days"] = (1, 7, 30)[first % 3]
        if first % 4 == 1:
            wanted["discounts"] = [{"coupon": self.coupons[second % 2]}]
        if first % 5 == 2:
            wanted["default_tax_rates"] = [self.tax]
        self.api.v1.subscriptions.create(wanted)

    def change_plan(self, first: int, second: int) -> None:
        found = self._pick("subscription", first)
        item = found["items"]["data"][0]["id"]
        behaviors = ("create_prorations", "always_invoice", "none")
        wanted: Any = {
            "items": [{"id": item, "price": self.prices[second % 3], "quantity": 1 + first % 2}],
            "proration_behavior": behaviors[first % 3],
            "payment_behavior": ("allow_incomplete", "pending_if_incomplete")[second % 2],
        }
        self.api.v1.subscriptions.update(found["id"], wanted)

    def plan_to_cancel(self, first: int, second: int) -> None:
        found = self._pick("subscription", first)
        self.api.v1.subscriptions.update(found["id"], {"cancel_at_period_end": bool(second % 2)})

    def cancel(self, first: int, second: int) -> None:
        found = self._pick("subscription", first)
        self.api.v1.subscriptions.cancel(
            found["id"], {"prorate": bool(second % 2), "invoice_now": second % 3 == 0}
        )

    def end_trial(self, first: int, second: int) -> None:
        self.api.v1.subscriptions.update(
            self._pick("subscription", first)["id"], {"trial_end": "now"}
        )

    def extend_trial(self, first: int, second: int) -> None:
        end = self.sandbox.clock.now() + (1 + second % 20) * DAY
        self.api.v1.subscriptions.update(
            self._pick("subscription", first)["id"], {"trial_end": end}
        )

    def pause(self, first: int, second: int) -> None:
        behaviors = ("keep_as_draft", "mark_uncollectible", "void", "")
        wanted: Any = {"behavior": behaviors[second % 4]} if second % 4 < 3 else ""
        found = self._pick("subscription", first)
        self.api.v1.subscriptions.update(found["id"], {"pause_collection": wanted})

    def pause_whole(self, first: int, second: int) -> None:
        wanted: Any = {"type": "subscription"}
        self.api.v1.subscriptions.pause(self._pick("subscription", first)["id"], wanted)

    def resume(self, first: int, second: int) -> None:
        self.api.v1.subscriptions.resume(self._pick("subscription", first)["id"])

    def pay(self, first: int, second: int) -> None:
        self.api.v1.invoices.pay(self._pick("invoice", first)["id"])

    def void(self, first: int, second: int) -> None:
        self.api.v1.invoices.void_invoice(self._pick("invoice", first)["id"])

    def write_off(self, first: int, second: int) -> None:
        self.api.v1.invoices.mark_uncollectible(self._pick("invoice", first)["id"])

    def charge_extra(self, first: int, second: int) -> None:
        self.api.v1.invoice_items.create(
            {"customer": self.customer, "currency": "gbp", "amount": first % 900 - 300}
        )

    def give_credit(self, first: int, second: int) -> None:
        self.api.v1.customers.balance_transactions.create(
            self.customer, {"amount": -(1 + first % 2_000), "currency": "gbp"}
        )

    def credit_note(self, first: int, second: int) -> None:
        found = self._pick("invoice", first)
        amount = 1 + second % 400
        wanted: Any = {"invoice": found["id"], "amount": amount}
        if found["status"] == "paid":
            wanted["credit_amount"] = amount
        self.api.v1.credit_notes.create(wanted)

    def refund(self, first: int, second: int) -> None:
        found = self._pick("charge", first)
        self.api.v1.refunds.create({"charge": found["id"], "amount": 1 + second % 500})

    def close(self) -> None:
        self.sandbox.close()


STEPS = (
    "pass_time", "pass_time", "pass_time", "save_card", "subscribe", "subscribe", "change_plan",
    "plan_to_cancel", "cancel", "end_trial", "extend_trial", "pause", "pause_whole",
    "resume", "pay", "void",
    "write_off", "charge_extra", "give_credit", "credit_note", "refund",
)  # fmt: skip
