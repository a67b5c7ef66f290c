"""Which features a customer may use, worked out from the products of their subscriptions."""

from typing import Any

from ..engine import Engine
from ..events import public

Obj = dict[str, Any]
GRANTING = ("active", "trialing", "past_due")
SUMMARY_LENGTH = 10


def refresh(engine: Engine, customer_id: str) -> None:
    """Bring a customer's active entitlements in line and announce it when they changed."""
    kind = "entitlements.active_entitlement"
    held = {e["feature"]: e for e in engine.store.where(kind, "customer", customer_id)}
    wanted = _features(engine, customer_id)
    if set(held) == set(wanted):
        return
    for feature, entitlement in held.items():
        if feature not in wanted:
            engine.store.remove(entitlement)
    for feature in wanted:
        if feature not in held:
            _grant(engine, customer_id, feature)
    now = engine.store.where(kind, "customer", customer_id)
    shown = [public(entitlement) for entitlement in now[:SUMMARY_LENGTH]]
    summary: Obj = {
        "object": "entitlements.active_entitlement_summary",
        "customer": customer_id,
        "entitlements": {
            "object": "list",
            "data": shown,
            "has_more": len(now) > SUMMARY_LENGTH,
            "url": f"/v1/customer/{customer_id}/entitlements",
        },
        "livemode": False,
    }
    engine.tell("entitlements.active_entitlement_summary.updated", summary)


def _features(engine: Engine, customer_id: str) -> list[str]:
    found: dict[str, None] = {}
    for subscription in engine.store.where("subscription", "customer", customer_id):
        if subscription["status"] not in GRANTING:
            continue
        for item in subscription["items"]["data"]:
            product = item["price"]["product"]
            for link in engine.store.where("product_feature", "product", product):
                found[link["entitlement_feature"]["id"]] = None
    return list(found)


def _grant(engine: Engine, customer_id: str, feature_id: str) -> None:
    feature = engine.get("entitlements.feature", feature_id)
    engine.new(
        "entitlements.active_entitlement",
        "ent",
        feature=feature_id,
        lookup_key=feature["lookup_key"],
        _customer=customer_id,
    )
