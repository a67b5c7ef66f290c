"""Subscriptions: begun, changed, paused, resumed, ended."""

from typing import Any

from ..billing import changes, details, endings, periods, proration, settling, steering
from ..billing import subscriptions as beginnings
from ..engine import Engine
from ..errors import ApiError, invalid
from ..lists import CURSORS, candidates, page_of
from ..operations import Call, operation, referred, subject

Obj = dict[str, Any]


@operation("POST /v1/subscriptions", "Subscription.create")
def create(call: Call) -> Obj:
    """Start a subscription."""
    engine, params = call.engine, call.params
    if "customer" not in params:
        raise invalid("Missing required param: customer.", "customer", "parameter_missing")
    customer = referred(engine, "customer", params["customer"], "customer")
    if customer.get("_deleted"):
        raise invalid(
            f"No such customer: '{customer['id']}'; this customer has been deleted",
            "customer",
            "resource_missing",
        )
    own_method(engine, customer, params.get("default_payment_method"))
    return beginnings.begin(engine, customer, params, off_session=params.get("off_session") is True)


def own_method(engine: Engine, customer: Obj, id: str | None) -> None:
    """Refuse a payment method that does not belong to the customer."""
    if not id:
        return
    method = referred(engine, "payment_method", id, "default_payment_method")
    if method["customer"] != customer["id"]:
        raise invalid(
            f"The customer does not have a payment method with the ID {id}. The payment method "
            "must be attached to the customer.",
            "default_payment_method",
            "resource_missing",
        )


@operation("GET /v1/subscriptions", "Subscription.list")
def listed(call: Call) -> Obj:
    """Subscriptions; ended ones only when their status, or all, is asked for."""
    params = {k: v for k, v in call.params.items() if k not in CURSORS}
    status = params.pop("status", None)
    if params.get("customer"):
        referred(call.engine, "customer", params["customer"], "customer", deleted_too=True)

    def keep(subscription: Obj) -> bool:
        return _has_status(subscription, status) and _fits(subscription, params)

    return page_of(call, candidates(call.engine, "subscription", params), keep=keep)


def _has_status(subscription: Obj, wanted: str | None) -> bool:
    if wanted == "all":
        return True
    if wanted == "ended":
        return subscription["status"] in endings.ENDED
    if wanted is None:
        return subscription["status"] not in endings.ENDED
    return bool(subscription["status"] == wanted)


def _fits(subscription: Obj, params: Obj) -> bool:
    from ..lists import fits

    rows = subscription["items"]["data"]
    start, end = periods.period_of(subscription)
    known = {
        **subscription,
        "current_period_start": start,
        "current_period_end": end,
        "automatic_tax": {"enabled": subscription["automatic_tax"]["enabled"]},
    }
    wanted = dict(params)
    for name in ("price", "plan"):
        id = wanted.pop(name, None)
        if id and all(row["price"]["id"] != id for row in rows):
            return False
    return fits(known, wanted)


@operation("GET /v1/subscriptions/{id}", "Subscription.retrieve")
def retrieve(call: Call) -> Obj:
    """One subscription."""
    return subject(call, "subscription")


@operation("POST /v1/subscriptions/{id}", "Subscription.update")
def update(call: Call) -> Obj:
    """Change a subscription: items, trial, cancellation, collection, details."""
    engine, params = call.engine, call.params
    subscription = subject(call, "subscription")
    customer = engine.get("customer", subscription["customer"])
    _check_living(subscription, params)
    own_method(engine, customer, params.get("default_payment_method"))
    planned = None
    if params.get("items"):
        planned = changes.planned_items(engine, subscription, params["items"], customer)
    details.change(engine, subscription, customer, params)
    steering.plan_cancellation(engine, subscription, params)
    if planned is not None:
        changes.replace_items(engine, subscription, planned, params)
    elif (params.get("billing_cycle_anchor") or {}).get("type") == "now":
        rows = [dict(row) for row in subscription["items"]["data"]]
        changes.replace_items(engine, subscription, rows, params)
    if params.get("trial_end") not in (None, ""):
        steering.move_trial(engine, subscription, params["trial_end"], params)
    engine.changed("customer.subscription.updated", subscription)
    return subscription


def _check_living(subscription: Obj, params: Obj) -> None:
    allowed = {"metadata", "cancellation_details", "expand"}
    if subscription["status"] in endings.ENDED and set(params) - allowed:
        raise invalid(
            "A canceled subscription can only update its cancellation_details and metadata."
        )


@operation("DELETE /v1/subscriptions/{id}", "Subscription.cancel")
def cancel(call: Call) -> Obj:
    """End a subscription now; with ``prorate`` what was not used is paid back."""
    engine, params = call.engine, call.params
    subscription = subject(call, "subscription")
    if subscription["status"] in endings.ENDED:
        raise ApiError(
            f"No such subscription: '{subscription['id']}'",
            status=404,
            code="resource_missing",
            param="id",
        )
    customer = engine.get("customer", subscription["customer"])
    if params.get("prorate") and subscription["status"] in ("active", "past_due"):
        for item in subscription["items"]["data"]:
            proration.change(engine, customer, subscription, item, None, engine.now)
    details = params.get("cancellation_details") or {}
    endings.cancel(
        engine,
        subscription,
        reason="cancellation_requested",
        details={k: v or None for k, v in details.items()},
    )
    if params.get("invoice_now"):
        settling.pending_invoice(engine, subscription, {})
    return subscription


@operation("POST /v1/subscriptions/{id}/resume", "Subscription.resume")
def resume(call: Call) -> Obj:
    """Take a paused subscription up again."""
    subscription = subject(call, "subscription")
    steering.resume(call.engine, subscription, call.params)
    return subscription


@operation("POST /v1/subscriptions/{id}/pause", "Subscription.pause")
def pause(call: Call) -> Obj:
    """Pause a subscription until it is resumed."""
    subscription = subject(call, "subscription")
    if subscription["status"] not in ("active", "trialing", "past_due"):
        raise invalid(
            f"The subscription `{subscription['id']}` has a status of {subscription['status']} "
            "and so cannot be paused."
        )
    endings.pause(call.engine, subscription)
    return subscription


@operation("POST /v1/subscriptions/{id}/migrate", "Subscription.migrate")
def migrate(call: Call) -> Obj:
    """Move a subscription to another billing mode."""
    subscription = subject(call, "subscription")
    mode = call.params["billing_mode"]
    subscription["billing_mode"] = {
        "type": mode["type"],
        "flexible": {"proration_discounts": "included", **mode.get("flexible", {})},
        "updated_at": call.engine.now,
    }
    call.engine.changed("customer.subscription.updated", subscription)
    return subscription


@operation("DELETE /v1/subscriptions/{id}/discount", "Subscription.delete_discount")
def delete_discount(call: Call) -> Obj:
    """Take a subscription's discounts away."""
    engine = call.engine
    subscription = subject(call, "subscription")
    if not subscription["discounts"]:
        raise invalid("This subscription does not have a discount.", "id", "resource_missing")
    gone = engine.get("discount", subscription["discounts"][0])
    subscription["discounts"] = []
    engine.emit("customer.discount.deleted", gone)
    engine.changed("customer.subscription.updated", subscription)
    return {**gone, "deleted": True}


@operation("GET /v1/subscription_items", "SubscriptionItem.list")
def listed_items(call: Call) -> Obj:
    """The items of a subscription."""
    owner = referred(call.engine, "subscription", call.params["subscription"], "subscription")
    return page_of(call, reversed(owner["items"]["data"]))
