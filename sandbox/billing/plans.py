"""A price's older face, the plan, which items and lists still show."""

from typing import Any

Obj = dict[str, Any]


def plan_of(price: Obj) -> Obj:
    """The plan that stands for a recurring price."""
    terms = price["recurring"]
    return {
        "id": price["id"],
        "object": "plan",
        "active": price["active"],
        "amount": price["unit_amount"],
        "amount_decimal": price["unit_amount_decimal"],
        "billing_scheme": price["billing_scheme"],
        "created": price["created"],
        "currency": price["currency"],
        "interval": terms["interval"],
        "interval_count": terms["interval_count"],
        "livemode": False,
        "metadata": dict(price["metadata"]),
        "meter": terms["meter"],
        "nickname": price["nickname"],
        "product": price["product"],
        "tiers_mode": price["tiers_mode"],
        "transform_usage": price["transform_quantity"],
        "trial_period_days": terms["trial_period_days"],
        "usage_type": terms["usage_type"],
    }
