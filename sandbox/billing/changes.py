"""Changes the items of a running subscription and settles the difference."""

from typing import Any

from ..engine import Engine
from ..errors import ApiError, invalid
from ..events import public
from . import cycles, discounts, entitlements, items, periods, proration, settling
from .plans import plan_of

Obj = dict[str, Any]


def planned_items(engine: Engine, subscription: Obj, given: list[Obj], customer: Obj) -> list[Obj]:
    """The items a subscription would have after an update; nothing is changed yet."""
    rows = {item["id"]: dict(item) for item in subscription["items"]["data"]}
    for place, entry in enumerate(given):
        param = f"items[{place}]"
        id = entry.get("id")
        if id is None:
            made = items.item(engine, subscription["id"], entry, customer, param)
            start, end = periods.period_of(subscription)
            made.update(current_period_start=start, current_period_end=end)
            rows[made["id"]] = made
        elif id not in rows:
            raise ApiError(
                f"No such subscription item: '{id}'", code="resource_missing", param=f"{param}[id]"
            )
        elif entry.get("deleted"):
            del rows[id]
        else:
            _edit(engine, rows[id], entry, customer, param)
    planned = list(rows.values())
    if not planned:
        raise invalid(
            "A subscription must have at least one active plan. To cancel a subscription, please "
            "use the cancel API endpoint on /v1/subscriptions.",
            "items",
        )
    items.check_together(planned)
    return planned


def _edit(engine: Engine, row: Obj, entry: Obj, customer: Obj, param: str) -> None:
    if entry.get("price") or entry.get("price_data") or entry.get("plan"):
        price = items.price_for(engine, entry, param)
        row.update(price=public(price), plan=plan_of(price))
        row.setdefault("quantity", 1)
    if "quantity" in entry:
        row["quantity"] = entry["quantity"]
    if "tax_rates" in entry:
        row["tax_rates"] = items.tax_rates(engine, entry["tax_rates"], f"{param}[tax_rates]")
    if "metadata" in entry:
        sent = entry["metadata"] or {}
        kept = {**row["metadata"], **sent} if sent else {}
        row["metadata"] = {k: v for k, v in kept.items() if v != ""}
    if "discounts" in entry:
        row["discounts"] = discounts.redeem(
            engine, entry["discounts"], customer, f"{param}[discounts]", subscription_item=row["id"]
        )


def replace_items(engine: Engine, subscription: Obj, planned: list[Obj], params: Obj) -> None:
    """Switch to the planned items and settle the difference; another interval starts a cycle."""
    customer = engine.get("customer", subscription["customer"])
    old = {item["id"]: item for item in subscription["items"]["data"]}
    anchor = subscription["billing_cycle_anchor"]
    behavior = params.get("proration_behavior", "create_prorations")
    trialing = subscription["status"] == "trialing"
    renews = not trialing and (
        _interval(subscription["items"]["data"]) != _interval(planned)
        or (params.get("billing_cycle_anchor") or {}).get("type") == "now"
        or _was_free(list(old.values())) != _was_free(planned)
    )
    changed = [
        (old.get(id), new) for id, new in _pairs(old, planned) if _terms(old.get(id)) != _terms(new)
    ]
    at = params.get("proration_date", engine.now)
    if changed and behavior != "none" and not trialing and subscription["status"] != "incomplete":
        for before, after in changed:
            proration.change(engine, customer, subscription, before, None if renews else after, at)
    waits = params.get("payment_behavior") == "pending_if_incomplete" and changed
    undo = settling.Before(list(old.values()), anchor) if waits else None
    subscription["items"].update(data=planned, total_count=len(planned))
    if renews:
        subscription["billing_cycle_anchor"] = engine.now
        invoice = new_cycle(engine, customer, subscription)
        settling.pay_now(engine, subscription, invoice, params, undo=undo)
    elif behavior == "always_invoice" and changed and not trialing:
        settling.pending_invoice(engine, subscription, params, undo=undo)
    entitlements.refresh(engine, customer["id"])


def _pairs(old: dict[str, Obj], planned: list[Obj]) -> list[tuple[str, Obj | None]]:
    new = {item["id"]: item for item in planned}
    return [(id, new.get(id)) for id in [*old, *(id for id in new if id not in old)]]


def _terms(item: Obj | None) -> tuple[str, int] | None:
    return None if item is None else (item["price"]["id"], item.get("quantity", 1))


def _interval(rows: list[Obj]) -> tuple[str, int]:
    terms = rows[0]["price"]["recurring"]
    return terms["interval"], terms["interval_count"]


def _was_free(rows: list[Obj]) -> bool:
    return all((row["price"]["unit_amount"] or 0) == 0 for row in rows)


def new_cycle(engine: Engine, customer: Obj, subscription: Obj) -> Obj:
    """Begin a period now and draft its invoice."""
    start = engine.now
    period = (start, periods.next_end(subscription, start))
    periods.set_period(subscription, *period)
    invoice = cycles.cycle_invoice(
        engine, customer, subscription, period, reason="subscription_update"
    )
    discounts.spend(engine, subscription, invoice)
    return invoice
