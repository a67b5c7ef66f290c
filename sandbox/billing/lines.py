"""The lines of an invoice: from a subscription's items, from pending items, or given by hand."""

from typing import Any

from ..engine import Engine
from ..shapes import complete
from .money import price_amount, written

TIMES = "\N{MULTIPLICATION SIGN}"
Obj = dict[str, Any]


def line(engine: Engine, invoice_id: str, **members: Any) -> Obj:
    """A line item with every member; lines live inside their invoice."""
    amount = members["amount"]
    made: Obj = {
        "id": engine.store.new_id("il"),
        "object": "line_item",
        "discount_amounts": [],
        "discountable": True,
        "discounts": [],
        "invoice": invoice_id,
        "livemode": False,
        "metadata": {},
        "quantity": 1,
        "subtotal": amount,
        "taxes": [],
        **members,
    }
    made["quantity_decimal"] = None if made["quantity"] is None else str(made["quantity"])
    return complete(made)


def for_item(
    engine: Engine, invoice: Obj, subscription: Obj, item: Obj, period: tuple[int, int], trial: bool
) -> Obj:
    """The line for one period of a subscription item; a free trial costs nothing."""
    price, quantity = item["price"], item.get("quantity", 0)
    amount = 0 if trial else price_amount(price, quantity, subscription["currency"])
    name = product_name(engine, price)
    made = line(
        engine,
        invoice["id"],
        amount=amount,
        currency=subscription["currency"],
        description=f"Free trial for {quantity} {TIMES} {name}"
        if trial
        else f"{quantity} {TIMES} {name} (at {rate(price)})",
        discounts=[] if trial else list(item["discounts"]),
        metadata=dict(item["metadata"]),
        parent={
            "type": "subscription_item_details",
            "subscription_item_details": {
                "invoice_item": None,
                "proration": False,
                "proration_details": None,
                "subscription": subscription["id"],
                "subscription_item": item["id"],
            },
        },
        period={"start": period[0], "end": period[1]},
        pricing=pricing(price, "0" if trial else None),
        quantity=quantity,
        subscription=subscription["id"],
    )
    if item["tax_rates"]:
        invoice["_tax_rates"][made["id"]] = [rate["id"] for rate in item["tax_rates"]]
    return made


def pricing(price: Obj, unit: str | None = None) -> Obj:
    """Which price and product a line is for."""
    return {
        "type": "price_details",
        "price_details": {"price": price["id"], "product": price["product"]},
        "unit_amount_decimal": unit or price["unit_amount_decimal"],
    }


def for_invoice_item(engine: Engine, invoice: Obj, item: Obj) -> Obj:
    """The line for a pending invoice item that this invoice takes up."""
    parent = item["parent"] or {}
    details = parent.get("subscription_details") or {}
    made = line(
        engine,
        invoice["id"],
        amount=item["amount"],
        currency=item["currency"],
        description=item["description"],
        discountable=item["discountable"],
        discounts=list(item["discounts"] or []),
        metadata=dict(item["metadata"] or {}),
        parent={
            "type": "invoice_item_details",
            "invoice_item_details": {
                "invoice_item": item["id"],
                "proration": item["proration"],
                "proration_details": {"credited_items": None} if item["proration"] else None,
                "subscription": details.get("subscription"),
            },
        },
        period=dict(item["period"]),
        pricing=item["pricing"],
        quantity=item["quantity"],
        subscription=details.get("subscription"),
    )
    if item["tax_rates"]:
        invoice["_tax_rates"][made["id"]] = [rate["id"] for rate in item["tax_rates"]]
    return made


def product_name(engine: Engine, price: Obj) -> str:
    """The name that appears on invoices for a price."""
    product = engine.store.peek(price["product"])
    return str(product["name"] if product else price["product"])


def rate(price: Obj) -> str:
    """A price as people write it, such as £6.99 / month."""
    unit = written(price["unit_amount"] or 0, price["currency"])
    terms = price["recurring"]
    if not terms:
        return unit
    count = terms["interval_count"]
    every = terms["interval"] if count == 1 else f"{count} {terms['interval']}s"
    return f"{unit} / {every}"
