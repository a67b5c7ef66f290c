"""Collects open invoices: the attempt, and the retries after it fails."""

from typing import Any

from ..clock import DAY, HOUR
from ..engine import Engine, job
from ..errors import ApiError
from . import demands, invoices, payment_methods, payments, standing

Obj = dict[str, Any]


def advance(engine: Engine, invoice: Obj) -> None:
    """Finalise a draft and collect it, as Stripe does by itself when ``auto_advance`` is on."""
    if invoice["status"] == "draft":
        invoices.finalize(engine, invoice)
    if invoice["status"] == "open" and invoice["collection_method"] == "charge_automatically":
        attempt(engine, invoice)
    elif invoice["status"] == "paid":
        standing.after_payment(engine, invoice)
    elif invoice["collection_method"] == "send_invoice":
        engine.emit("invoice.sent", invoice)


def attempt(
    engine: Engine,
    invoice: Obj,
    method: Obj | None = None,
    *,
    off_session: bool = True,
    authenticated: bool = False,
) -> ApiError | None:
    """Try to collect an open invoice; the card error is returned, the failure is on record."""
    customer = engine.get("customer", invoice["customer"])
    subscription = invoices.subscription_of(engine, invoice)
    method = method or _method_for(engine, invoice, customer, subscription)
    demand = demands.demand_of(engine, invoice)
    if demand is None:
        raise LookupError(f"invoice {invoice['id']} is open but demands nothing")
    invoice.update(attempted=True, attempt_count=invoice["attempt_count"] + 1)
    intent = demand[1]
    if method is None:
        _missed(engine, invoice, subscription, again=False)
        return None
    intent["payment_method"] = method["id"]
    refusal = None
    try:
        payments.confirm(
            engine,
            intent,
            off_session=off_session,
            authenticated=authenticated,
            ask_anyway=True,
        )
    except ApiError as declined:
        refusal = declined
    _conclude(engine, invoice, intent, subscription)
    return refusal


def _method_for(
    engine: Engine, invoice: Obj, customer: Obj, subscription: Obj | None
) -> Obj | None:
    if invoice["default_payment_method"]:
        return engine.store.get("payment_method", invoice["default_payment_method"])
    return payment_methods.default_of(engine, customer, subscription)


def _conclude(engine: Engine, invoice: Obj, intent: Obj, subscription: Obj | None) -> None:
    if intent["status"] == "succeeded":
        settled(engine, invoice)
    elif intent["status"] == "requires_action":
        engine.emit("invoice.payment_action_required", invoice)
        _missed(engine, invoice, subscription)
    elif intent["status"] != "processing":
        _missed(engine, invoice, subscription)


def settled(engine: Engine, invoice: Obj) -> None:
    """An invoice's payment has gone through."""
    invoices.settle(engine, invoice)
    standing.after_payment(engine, invoice)


def _missed(engine: Engine, invoice: Obj, subscription: Obj | None, *, again: bool = True) -> None:
    """An attempt failed: plan the next one, unless it was the last or the very first charge.

    Where there is no card there is nothing to try again: the invoice waits to be paid.
    """
    first = subscription is not None and subscription["status"] == "incomplete"
    again = again and not first and invoice["auto_advance"]
    planned = _plan(engine, invoice) if again else None
    invoice["next_payment_attempt"] = planned
    engine.changed("invoice.updated", invoice)
    engine.emit("invoice.payment_failed", invoice)
    if not first:
        standing.after_failure(engine, invoice, subscription, last=again and planned is None)


def _plan(engine: Engine, invoice: Obj) -> int | None:
    """When to try again: fixed days after the first failure."""
    failed_at = invoice.setdefault("_first_failed_at", engine.now)
    for days in engine.settings.retry_days:
        at: int = failed_at + days * DAY
        if at > engine.now:
            engine.schedule("retry_invoice", invoice["id"], at)
            return at
    return None


@job("retry_invoice")
def retry(engine: Engine, id: str) -> None:
    """Try a failed invoice again."""
    invoice = engine.store.get("invoice", id)
    if invoice is not None and invoice["status"] == "open":
        attempt(engine, invoice)


@job("finalize_invoice")
def finalize_draft(engine: Engine, id: str) -> None:
    """The hour in which a draft can still be changed is over."""
    invoice = engine.store.get("invoice", id)
    if invoice is not None and invoice["status"] == "draft":
        advance(engine, invoice)


def finalize_later(engine: Engine, invoice: Obj) -> None:
    """Leave a draft open to changes for about an hour, then finalise and collect it."""
    at = engine.now + (engine.settings.draft_seconds or HOUR)
    invoice["automatically_finalizes_at"] = at
    engine.schedule("finalize_invoice", invoice["id"], at)
