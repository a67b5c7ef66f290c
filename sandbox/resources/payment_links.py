"""Payment links: an address that opens a new checkout for everybody who follows it."""

from typing import Any

from ..billing.lines import product_name
from ..billing.money import price_amount
from ..engine import Engine
from ..errors import missing
from ..events import public
from ..expand import included
from ..lists import envelope, listing, page_of
from ..operations import Call, apply, apply_metadata, operation, referred, subject
from ..shapes import complete

Obj = dict[str, Any]
listing("payment_link", "/v1/payment_links", "PaymentLink.list")


@operation("POST /v1/payment_links", "PaymentLink.create")
def create(call: Call) -> Obj:
    """Make an address for some prices."""
    engine, params = call.engine, call.params
    rows = []
    for place, entry in enumerate(params["line_items"]):
        if not entry.get("price"):
            raise missing(f"line_items[{place}][price]")
        price = referred(engine, "price", entry["price"], f"line_items[{place}][price]")
        rows.append({"price": price["id"], "quantity": entry["quantity"]})
    id = engine.store.new_id("plink")
    done = params.get("after_completion") or {"type": "hosted_confirmation"}
    link = engine.new(
        "payment_link",
        "plink",
        id=id,
        active=True,
        after_completion={"hosted_confirmation": {"custom_message": None}, **done},
        allow_promotion_codes=params.get("allow_promotion_codes", False),
        automatic_tax={"enabled": False, "liability": None},
        billing_address_collection=params.get("billing_address_collection", "auto"),
        currency=engine.get("price", rows[0]["price"])["currency"],
        custom_fields=[],
        custom_text=dict.fromkeys(
            ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")
        ),
        customer_creation=params.get("customer_creation", "if_required"),
        metadata=dict(params.get("metadata") or {}),
        payment_method_collection=params.get("payment_method_collection", "always"),
        phone_number_collection={"enabled": False},
        shipping_options=[],
        submit_type=params.get("submit_type", "auto"),
        tax_id_collection={"enabled": False, "required": "never"},
        url=f"{engine.settings.public_url}/l/{id}",
        _lines=rows,
        _subscription_data=dict(params.get("subscription_data") or {}),
    )
    engine.emit("payment_link.created", link)
    return link


@operation("GET /v1/payment_links/{id}", "PaymentLink.retrieve")
def retrieve(call: Call) -> Obj:
    """One payment link."""
    return subject(call, "payment_link")


@operation("POST /v1/payment_links/{id}", "PaymentLink.update")
def update(call: Call) -> Obj:
    """Change a payment link, or switch it off."""
    link = subject(call, "payment_link")
    apply(link, call.params, "active", "allow_promotion_codes", "billing_address_collection")
    apply_metadata(link, call.params)
    call.engine.changed("payment_link.updated", link)
    return link


def _items(engine: Engine, link: Obj) -> list[Obj]:
    rows = []
    for place, row in enumerate(link["_lines"]):
        price = engine.get("price", row["price"])
        amount = price_amount(price, row["quantity"])
        rows.append(
            complete(
                {
                    "id": f"li_{link['id'][6:]}{place}",
                    "object": "item",
                    "amount_discount": 0,
                    "amount_subtotal": amount,
                    "amount_tax": 0,
                    "amount_total": amount,
                    "currency": price["currency"],
                    "description": product_name(engine, price),
                    "metadata": {},
                    "price": public(price),
                    "quantity": row["quantity"],
                }
            )
        )
    return rows


@operation("GET /v1/payment_links/{id}/line_items", "PaymentLink.list_line_items")
def listed_line_items(call: Call) -> Obj:
    """What a payment link sells."""
    return page_of(call, _items(call.engine, subject(call, "payment_link")))


@included("payment_link", "line_items")
def line_items(engine: Engine, link: Obj) -> Obj:
    """What a payment link sells, as a member of the link."""
    rows = _items(engine, engine.get("payment_link", link["id"]))
    return envelope(rows, f"/v1/payment_links/{link['id']}/line_items")
