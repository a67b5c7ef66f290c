"""Plans: the older face of recurring prices."""

from typing import Any

from ..billing.plans import plan_of
from ..billing.prices import new_price, new_product
from ..errors import invalid, no_such
from ..lists import CURSORS, candidates, fits, page_of
from ..operations import Call, apply, apply_metadata, deleted, operation, referred

Obj = dict[str, Any]


def _price(call: Call) -> Obj:
    price = call.engine.store.get("price", call.id)
    if price is None or price["recurring"] is None or price.get("_deleted"):
        raise no_such("plan", call.id, "plan", in_path=True)
    return price


@operation("POST /v1/plans", "Plan.create")
def create(call: Call) -> Obj:
    """Add a plan, which is a recurring price."""
    engine, params = call.engine, call.params
    product = params.get("product")
    if product is None:
        raise invalid("Missing required param: product.", "product", "parameter_missing")
    if isinstance(product, dict):
        product = new_product(engine, product)["id"]
    else:
        referred(engine, "product", product, "product")
    given = {
        "active": params.get("active", True),
        "currency": params["currency"],
        "metadata": params.get("metadata") or {},
        "nickname": params.get("nickname"),
        "product": product,
        "recurring": {
            name: params[name]
            for name in ("interval", "interval_count", "trial_period_days", "usage_type", "meter")
            if name in params
        },
    }
    for old, new in (("amount", "unit_amount"), ("amount_decimal", "unit_amount_decimal")):
        if old in params:
            given[new] = params[old]
    members = {"id": params["id"]} if params.get("id") else {}
    plan = plan_of(new_price(engine, given, **members))
    engine.tell("plan.created", plan)
    return plan


@operation("GET /v1/plans", "Plan.list")
def listed(call: Call) -> Obj:
    """Plans."""
    plain = {k: v for k, v in call.params.items() if k not in CURSORS}
    page = page_of(
        call,
        candidates(call.engine, "price", plain),
        keep=lambda price: price["recurring"] is not None and fits(price, plain),
    )
    page["data"] = [plan_of(price) for price in page["data"]]
    return page


@operation("GET /v1/plans/{id}", "Plan.retrieve")
def retrieve(call: Call) -> Obj:
    """One plan."""
    return plan_of(_price(call))


@operation("POST /v1/plans/{id}", "Plan.update")
def update(call: Call) -> Obj:
    """Change a plan's name, state or notes."""
    price = _price(call)
    before = plan_of(price)
    apply(price, call.params, "active", "nickname")
    apply_metadata(price, call.params)
    call.engine.store.put(price)
    plan = plan_of(price)
    changed = {name: value for name, value in before.items() if plan[name] != value}
    call.engine.tell("plan.updated", plan, changed)
    return plan


@operation("DELETE /v1/plans/{id}", "Plan.delete")
def delete(call: Call) -> Obj:
    """Remove a plan; subscriptions that use it go on."""
    price = _price(call)
    call.engine.tell("plan.deleted", plan_of(price))
    price.update(active=False, _deleted=True)
    call.engine.store.put(price)
    return deleted("plan", price["id"])
