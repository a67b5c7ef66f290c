"""Things a shop may do to one customer's subscriptions, and what must hold whatever it does."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import stripe

from sandbox.app import Sandbox, create
from sandbox.billing.endings import ENDED
from sandbox.clock import DAY, HOUR
from sandbox.events import present
from tests.stripe_in_process import client

from .conftest import START

Obj = dict[str, Any]
MOVES = {
    "trialing": {"active", "past_due", "paused", "canceled", "unpaid"},
    "incomplete": {"active", "trialing", "incomplete_expired", "canceled"},
    "active": {"past_due", "unpaid", "canceled", "paused", "trialing"},
    "past_due": {"active", "unpaid", "canceled", "paused"},
    "unpaid": {"active", "canceled", "past_due"},
    "paused": {"active", "canceled", "past_due"},
    "canceled": set(),
    "incomplete_expired": set(),
}
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


def broken(world: World) -> list[str]:
    """Everything in a world that Stripe could not have, in words."""
    store = world.sandbox.engine.store
    return [
        *[line for row in store.all("subscription") for line in _subscription(world, row)],
        *[line for row in store.all("invoice") for line in _invoice(world, row)],
        *_moves(world),
        *_money(world),
    ]


def _subscription(world: World, row: Obj) -> list[str]:
    now, agenda = world.sandbox.clock.now(), world.sandbox.engine.agenda
    end = row["items"]["data"][0]["current_period_end"]
    status = row["status"]
    renews = agenda.due_at("renew", row["id"])
    rules = {
        "ended_at tells that it ended": (row["ended_at"] is not None) == (status in ENDED),
        "what ended has no appointments": status not in ENDED or renews is None,
        "what runs has a next renewal": status not in ("active", "trialing", "past_due")
        or (renews is not None and renews >= now),
        "a trial ends in the future": status != "trialing" or row["trial_end"] >= now,
        "a trial's period is the trial": status != "trialing" or end == row["trial_end"],
        "incomplete lasts 23 hours": status != "incomplete" or now - row["created"] < 23 * HOUR,
        "a planned end is told twice": not row["cancel_at_period_end"]
        or row["cancel_at"] is not None,
        "the latest invoice exists": store_has(world, row["latest_invoice"]),
    }
    return [f"{row['id']} ({status}): {rule}" for rule, holds in rules.items() if not holds]


def store_has(world: World, id: str | None) -> bool:
    """Whether an id leads somewhere."""
    return id is not None and world.sandbox.engine.store.peek(id) is not None


def _invoice(world: World, row: Obj) -> list[str]:
    lines, status = row["lines"]["data"], row["status"]
    discount = sum(part["amount"] for part in row["total_discount_amounts"])
    tax = sum(t["amount"] for t in row["total_taxes"] if t["tax_behavior"] == "exclusive")
    due = max(0, row["total"] + row["starting_balance"]) if row["total"] >= 0 else 0
    credited = row["pre_payment_credit_notes_amount"]
    intents = [
        store_row
        for store_row in world.sandbox.engine.store.all("payment_intent")
        if store_row.get("_invoice") == row["id"] and store_row["status"] == "succeeded"
    ]
    rules = {
        "subtotal is the lines": row["subtotal"] == sum(line["amount"] for line in lines),
        "total follows": row["total"] == row["subtotal"] - discount + tax,
        "a discount takes no more than there is": discount <= max(0, row["subtotal"])
        or any(line["amount"] < 0 for line in lines),
        "due follows": row["amount_due"] == due,
        "remaining follows": status in ("void", "uncollectible")
        or row["amount_remaining"] == max(0, due - row["amount_paid"] - credited),
        "paid means nothing remains": status != "paid" or row["amount_remaining"] == 0,
        "only paid was paid": status == "paid" or row["amount_paid"] == 0,
        "a number comes with finalising": (row["number"] is None) == (status == "draft"),
        "money came once": len(intents) <= 1,
        "the money is the sum": not intents
        or status != "paid"
        or intents[0]["amount_received"] == row["amount_paid"],
    }
    return [f"{row['id']} ({status}): {rule}" for rule, holds in rules.items() if not holds]


def _moves(world: World) -> list[str]:
    """Moves between states, as the events tell them, that are not on Stripe's list."""
    told: dict[str, list[str]] = {}
    for event in world.sandbox.engine.store.all("event"):
        if event["type"].startswith("customer.subscription."):
            row = present(event)["data"]["object"]
            told.setdefault(row["id"], []).append(row["status"])
    return [
        f"{id}: {old} -> {new}"
        for id, states in told.items()
        for old, new in pairwise(states)
        if old != new and new not in MOVES[old]
    ]


def _money(world: World) -> list[str]:
    store = world.sandbox.engine.store
    customer = store.peek(world.customer) or {}
    moved = sum(row["amount"] for row in store.all("customer_balance_transaction"))
    numbers = [row["number"] for row in store.all("invoice") if row["number"]]
    rules = {
        "the balance is its entries": customer["balance"] == moved,
        "invoice numbers are used once": len(numbers) == len(set(numbers)),
        "no more goes back than came": all(
            0 <= row["amount_refunded"] <= row["amount_captured"] for row in store.all("charge")
        ),
    }
    return [rule for rule, holds in rules.items() if not holds]
