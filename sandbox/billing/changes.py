"""Changes to a running subscription: its items, its trial, its cycle, its cancellation."""

from typing import Any

from ..clock import HOUR
from ..engine import Engine, job
from ..errors import ApiError, invalid
from ..events import public
from . import (
    collection,
    cycles,
    discounts,
    endings,
    entitlements,
    invoices,
    items,
    periods,
    proration,
    subscriptions,
)
from .plans import plan_of

Obj = dict[str, Any]
PENDING_FOR = 23 * HOUR


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
    behavior = params.get("proration_behavior", "create_prorations")
    trialing = subscription["status"] == "trialing"
    new_cycle = not trialing and (
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
            proration.change(
                engine, customer, subscription, before, None if new_cycle else after, at
            )
    waits = params.get("payment_behavior") == "pending_if_incomplete" and changed
    subscription["items"].update(data=planned, total_count=len(planned))
    if new_cycle:
        subscription["billing_cycle_anchor"] = engine.now
        invoice = _new_cycle(engine, customer, subscription)
        pay_now(engine, subscription, invoice, params, undo=list(old.values()) if waits else None)
    elif behavior == "always_invoice" and changed and not trialing:
        pending_invoice(engine, subscription, params, undo=list(old.values()) if waits else None)
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


def _new_cycle(engine: Engine, customer: Obj, subscription: Obj) -> Obj:
    start = engine.now
    period = (start, periods.next_end(subscription, start))
    periods.set_period(subscription, *period)
    invoice = cycles.cycle_invoice(
        engine, customer, subscription, period, reason="subscription_update"
    )
    discounts.spend(engine, subscription, invoice)
    return invoice


def pending_invoice(
    engine: Engine, subscription: Obj, params: Obj, *, undo: list[Obj] | None = None
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
        _default_tax_rates=[rate["id"] for rate in subscription["default_tax_rates"] or []],
    )
    rows = cycles.pending_lines(engine, customer, subscription, invoice)
    if not rows:
        engine.store.remove(invoice)
        return None
    invoices.set_lines(engine, invoice, rows)
    pay_now(engine, subscription, invoice, params, undo=undo)
    return invoice


def pay_now(
    engine: Engine, subscription: Obj, invoice: Obj, params: Obj, *, undo: list[Obj] | None = None
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
        raise _undone(refusal)
    if undo is not None:
        subscription["status"] = held
        _wait(engine, subscription, invoice, undo, planned)


def _undone(refusal: ApiError | None) -> ApiError:
    if refusal is None:
        return invalid("This invoice could not be paid.", code="invoice_payment_failed")
    refusal.keeps_work = False
    return refusal


def _wait(
    engine: Engine, subscription: Obj, invoice: Obj, undo: list[Obj], planned: list[Obj]
) -> None:
    """Keep the old items until the invoice of the change is paid, for 23 hours at most."""
    expires = engine.now + PENDING_FOR
    subscription["items"].update(data=undo, total_count=len(undo))
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
    if invoice is not None and invoice["status"] == "open":
        invoices.close(engine, invoice, "void")
    engine.emit("customer.subscription.pending_update_expired", subscription)
    subscription["pending_update"] = None
    engine.changed("customer.subscription.updated", subscription)


def move_trial(engine: Engine, subscription: Obj, given: int | str, params: Obj) -> None:
    """End the trial now, or move its end; a later end moves the billing cycle with it."""
    if given == "now":
        if subscription["status"] != "trialing":
            return
        invoice = cycles.end_trial(engine, subscription, by_hand=True)
        if invoice is not None:
            _collect(engine, subscription, invoice, params)
        return
    end = subscriptions.trial_end_of(engine, {"trial_end": given})
    if end is None:
        raise invalid("Invalid timestamp.", "trial_end")
    start = periods.period_of(subscription)[0]
    subscription.update(
        status="trialing",
        trial_end=end,
        trial_start=subscription["trial_start"] or engine.now,
        billing_cycle_anchor=end,
    )
    subscription["_warned"] = None
    periods.set_period(subscription, start, end)
    if subscription["cancel_at_period_end"]:
        subscription["cancel_at"] = end
    periods.appoint(engine, subscription)


def _collect(engine: Engine, subscription: Obj, invoice: Obj, params: Obj) -> None:
    if invoice["status"] != "draft" or not invoice["auto_advance"]:
        return
    refusal = None
    if subscription["collection_method"] == "send_invoice":
        collection.finalize_later(engine, invoice)
        return
    invoices.finalize(engine, invoice)
    if invoice["status"] == "open":
        refusal = collection.attempt(engine, invoice)
    if invoice["status"] == "open" and params.get("payment_behavior") == "error_if_incomplete":
        raise _undone(refusal)


def resume(engine: Engine, subscription: Obj, params: Obj) -> None:
    """Take a paused subscription up again: a new period begins and is billed at once."""
    if subscription["status"] != "paused":
        raise invalid(
            f"The subscription `{subscription['id']}` is not paused and so cannot be resumed."
        )
    customer = engine.get("customer", subscription["customer"])
    anchor = (params.get("billing_cycle_anchor") or {}).get("type", "now")
    if anchor == "now":
        subscription["billing_cycle_anchor"] = engine.now
        invoice = _new_cycle(engine, customer, subscription)
        subscription["latest_invoice"] = invoice["id"]
        engine.emit("invoice.created", invoice)
        subscription["_paused_until_paid"] = invoice["id"]
        periods.appoint(engine, subscription)
        invoices.finalize(engine, invoice)
        if invoice["status"] == "open":
            collection.attempt(engine, invoice)
    if subscription["status"] == "paused" and (
        anchor == "unchanged" or params.get("payment_behavior") != "resume_on_payment_success"
    ):
        unpaid = anchor == "now"
        endings.resumed(engine, subscription)
        if unpaid:
            subscription["status"] = "past_due"
            engine.changed("customer.subscription.updated", subscription)
    periods.appoint(engine, subscription)


def plan_cancellation(engine: Engine, subscription: Obj, params: Obj) -> None:
    """Set or lift the end of a subscription; nothing ends before that day."""
    if "cancel_at_period_end" in params:
        wanted = params["cancel_at_period_end"]
        if wanted or subscription["cancel_at_period_end"]:
            subscription["cancel_at"] = periods.period_of(subscription)[1] if wanted else None
        subscription["cancel_at_period_end"] = wanted
    if "cancel_at" in params:
        at = params["cancel_at"]
        end = periods.period_of(subscription)[1]
        if at in ("min_period_end", "max_period_end"):
            at = end
        if isinstance(at, int) and at <= engine.now:
            raise invalid(
                "Invalid timestamp: must be an integer Unix timestamp in the future.", "cancel_at"
            )
        subscription["cancel_at"] = at or None
        subscription["cancel_at_period_end"] = False
    if not {"cancel_at", "cancel_at_period_end"} & set(params):
        return
    planned = subscription["cancel_at"] is not None
    subscription["canceled_at"] = engine.now if planned else None
    subscription["cancellation_details"]["reason"] = "cancellation_requested" if planned else None
    periods.appoint(engine, subscription)
