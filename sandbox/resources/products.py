"""Products: what is sold."""

from typing import Any

from ..billing.prices import new_price, new_product
from ..errors import invalid
from ..lists import CURSORS, candidates, fits, page_of
from ..operations import Call, apply, apply_metadata, deleted, operation, subject

Obj = dict[str, Any]
EDITABLE = (
    "active",
    "description",
    "images",
    "marketing_features",
    "name",
    "package_dimensions",
    "shippable",
    "statement_descriptor",
    "tax_code",
    "tax_details",
    "unit_label",
    "url",
)


@operation("POST /v1/products", "Product.create")
def create(call: Call) -> Obj:
    """Add a product, with its default price if one is described."""
    params = {k: v for k, v in call.params.items() if k not in ("expand", "default_price_data")}
    if "id" in params and call.engine.store.peek(params["id"]) is not None:
        raise invalid("Product already exists.", "id", "resource_already_exists")
    product = new_product(call.engine, params)
    data = call.params.get("default_price_data")
    if data:
        price = new_price(call.engine, {**data, "product": product["id"]}, "default_price_data")
        product["default_price"] = price["id"]
        call.engine.store.put(product)
    return product


@operation("GET /v1/products", "Product.list")
def listed(call: Call) -> Obj:
    """Products, filtered by ids, state or date."""
    ids = call.params.get("ids")
    plain = {k: v for k, v in call.params.items() if k not in (*CURSORS, "ids")}
    return page_of(
        call,
        candidates(call.engine, "product", plain),
        keep=lambda product: fits(product, plain) and (not ids or product["id"] in ids),
    )


@operation("GET /v1/products/{id}", "Product.retrieve")
def retrieve(call: Call) -> Obj:
    """One product."""
    return subject(call, "product")


@operation("POST /v1/products/{id}", "Product.update")
def update(call: Call) -> Obj:
    """Change what a product is called, shows or is taxed as."""
    product = subject(call, "product")
    apply(product, call.params, *EDITABLE, "default_price")
    for name in ("images", "marketing_features"):
        product[name] = product[name] or []
    apply_metadata(product, call.params)
    product["updated"] = call.engine.now
    call.engine.changed("product.updated", product)
    return product


@operation("DELETE /v1/products/{id}", "Product.delete")
def delete(call: Call) -> Obj:
    """Remove a product that never had a price."""
    product = subject(call, "product")
    if call.engine.store.where("price", "product", product["id"]):
        raise invalid(
            "This product cannot be deleted because it has one or more user-created prices."
        )
    call.engine.emit("product.deleted", product)
    call.engine.store.remove(product)
    return deleted("product", product["id"])
