"""Features, the products that carry them, and who may use them now."""

from typing import Any

from ..billing import entitlements
from ..engine import Engine
from ..errors import invalid, no_such
from ..events import public
from ..lists import listing, page_of
from ..operations import Call, apply, apply_metadata, deleted, operation, referred, subject

Obj = dict[str, Any]
FEATURE = "entitlements.feature"
ACTIVE = "entitlements.active_entitlement"
listing(FEATURE, "/v1/entitlements/features", "entitlements.Feature.list")


@operation("POST /v1/entitlements/features", "entitlements.Feature.create")
def create(call: Call) -> Obj:
    """Name something that customers may use."""
    params = call.params
    for known in call.engine.store.all(FEATURE):
        if known["lookup_key"] == params["lookup_key"]:
            raise invalid(
                f"A feature with lookup key `{params['lookup_key']}` already exists.",
                "lookup_key",
                "resource_already_exists",
            )
    return call.engine.new(
        FEATURE,
        "feat_test",
        active=True,
        lookup_key=params["lookup_key"],
        metadata=dict(params.get("metadata") or {}),
        name=params["name"],
    )


@operation("GET /v1/entitlements/features/{id}", "entitlements.Feature.retrieve")
def retrieve(call: Call) -> Obj:
    """One feature."""
    return subject(call, FEATURE)


@operation("POST /v1/entitlements/features/{id}", "entitlements.Feature.update")
def update(call: Call) -> Obj:
    """Change what a feature is called, or archive it."""
    feature = subject(call, FEATURE)
    apply(feature, call.params, "active", "name")
    apply_metadata(feature, call.params)
    call.engine.store.put(feature)
    for link in call.engine.store.all("product_feature"):
        if link["entitlement_feature"]["id"] == feature["id"]:
            link["entitlement_feature"] = public(feature)
            call.engine.store.put(link)
    return feature


@operation("GET /v1/entitlements/active_entitlements", "entitlements.ActiveEntitlement.list")
def listed_active(call: Call) -> Obj:
    """What a customer may use now."""
    customer = referred(call.engine, "customer", call.params["customer"], "customer")
    found = call.engine.store.where(ACTIVE, "customer", customer["id"])
    page = page_of(call, reversed(found))
    page["data"] = [public(row) for row in page["data"]]
    return page


@operation(
    "GET /v1/entitlements/active_entitlements/{id}", "entitlements.ActiveEntitlement.retrieve"
)
def retrieve_active(call: Call) -> Obj:
    """One thing a customer may use."""
    return subject(call, ACTIVE)


def _refresh_buyers(engine: Engine, product: str) -> None:
    """Whoever has the product gains or loses the feature at once."""
    buyers = {
        found["customer"]
        for found in engine.store.all("subscription")
        if any(item["price"]["product"] == product for item in found["items"]["data"])
    }
    for customer in sorted(buyers):
        entitlements.refresh(engine, customer)


@operation("POST /v1/products/{id}/features", "ProductFeature.create")
def attach(call: Call) -> Obj:
    """Let a product carry a feature."""
    engine = call.engine
    product = subject(call, "product")
    feature = referred(engine, FEATURE, call.params["entitlement_feature"], "entitlement_feature")
    for link in engine.store.where("product_feature", "product", product["id"]):
        if link["entitlement_feature"]["id"] == feature["id"]:
            raise invalid("This feature is already attached to the product.", "entitlement_feature")
    made = engine.new(
        "product_feature",
        "prodft",
        entitlement_feature=public(feature),
        _product=product["id"],
    )
    _refresh_buyers(engine, product["id"])
    return made


@operation("GET /v1/products/{id}/features", "ProductFeature.list")
def listed_for_product(call: Call) -> Obj:
    """What a product carries."""
    product = subject(call, "product")
    found = call.engine.store.where("product_feature", "product", product["id"])
    page = page_of(call, reversed(found))
    page["data"] = [public(row) for row in page["data"]]
    return page


def _link(call: Call) -> Obj:
    link = subject(call, "product_feature")
    if link["_product"] != call.ids[0]:
        raise no_such("product_feature", call.id, "id", in_path=True)
    return link


@operation("GET /v1/products/{product}/features/{id}", "ProductFeature.retrieve")
def retrieve_link(call: Call) -> Obj:
    """One feature of a product."""
    return _link(call)


@operation("DELETE /v1/products/{product}/features/{id}", "ProductFeature.delete")
def detach(call: Call) -> Obj:
    """Take a feature off a product."""
    link = _link(call)
    call.engine.store.remove(link)
    _refresh_buyers(call.engine, link["_product"])
    return deleted("product_feature", link["id"])
