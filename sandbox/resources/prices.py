"""Prices: what a product costs and how often."""

from typing import Any

from ..billing.plans import plan_of
from ..billing.prices import new_price, new_product, other_currencies
from ..engine import Engine
from ..errors import invalid
from ..events import public
from ..expand import included
from ..lists import CURSORS, candidates, fits, page_of
from ..operations import Call, apply, apply_metadata, operation, referred, subject

Obj = dict[str, Any]


@operation("POST /v1/prices", "Price.create")
def create(call: Call) -> Obj:
    """Add a price to a product, or to a new product described in place."""
    params = dict(call.params)
    if params.get("product_data"):
        params["product"] = new_product(call.engine, params["product_data"])["id"]
    elif not params.get("product"):
        raise invalid("Missing required param: product.", "product", "parameter_missing")
    else:
        referred(call.engine, "product", params["product"], "product")
    key = params.get("lookup_key")
    if key:
        _take_key(call.engine, key, bool(params.get("transfer_lookup_key")))
    return new_price(call.engine, params)


def _take_key(engine: Engine, key: str, transfer: bool) -> None:
    for price in engine.store.all("price"):
        if price["lookup_key"] == key:
            if not transfer:
                raise invalid(
                    f"A price (`{price['id']}`) already uses that lookup key.", "lookup_key"
                )
            holder = engine.get("price", price["id"])
            holder["lookup_key"] = None
            engine.changed("price.updated", holder)


@operation("GET /v1/prices", "Price.list")
def listed(call: Call) -> Obj:
    """Prices, filtered by product, kind, currency, lookup keys or interval."""
    keys = call.params.get("lookup_keys")
    plain = {k: v for k, v in call.params.items() if k not in (*CURSORS, "lookup_keys")}
    recurring = plain.pop("recurring", None)

    def keep(price: Obj) -> bool:
        return (
            fits(price, plain)
            and (not keys or price["lookup_key"] in keys)
            and (not recurring or fits(price["recurring"] or {}, recurring))
        )

    return page_of(call, candidates(call.engine, "price", plain), keep=keep)


@operation("GET /v1/prices/{id}", "Price.retrieve")
def retrieve(call: Call) -> Obj:
    """One price."""
    return subject(call, "price")


@operation("POST /v1/prices/{id}", "Price.update")
def update(call: Call) -> Obj:
    """Change a price's name, state or other currencies; its amount never changes."""
    price = subject(call, "price")
    params = call.params
    if params.get("lookup_key") and params["lookup_key"] != price["lookup_key"]:
        _take_key(call.engine, params["lookup_key"], bool(params.get("transfer_lookup_key")))
    apply(price, params, "active", "lookup_key", "nickname", "tax_behavior")
    if params.get("currency_options"):
        price["_currency_options"].update(other_currencies(params["currency_options"], ""))
    apply_metadata(price, params)
    if call.engine.changed("price.updated", price):
        _carry_over(call.engine, price)
    return price


def _carry_over(engine: Engine, price: Obj) -> None:
    """Subscription items show the price as it is now."""
    if price["recurring"] is None:
        return
    for found in engine.store.all("subscription"):
        for item in found["items"]["data"]:
            if item["price"]["id"] == price["id"]:
                item.update(price=public(price), plan=plan_of(price))
                engine.store.put(found)


@included("price", "currency_options")
def currency_options(engine: Engine, price: Obj) -> Obj:
    """Every currency a price is offered in, its own first."""
    whole = engine.get("price", price["id"])
    own = {
        "custom_unit_amount": None,
        "tax_behavior": whole["tax_behavior"],
        "unit_amount": whole["unit_amount"],
        "unit_amount_decimal": whole["unit_amount_decimal"],
    }
    return {whole["currency"]: own, **whole["_currency_options"]}


@included("price", "tiers")
def tiers(engine: Engine, price: Obj) -> list[Obj]:
    """The steps of a tiered price."""
    return list(engine.get("price", price["id"])["_tiers"])
