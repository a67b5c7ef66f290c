"""Invoice items: what waits to be put on a customer's next invoice."""

from typing import Any

from ..billing import items, proration, totals
from ..billing.lines import for_invoice_item, pricing, product_name
from ..billing.money import price_amount
from ..billing.prices import price_from_data
from ..engine import Engine
from ..errors import invalid
from ..lists import CURSORS, candidates, fits, page_of
from ..operations import Call, apply, apply_metadata, deleted, operation, referred, subject

Obj = dict[str, Any]


@operation("POST /v1/invoiceitems", "InvoiceItem.create")
def create(call: Call) -> Obj:
    """Add something to a customer's next invoice, or to a draft that is named."""
    engine, params = call.engine, call.params
    if "customer" not in params:
        raise invalid("Missing required param: customer.", "customer", "parameter_missing")
    customer = referred(engine, "customer", params["customer"], "customer")
    amount, currency, members = _charge(engine, params, customer)
    if params.get("invoice"):
        draft = referred(engine, "invoice", params["invoice"], "invoice")
        if draft["status"] != "draft":
            raise invalid(
                "The invoice item cannot be added: the invoice is no longer editable.",
                "invoice",
                "invoice_not_editable",
            )
        members["invoice"] = draft["id"]
    for name in ("description", "discountable", "period"):
        if params.get(name) is not None:
            members[name] = params[name]
    if params.get("subscription"):
        owner = referred(engine, "subscription", params["subscription"], "subscription")
        details = {"subscription": owner["id"]}
        members["parent"] = {"type": "subscription_details", "subscription_details": details}
    made = proration.invoice_item(
        engine,
        customer,
        amount,
        currency,
        metadata=dict(params.get("metadata") or {}),
        tax_rates=items.tax_rates(engine, params.get("tax_rates") or [], "tax_rates"),
        **members,
    )
    if customer["currency"] is None:
        customer["currency"] = currency
        engine.store.put(customer)
    if made["invoice"]:
        _add_to_draft(engine, made)
    return made


def _charge(engine: Engine, params: Obj, customer: Obj) -> tuple[int, str, Obj]:
    quantity = params.get("quantity", 1)
    price = None
    if params.get("price_data"):
        price = price_from_data(engine, params["price_data"], "price_data")
    elif (params.get("pricing") or {}).get("price"):
        price = referred(engine, "price", params["pricing"]["price"], "pricing[price]")
    if price is not None:
        currency = str(params.get("currency") or price["currency"]).lower()
        members = {
            "pricing": pricing(price),
            "quantity": quantity,
            "description": product_name(engine, price),
        }
        return price_amount(price, quantity, currency), currency, members
    currency = (params.get("currency") or customer["currency"] or "usd").lower()
    if params.get("unit_amount_decimal"):
        amount = round(float(params["unit_amount_decimal"]) * quantity)
        return amount, currency, {"quantity": quantity}
    if "amount" not in params:
        raise invalid(
            "You must specify one of `amount`, `pricing` or `price_data`.",
            "amount",
            "parameter_missing",
        )
    return params["amount"], currency, {"quantity": 1}


def _add_to_draft(engine: Engine, item: Obj) -> None:
    invoice = engine.get("invoice", item["invoice"])
    invoice["lines"]["data"].append(for_invoice_item(engine, invoice, item))
    invoice["lines"]["total_count"] += 1
    totals.recompute(engine, invoice)
    engine.changed("invoice.updated", invoice)


def _take_from_draft(engine: Engine, item: Obj) -> None:
    invoice = engine.get("invoice", item["invoice"])
    invoice["lines"]["data"] = [
        line
        for line in invoice["lines"]["data"]
        if (line["parent"].get("invoice_item_details") or {}).get("invoice_item") != item["id"]
    ]
    invoice["lines"]["total_count"] = len(invoice["lines"]["data"])
    totals.recompute(engine, invoice)


@operation("GET /v1/invoiceitems", "InvoiceItem.list")
def listed(call: Call) -> Obj:
    """Invoice items, filtered by customer, invoice, or whether they still wait."""
    params = {k: v for k, v in call.params.items() if k not in CURSORS}
    pending = params.pop("pending", None)
    return page_of(
        call,
        candidates(call.engine, "invoiceitem", params),
        keep=lambda item: (
            fits(item, params) and (pending is None or (item["invoice"] is None) == pending)
        ),
    )


@operation("GET /v1/invoiceitems/{id}", "InvoiceItem.retrieve")
def retrieve(call: Call) -> Obj:
    """One invoice item."""
    return subject(call, "invoiceitem")


def _editable(call: Call) -> Obj:
    item = subject(call, "invoiceitem")
    invoice = call.engine.store.peek(item["invoice"] or "")
    if invoice is not None and invoice["status"] != "draft":
        raise invalid(
            "The invoice item is attached to an invoice that is no longer editable.",
            code="invoice_not_editable",
        )
    return item


@operation("POST /v1/invoiceitems/{id}", "InvoiceItem.update")
def update(call: Call) -> Obj:
    """Change a waiting item."""
    item = _editable(call)
    apply(item, call.params, "amount", "description", "discountable", "period", "quantity")
    apply_metadata(item, call.params)
    item["net_amount"] = item["amount"]
    item["quantity_decimal"] = str(item["quantity"])
    call.engine.store.put(item)
    if item["invoice"]:
        _take_from_draft(call.engine, item)
        _add_to_draft(call.engine, item)
    return item


@operation("DELETE /v1/invoiceitems/{id}", "InvoiceItem.delete")
def delete(call: Call) -> Obj:
    """Drop a waiting item."""
    item = _editable(call)
    if item["invoice"]:
        _take_from_draft(call.engine, item)
    call.engine.emit("invoiceitem.deleted", item)
    call.engine.store.remove(item)
    return deleted("invoiceitem", item["id"])
