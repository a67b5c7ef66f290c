"""Subscription items by their own paths: each call is a change of one item's subscription."""

from typing import Any

from ..billing import changes
from ..errors import ApiError
from ..operations import Call, deleted, operation, referred

Obj = dict[str, Any]


def _owner(call: Call) -> tuple[Obj, Obj]:
    for found in call.engine.store.where("subscription", "item", call.id):
        subscription = referred(call.engine, "subscription", found["id"], "item")
        for item in subscription["items"]["data"]:
            if item["id"] == call.id:
                return subscription, item
    raise ApiError(
        f"No such subscription_item: '{call.id}'",
        status=404,
        code="resource_missing",
        param="item",
    )


def _change(call: Call, subscription: Obj, entry: Obj) -> None:
    engine = call.engine
    customer = engine.get("customer", subscription["customer"])
    planned = changes.planned_items(engine, subscription, [entry], customer)
    changes.replace_items(engine, subscription, planned, call.params)
    engine.changed("customer.subscription.updated", subscription)


def _entry(params: Obj) -> Obj:
    names = ("price", "price_data", "plan", "quantity", "metadata", "tax_rates", "discounts")
    return {name: params[name] for name in names if name in params}


@operation("POST /v1/subscription_items", "SubscriptionItem.create")
def create(call: Call) -> Obj:
    """Add an item to a running subscription."""
    wanted = call.params["subscription"]
    subscription = referred(call.engine, "subscription", wanted, "subscription")
    before = {item["id"] for item in subscription["items"]["data"]}
    _change(call, subscription, _entry(call.params))
    made = [item for item in subscription["items"]["data"] if item["id"] not in before]
    return dict(made[0])


@operation("GET /v1/subscription_items/{id}", "SubscriptionItem.retrieve")
def retrieve(call: Call) -> Obj:
    """One item."""
    return _owner(call)[1]


@operation("POST /v1/subscription_items/{id}", "SubscriptionItem.update")
def update(call: Call) -> Obj:
    """Change an item's price, quantity or notes."""
    subscription, item = _owner(call)
    _change(call, subscription, {"id": item["id"], **_entry(call.params)})
    return _owner(call)[1]


@operation("DELETE /v1/subscription_items/{id}", "SubscriptionItem.delete")
def delete(call: Call) -> Obj:
    """Take an item off its subscription."""
    subscription, item = _owner(call)
    _change(call, subscription, {"id": item["id"], "deleted": True})
    return deleted("subscription_item", item["id"])
