"""What a new subscription is told by its parameters, and what every one begins with."""

from typing import Any

from ..engine import Engine
from . import discounts, items, periods

Obj = dict[str, Any]


def fixed() -> Obj:
    """Members that every subscription begins with."""
    return {
        "billing_mode": {"type": "flexible", "flexible": {"proration_discounts": "included"}},
        "billing_schedules": [],
        "cancel_at_period_end": False,
        "cancellation_details": dict.fromkeys(("comment", "feedback", "feedback_option", "reason")),
        "invoice_settings": {
            "account_tax_ids": None,
            "custom_fields": None,
            "description": None,
            "footer": None,
            "issuer": {"type": "self"},
        },
    }


def chosen(engine: Engine, customer: Obj, params: Obj, id: str) -> Obj:
    """Members that parameters choose."""
    return {
        "automatic_tax": _automatic_tax(params.get("automatic_tax")),
        "collection_method": params.get("collection_method", "charge_automatically"),
        "days_until_due": params.get("days_until_due"),
        "default_payment_method": params.get("default_payment_method") or None,
        "default_source": params.get("default_source") or None,
        "default_tax_rates": items.tax_rates(
            engine, params.get("default_tax_rates") or [], "default_tax_rates"
        ),
        "description": params.get("description") or None,
        "discounts": discounts.redeem(
            engine, params.get("discounts") or [], customer, "discounts", subscription=id
        ),
        "metadata": dict(params.get("metadata") or {}),
        "payment_settings": _payment_settings(params.get("payment_settings")),
        "schedule": params.get("_schedule"),
        "trial_settings": _trial_settings(params.get("trial_settings")),
    }


def plan_cancellation(subscription: Obj, params: Obj) -> None:
    """Note an end that was asked for together with the beginning."""
    if params.get("cancel_at_period_end"):
        subscription["cancel_at_period_end"] = True
        subscription["cancel_at"] = periods.period_of(subscription)[1]
    elif isinstance(params.get("cancel_at"), int):
        subscription["cancel_at"] = params["cancel_at"]
    if subscription["cancel_at"]:
        subscription["canceled_at"] = subscription["created"]
        subscription["cancellation_details"]["reason"] = "cancellation_requested"


def _automatic_tax(given: Obj | None) -> Obj:
    enabled = bool(given and given["enabled"])
    liability = {"type": "self"} if enabled else None
    return {"disabled_reason": None, "enabled": enabled, "liability": liability}


def _payment_settings(given: Obj | None) -> Obj:
    given = given or {}
    return {
        "payment_method_options": None,
        "payment_method_types": given.get("payment_method_types") or None,
        "save_default_payment_method": given.get("save_default_payment_method", "off"),
    }


def _trial_settings(given: Obj | None) -> Obj:
    ending = (given or {}).get("end_behavior") or {}
    return {
        "end_behavior": {
            "billing_cycle_anchor": ending.get("billing_cycle_anchor"),
            "missing_payment_method": ending.get("missing_payment_method", "create_invoice"),
        }
    }
