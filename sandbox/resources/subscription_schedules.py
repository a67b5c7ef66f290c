"""Subscription schedules: planned, changed, released, canceled."""

from typing import Any

from ..billing import endings, proration, schedules
from ..billing.settling import pending_invoice
from ..engine import Engine
from ..errors import invalid
from ..lists import CURSORS, candidates, fits, page_of
from ..operations import Call, apply, apply_metadata, operation, referred, subject

Obj = dict[str, Any]
KIND = "subscription_schedule"
LIVING = ("active", "not_started")


@operation("POST /v1/subscription_schedules", "SubscriptionSchedule.create")
def create(call: Call) -> Obj:
    """Plan a subscription in phases, from scratch or from one that runs."""
    engine, params = call.engine, call.params
    subscription = None
    if params.get("from_subscription"):
        subscription, planned = schedules.from_subscription(engine, params["from_subscription"])
        customer = engine.get("customer", subscription["customer"])
        begins = planned[0]["start_date"]
    else:
        if "customer" not in params:
            raise invalid("Missing required param: customer.", "customer", "parameter_missing")
        customer = referred(engine, "customer", params["customer"], "customer")
        begins = params.get("start_date", "now")
        begins = engine.now if begins == "now" else begins
        if not params.get("phases"):
            raise invalid("Missing required param: phases.", "phases", "parameter_missing")
        planned = schedules.phases(engine, params["phases"], begins)
    schedule = _new(engine, params, customer, planned)
    if subscription is not None:
        schedule.update(status="active", subscription=subscription["id"])
        subscription["schedule"] = schedule["id"]
        engine.changed("customer.subscription.updated", subscription)
    engine.emit("subscription_schedule.created", schedule)
    if subscription is not None:
        schedules.enter(engine, schedule, 0)
    elif begins <= engine.now:
        schedules.start(engine, schedule["id"])
    else:
        engine.schedule("start_schedule", schedule["id"], begins)
    return schedule


def _new(engine: Engine, params: Obj, customer: Obj, planned: list[Obj]) -> Obj:
    given = params.get("default_settings") or {}
    return engine.new(
        KIND,
        "sub_sched",
        billing_mode={"type": "flexible", "flexible": {"proration_discounts": "included"}},
        customer=customer["id"],
        default_settings={
            "application_fee_percent": None,
            "billing_cycle_anchor": given.get("billing_cycle_anchor", "automatic"),
            "billing_thresholds": None,
            "collection_method": given.get("collection_method", "charge_automatically"),
            "default_payment_method": given.get("default_payment_method"),
            "description": given.get("description"),
            "invoice_settings": {
                "account_tax_ids": None,
                "custom_fields": None,
                "days_until_due": None,
                "description": None,
                "footer": None,
                "issuer": {"type": "self"},
            },
            "on_behalf_of": None,
            "transfer_data": None,
        },
        end_behavior=params.get("end_behavior", "release"),
        metadata=dict(params.get("metadata") or {}),
        pause_schedules=[],
        phases=planned,
        status="not_started",
        test_clock=customer["test_clock"],
        _phase=0,
    )


@operation("GET /v1/subscription_schedules", "SubscriptionSchedule.list")
def listed(call: Call) -> Obj:
    """Schedules, filtered by customer, state or date."""
    params = {k: v for k, v in call.params.items() if k not in CURSORS}
    scheduled = params.pop("scheduled", None)
    return page_of(
        call,
        candidates(call.engine, KIND, params),
        keep=lambda row: (
            fits(row, params)
            and (scheduled is None or (row["status"] == "not_started") == scheduled)
        ),
    )


@operation("GET /v1/subscription_schedules/{id}", "SubscriptionSchedule.retrieve")
def retrieve(call: Call) -> Obj:
    """One schedule."""
    return subject(call, KIND)


def _living(call: Call) -> Obj:
    schedule = subject(call, KIND)
    if schedule["status"] not in LIVING:
        raise invalid(
            f"You cannot change a subscription schedule that is currently in the "
            f"`{schedule['status']}` status."
        )
    return schedule


@operation("POST /v1/subscription_schedules/{id}", "SubscriptionSchedule.update")
def update(call: Call) -> Obj:
    """Change what is still to come."""
    engine, params = call.engine, call.params
    schedule = _living(call)
    apply(schedule, params, "end_behavior")
    apply_metadata(schedule, params)
    if params.get("phases"):
        begins = schedule["phases"][0]["start_date"]
        schedule["phases"] = schedules.phases(engine, params["phases"], begins)
        if schedule["status"] == "active":
            starts = [phase["start_date"] for phase in schedule["phases"]]
            place = max(i for i, start in enumerate(starts) if start <= engine.now or i == 0)
            schedules.enter(engine, schedule, place)
    engine.changed("subscription_schedule.updated", schedule)
    return schedule


@operation("POST /v1/subscription_schedules/{id}/cancel", "SubscriptionSchedule.cancel")
def cancel(call: Call) -> Obj:
    """End a schedule together with its subscription; one that has not begun is aborted."""
    engine, params = call.engine, call.params
    schedule = _living(call)
    begun = schedule["status"] == "active"
    schedule.update(status="canceled", canceled_at=engine.now, current_phase=None)
    for kind in ("next_phase", "phase_expiring", "start_schedule"):
        engine.agenda.cancel(kind, schedule["id"])
    engine.emit(
        "subscription_schedule.canceled" if begun else "subscription_schedule.aborted", schedule
    )
    subscription = engine.store.get("subscription", schedule["subscription"] or "")
    if subscription is not None and subscription["status"] not in endings.ENDED:
        customer = engine.get("customer", subscription["customer"])
        if params.get("prorate", True) and subscription["status"] == "active":
            for item in subscription["items"]["data"]:
                proration.change(engine, customer, subscription, item, None, engine.now)
        subscription["schedule"] = None
        endings.cancel(engine, subscription, reason="cancellation_requested")
        if params.get("invoice_now"):
            pending_invoice(engine, subscription, {})
    return schedule


@operation("POST /v1/subscription_schedules/{id}/release", "SubscriptionSchedule.release")
def release(call: Call) -> Obj:
    """Stop a schedule and let its subscription go on."""
    schedule = _living(call)
    subscription = call.engine.store.get("subscription", schedule["subscription"] or "")
    schedules.release(call.engine, schedule, subscription, "released")
    return schedule
