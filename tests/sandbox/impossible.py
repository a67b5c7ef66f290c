"""What must hold in a sandbox whatever a shop does to it."""

from itertools import pairwise
from typing import Any

from sandbox.billing.endings import ENDED
from sandbox.clock import HOUR
from sandbox.events import present

from .lawful import World

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
