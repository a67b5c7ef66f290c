"""Bills what a change to a subscription costs, and holds the change back until it is paid."""

from typing import Any, NamedTuple

from ..clock import HOUR
from ..engine import Engine, job
from ..errors import ApiError, card_error, invalid
from . import collection, cycles, demands, invoices, periods, taxes

Obj = dict[str, Any]
PENDING_FOR = 23 * HOUR


class Before(NamedTuple):
    """How a subscription stood before a change that may have to wait for its payment."""

    items: list[Obj]
    anchor: int


def pending_invoice(
    engine: Engine, subscription: Obj, params: Obj, *, undo: Before | None = None
) -> Obj | None:
    """Bill what is pending for a subscription at once."""
    customer = engine.get("customer", subscription["customer"])
    invoice = invoices.draft(
        engine,
        customer,
        subscription["currency"],
        subscription=subscription,
        billing_reason="subscription_update",
        discounts=[],
        default_tax_rates=list(subscription["default_tax_rates"] or []),
        _default_tax_rates=taxes.rates_for(engine, customer, subscription),
    )
    rows = cycles.pending_lines(engine, customer, subscription, invoice)
    if not rows:
        engine.store.remove(invoice)
        return None
    invoices.set_lines(engine, invoice, rows)
    pay_now(engine, subscription, invoice, params, undo=undo)
    return invoice


def pay_now(
    engine: Engine, subscription: Obj, invoice: Obj, params: Obj, *, undo: Before | None = None
) -> None:
    """Announce, finalise and collect an invoice that a change brought about."""
    subscription["latest_invoice"] = invoice["id"]
    planned = subscription["items"]["data"]
    periods.appoint(engine, subscription)
    engine.changed("customer.subscription.updated", subscription)
    engine.emit("invoice.created", invoice)
    invoices.finalize(engine, invoice)
    if invoice["status"] != "open" or params.get("payment_behavior") == "default_incomplete":
        return
    if subscription["collection_method"] != "charge_automatically":
        return
    held = subscription["status"]
    refusal = collection.attempt(engine, invoice, off_session=params.get("off_session") is True)
    if invoice["status"] == "paid":
        return
    if params.get("payment_behavior") == "error_if_incomplete":
        raise undone(engine, invoice, refusal)
    if undo is not None:
        subscription["status"] = held
        _wait(engine, subscription, invoice, undo, planned)


def undone(engine: Engine, invoice: Obj, refusal: ApiError | None) -> ApiError:
    """The error of a payment that failed, as one that leaves nothing behind."""
    demand = demands.demand_of(engine, invoice)
    if refusal is None and demand is not None and demand[1]["status"] == "requires_action":
        refusal = card_error(
            "Payment for this subscription requires additional user action before it can be "
            "completed successfully. Payment can be completed using the PaymentIntent associated "
            "with `subscription.latest_invoice`.",
            "subscription_payment_intent_requires_action",
        )
    if refusal is None:
        return invalid("This invoice could not be paid.", code="invoice_payment_failed")
    refusal.keeps_work = False
    return refusal


def _wait(
    engine: Engine, subscription: Obj, invoice: Obj, undo: Before, planned: list[Obj]
) -> None:
    """Keep the old items and cycle until the invoice of the change is paid, 23 hours at most."""
    expires = engine.now + PENDING_FOR
    subscription["items"].update(data=undo.items, total_count=len(undo.items))
    subscription["_pending_anchor"] = subscription["billing_cycle_anchor"]
    subscription["billing_cycle_anchor"] = undo.anchor
    periods.appoint(engine, subscription)
    subscription["_pending_items"] = planned
    subscription["_pending_update_invoice"] = invoice["id"]
    subscription["pending_update"] = {
        "billing_cycle_anchor": None,
        "cancel_at_period_end": None,
        "discount": None,
        "discounts": None,
        "expires_at": expires,
        "metadata": None,
        "subscription_items": planned,
        "trial_end": None,
        "trial_from_plan": None,
    }
    engine.schedule("expire_pending_update", subscription["id"], expires)
    engine.changed("customer.subscription.updated", subscription)


@job("expire_pending_update")
def expire_pending_update(engine: Engine, id: str) -> None:
    """The change was not paid for in time: it is dropped and its invoice voided."""
    subscription = engine.store.get("subscription", id)
    if subscription is None or subscription["pending_update"] is None:
        return
    invoice = engine.store.get("invoice", subscription.pop("_pending_update_invoice", ""))
    subscription.pop("_pending_items", None)
    subscription.pop("_pending_anchor", None)
    if invoice is not None and invoice["status"] == "open":
        invoices.close(engine, invoice, "void")
    engine.emit("customer.subscription.pending_update_expired", subscription)
    subscription["pending_update"] = None
    engine.changed("customer.subscription.updated", subscription)
