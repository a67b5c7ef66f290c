"""The plain members of a running subscription that an update may change."""

from typing import Any

from ..engine import Engine
from ..operations import apply, apply_metadata
from . import discounts, items, proration

Obj = dict[str, Any]


def change(engine: Engine, subscription: Obj, customer: Obj, params: Obj) -> None:
    """Change how a subscription is described, collected, discounted and taxed."""
    apply(
        subscription,
        params,
        "default_payment_method",
        "default_source",
        "description",
        "collection_method",
        "days_until_due",
    )
    apply_metadata(subscription, params)
    apply(
        subscription["cancellation_details"],
        params.get("cancellation_details") or {},
        "comment",
        "feedback",
    )
    if "pause_collection" in params:
        given = params["pause_collection"]
        subscription["pause_collection"] = {"resumes_at": None, **given} if given else None
        _plan_resuming(engine, subscription)
    ending = (params.get("trial_settings") or {}).get("end_behavior")
    if ending:
        subscription["trial_settings"]["end_behavior"].update(ending)
    _change_sums(engine, subscription, customer, params)


def _change_sums(engine: Engine, subscription: Obj, customer: Obj, params: Obj) -> None:
    if "discounts" in params:
        subscription["discounts"] = discounts.redeem(
            engine, params["discounts"], customer, "discounts", subscription=subscription["id"]
        )
    if params.get("automatic_tax"):
        enabled = params["automatic_tax"]["enabled"]
        liability = {"type": "self"} if enabled else None
        subscription["automatic_tax"].update(enabled=enabled, liability=liability)
    if "default_tax_rates" in params:
        subscription["default_tax_rates"] = items.tax_rates(
            engine, params["default_tax_rates"], "default_tax_rates"
        )
    settings = params.get("payment_settings") or {}
    apply(
        subscription["payment_settings"],
        settings,
        "payment_method_types",
        "save_default_payment_method",
    )
    for place, extra in enumerate(params.get("add_invoice_items") or []):
        proration.extra_item(engine, customer, subscription, extra, f"add_invoice_items[{place}]")


def _plan_resuming(engine: Engine, subscription: Obj) -> None:
    resumes = (subscription["pause_collection"] or {}).get("resumes_at")
    if resumes:
        engine.schedule("resume_collection", subscription["id"], resumes)
    else:
        engine.agenda.cancel("resume_collection", subscription["id"])
