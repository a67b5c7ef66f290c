"""Subscription items: one price and quantity each, made from parameters."""

from typing import Any

from ..clock import after
from ..engine import Engine
from ..errors import invalid, no_such
from ..events import public
from ..operations import referred
from ..shapes import complete
from . import discounts
from .plans import plan_of
from .prices import price_from_data

Obj = dict[str, Any]


def item(engine: Engine, subscription_id: str, given: Obj, customer: Obj | None, param: str) -> Obj:
    """A new item for a subscription; its period is set by the caller."""
    offer = _offer(engine, given, param)
    price = price_for(engine, {"price": offer["price"]} if offer else given, param)
    return complete(
        {
            "id": engine.store.new_id("si", 14),
            "object": "subscription_item",
            "created": engine.now,
            "current_period_start": engine.now,
            "current_period_end": engine.now,
            "current_trial": _trial(engine, offer, price) if offer else None,
            "discounts": discounts.redeem(
                engine, given.get("discounts") or [], customer, f"{param}[discounts]"
            ),
            "metadata": dict(given.get("metadata") or {}),
            "plan": plan_of(price),
            "price": public(price),
            "quantity": given.get("quantity", 1),
            "subscription": subscription_id,
            "tax_rates": tax_rates(engine, given.get("tax_rates") or [], f"{param}[tax_rates]"),
        }
    )


def _offer(engine: Engine, given: Obj, param: str) -> Obj | None:
    wanted = (given.get("current_trial") or {}).get("trial_offer")
    if not wanted:
        return None
    offer = referred(
        engine, "product_catalog.trial_offer", wanted, f"{param}[current_trial][trial_offer]"
    )
    if not offer["active"]:
        raise invalid("This trial offer is not active.", f"{param}[current_trial][trial_offer]")
    return offer


def _trial(engine: Engine, offer: Obj, price: Obj) -> Obj:
    terms, times = price["recurring"], offer["duration"]["relative"]["iterations"]
    return {
        "start_date": engine.now,
        "end_date": after(engine.now, terms["interval"], terms["interval_count"], times),
        "trial_offer": offer["id"],
    }


def end_offers(engine: Engine, subscription: Obj, at: int) -> None:
    """Move items whose trial offer is over to the price that follows it."""
    for item in subscription["items"]["data"]:
        trial = item["current_trial"]
        if trial and trial["end_date"] <= at:
            offer = engine.get("product_catalog.trial_offer", trial["trial_offer"])
            price = engine.get("price", offer["end_behavior"]["transition"]["price"])
            item.update(price=public(price), plan=plan_of(price), current_trial=None)


def price_for(engine: Engine, given: Obj, param: str) -> Obj:
    """The active, recurring price that an item parameter names or describes."""
    if given.get("price_data"):
        price = price_from_data(engine, given["price_data"], f"{param}[price_data]")
    else:
        name = "price" if given.get("price") else "plan"
        id = given.get("price") or given.get("plan")
        if not id:
            raise invalid(
                f"Missing required param: {param}[price].", f"{param}[price]", "parameter_missing"
            )
        price = referred(engine, "price", id, f"{param}[{name}]")
    if price["recurring"] is None:
        raise invalid(
            "The price specified is set to `type=one_time` but this field only accepts prices with "
            "`type=recurring`.",
            f"{param}[price]",
        )
    if not price["active"]:
        raise invalid(
            "The price specified is inactive. This field only accepts active prices.",
            f"{param}[price]",
        )
    return price


def tax_rates(engine: Engine, ids: list[str] | str, param: str) -> list[Obj]:
    """The tax rates that parameters name, as they are now."""
    rates = []
    for place, id in enumerate(ids or []):
        rate = engine.store.peek(id)
        if rate is None or rate["object"] != "tax_rate":
            raise no_such("tax rate", id, f"{param}[{place}]")
        rates.append(public(rate))
    return rates


def check_together(items: list[Obj], param: str = "items") -> None:
    """All items of a subscription share currency and billing interval."""
    if len({entry["price"]["id"] for entry in items}) < len(items):
        raise invalid("Cannot add multiple subscription items with the same price.", param)
    terms = {
        (e["price"]["recurring"]["interval"], e["price"]["recurring"]["interval_count"])
        for e in items
    }
    if len(terms) > 1:
        raise invalid(
            "Currently, prices on subscriptions with multiple items must all have the same "
            "billing interval.",
            param,
        )


def currency_of(items: list[Obj], wanted: str | None, customer: Obj) -> str:
    """The currency of a subscription; a customer stays with the first one they were billed in."""
    price = items[0]["price"]
    currency = (wanted or price["currency"]).lower()
    held = customer["currency"]
    if held is not None and held != currency:
        raise invalid(
            "You cannot combine currencies on a single customer. This customer has an active "
            "subscription, subscription schedule, discount, quote, or invoice item with currency "
            f"{held}."
        )
    return str(currency)
