"""Subscription schedules: phases that a subscription goes through by the calendar."""

from typing import Any

from ..clock import DAY, after
from ..engine import Engine, job
from ..errors import invalid
from ..operations import referred
from . import changes, endings, items, periods, subscriptions

Obj = dict[str, Any]
EXPIRY_WARNING = 10 * DAY  # documented as seven, yet the official trigger sees it after nine


def phases(engine: Engine, given: list[Obj], start: int, param: str = "phases") -> list[Obj]:
    """Phases with their first and last day worked out."""
    made = []
    for place, entry in enumerate(given):
        at = f"{param}[{place}]"
        if not entry.get("items"):
            raise invalid(
                f"Missing required param: {at}[items].", f"{at}[items]", "parameter_missing"
            )
        begins = entry.get("start_date", start)
        begins = start if begins == "now" else begins
        made.append(_phase(engine, entry, begins, at))
        start = made[-1]["end_date"]
    return made


def _phase(engine: Engine, entry: Obj, start: int, param: str) -> Obj:
    rows = [
        _item(engine, row, f"{param}[items][{place}]") for place, row in enumerate(entry["items"])
    ]
    phase: Obj = {
        "add_invoice_items": [],
        "collection_method": entry.get("collection_method"),
        "currency": entry.get("currency") or engine.get("price", rows[0]["price"])["currency"],
        "default_payment_method": entry.get("default_payment_method"),
        "default_tax_rates": [],
        "description": entry.get("description"),
        "discounts": [_discount(row) for row in entry.get("discounts") or []],
        "end_date": _end(engine, entry, rows, start, param),
        "items": rows,
        "metadata": dict(entry.get("metadata") or {}),
        "proration_behavior": entry.get("proration_behavior", "create_prorations"),
        "start_date": start,
        "trial_end": entry.get("trial_end"),
        "billing_cycle_anchor": entry.get("billing_cycle_anchor"),
    }
    if entry.get("trial"):
        phase["trial_end"] = phase["end_date"]
    return phase


def _discount(row: Obj) -> Obj:
    return {name: row.get(name) for name in ("coupon", "discount", "promotion_code")}


def _item(engine: Engine, row: Obj, param: str) -> Obj:
    price = items.price_for(engine, row, param)
    return {
        "billing_thresholds": None,
        "discounts": [_discount(entry) for entry in row.get("discounts") or []],
        "metadata": dict(row.get("metadata") or {}),
        "plan": price["id"],
        "price": price["id"],
        "quantity": row.get("quantity", 1),
        "tax_rates": [],
    }


def _end(engine: Engine, entry: Obj, rows: list[Obj], start: int, param: str) -> int:
    if isinstance(entry.get("end_date"), int):
        end: int = entry["end_date"]
        if end <= start:
            raise invalid("The phase must end after it starts.", f"{param}[end_date]")
        return end
    duration = entry.get("duration")
    if duration:
        return after(start, duration["interval"], duration.get("interval_count", 1))
    terms = engine.get("price", rows[0]["price"])["recurring"]
    times = entry.get("iterations", 1)
    return after(start, terms["interval"], terms["interval_count"], times)


@job("start_schedule")
def start(engine: Engine, id: str) -> None:
    """The first phase begins, and with it the subscription."""
    schedule = engine.store.get("subscription_schedule", id)
    if schedule is None or schedule["status"] != "not_started":
        return
    customer = engine.get("customer", schedule["customer"])
    phase = schedule["phases"][0]
    params = {**_params(schedule, phase), "_schedule": id, "_draft_first": True}
    subscription = subscriptions.begin(engine, customer, params, off_session=True)
    schedule["subscription"] = subscription["id"]
    schedule["status"] = "active"
    enter(engine, schedule, 0)


def _params(schedule: Obj, phase: Obj) -> Obj:
    settings = schedule["default_settings"]
    method = phase["default_payment_method"] or settings["default_payment_method"]
    return {
        "items": [
            {"price": row["price"], "quantity": row["quantity"], "metadata": row["metadata"]}
            for row in phase["items"]
        ],
        "default_payment_method": method,
        "discounts": [{k: v for k, v in row.items() if v} for row in phase["discounts"]],
        "metadata": phase["metadata"],
        "trial_end": phase["trial_end"],
        "collection_method": phase["collection_method"]
        or settings["collection_method"]
        or "charge_automatically",
        "days_until_due": 30,
    }


