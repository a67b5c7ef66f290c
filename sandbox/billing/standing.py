"""How a subscription and its customer stand after an invoice was paid or was not."""

from typing import Any

from ..engine import Engine
from . import demands, endings, invoices, periods

Obj = dict[str, Any]


def after_payment(engine: Engine, invoice: Obj) -> None:
    """A paid invoice makes an incomplete subscription active and brings an overdue one back."""
    customer = engine.get("customer", invoice["customer"])
    if customer["delinquent"]:
        customer["delinquent"] = False
        engine.changed("customer.updated", customer)
    subscription = invoices.subscription_of(engine, invoice)
    if subscription is None:
        return
    latest = subscription["latest_invoice"] == invoice["id"]
    first = subscription["status"] == "incomplete"
    if first or (subscription["status"] in ("past_due", "unpaid") and latest):
        subscription["status"] = "active"
        engine.agenda.cancel("expire_incomplete", subscription["id"])
    if first:
        _remember_method(engine, invoice, subscription)
        periods.appoint(engine, subscription)
    if invoice["id"] == subscription.get("_pending_update_invoice"):
        endings.apply_pending_update(engine, subscription)
    elif subscription.get("_paused_until_paid") == invoice["id"]:
        endings.resumed(engine, subscription)
    engine.changed("customer.subscription.updated", subscription)


def _remember_method(engine: Engine, invoice: Obj, subscription: Obj) -> None:
    wanted = (subscription["payment_settings"] or {}).get("save_default_payment_method")
    demand = demands.demand_of(engine, invoice)
    if wanted == "on_subscription" and demand is not None:
        subscription["default_payment_method"] = demand[1]["payment_method"]


def after_failure(engine: Engine, invoice: Obj, subscription: Obj | None, *, last: bool) -> None:
    """A missed renewal makes a subscription overdue; after the last try it ends by setting."""
    customer = engine.get("customer", invoice["customer"])
    customer["delinquent"] = True
    engine.changed("customer.updated", customer)
    if subscription is None or subscription["status"] not in ("active", "past_due", "trialing"):
        return
    if subscription.get("_pending_update_invoice") == invoice["id"]:
        return  # the change goes on waiting, and what was bought before goes on
    ending = engine.settings.after_retries
    if not last or ending == "past_due":
        subscription["status"] = "past_due"
    elif ending == "unpaid":
        subscription["status"] = "unpaid"
    else:
        endings.cancel(engine, subscription, reason="payment_failed")
        return
    engine.changed("customer.subscription.updated", subscription)