def enter(engine: Engine, schedule: Obj, place: int) -> None:
    """Note which phase runs, and plan its end."""
    phase = schedule["phases"][place]
    schedule["_phase"] = place
    schedule["current_phase"] = {"start_date": phase["start_date"], "end_date": phase["end_date"]}
    engine.schedule("next_phase", schedule["id"], phase["end_date"])
    if place == len(schedule["phases"]) - 1 and schedule["end_behavior"] == "cancel":
        warning = max(engine.now, phase["end_date"] - EXPIRY_WARNING)
        engine.schedule("phase_expiring", schedule["id"], warning)
    engine.changed("subscription_schedule.updated", schedule)


@job("phase_expiring")
def expiring(engine: Engine, id: str) -> None:
    """Some days before a schedule ends with its subscription."""
    schedule = engine.store.get("subscription_schedule", id)
    if schedule is not None and schedule["status"] == "active":
        engine.emit("subscription_schedule.expiring", schedule)


@job("next_phase")
def next_phase(engine: Engine, id: str) -> None:
    """A phase is over: the next one begins, or the schedule ends as it was told to."""
    schedule = engine.store.get("subscription_schedule", id)
    if schedule is None or schedule["status"] != "active":
        return
    place = schedule["_phase"] + 1
    subscription = engine.get("subscription", schedule["subscription"])
    if place < len(schedule["phases"]):
        phase = schedule["phases"][place]
        _switch(engine, subscription, phase)
        enter(engine, schedule, place)
        return
    schedule.update(status="completed", completed_at=engine.now, current_phase=None)
    if schedule["end_behavior"] == "cancel":
        subscription["schedule"] = None
        engine.emit("subscription_schedule.completed", schedule)
        if subscription["status"] not in endings.ENDED:
            endings.cancel(engine, subscription, reason="cancellation_requested")
        return
    release(engine, schedule, subscription, "completed")


def _switch(engine: Engine, subscription: Obj, phase: Obj) -> None:
    customer = engine.get("customer", subscription["customer"])
    given = [
        {"price": row["price"], "quantity": row["quantity"], "metadata": row["metadata"]}
        for row in phase["items"]
    ]
    known = {item["price"]["id"]: item["id"] for item in subscription["items"]["data"]}
    wanted = {row["price"] for row in given}
    entries = [
        {**row, "id": known[row["price"]]} if row["price"] in known else row for row in given
    ]
    entries += [{"id": id, "deleted": True} for price, id in known.items() if price not in wanted]
    planned = changes.planned_items(engine, subscription, entries, customer)
    end = periods.period_of(subscription)[1]
    behavior = "none" if end <= engine.now else phase["proration_behavior"]
    changes.replace_items(engine, subscription, planned, {"proration_behavior": behavior})
    subscription["metadata"].update(phase["metadata"])
    engine.changed("customer.subscription.updated", subscription)


def release(engine: Engine, schedule: Obj, subscription: Obj | None, status: str) -> None:
    """Let the subscription go on without the schedule."""
    if subscription is not None:
        subscription["schedule"] = None
        engine.changed("customer.subscription.updated", subscription)
    schedule.update(
        released_subscription=schedule["subscription"], subscription=None, current_phase=None
    )
    if status == "released":
        schedule.update(status="released", released_at=engine.now)
    for kind in ("next_phase", "phase_expiring", "start_schedule"):
        engine.agenda.cancel(kind, schedule["id"])
    engine.emit(f"subscription_schedule.{status}", schedule)


def from_subscription(engine: Engine, id: str) -> tuple[Obj, list[Obj]]:
    """The subscription a schedule takes over, and the phase it is in."""
    subscription = referred(engine, "subscription", id, "from_subscription")
    if subscription["schedule"]:
        raise invalid("This subscription is already attached to a schedule.", "from_subscription")
    begins, ends = periods.period_of(subscription)
    entry = {
        "items": [
            {"price": row["price"]["id"], "quantity": row.get("quantity", 1)}
            for row in subscription["items"]["data"]
        ],
        "end_date": ends,
    }
    if subscription["status"] == "trialing":
        entry["trial"] = True
    return subscription, phases(engine, [entry], begins)
