"""Pays back what was not used and bills what will be, when a subscription changes mid-period."""

from decimal import Decimal
from typing import Any

from ..clock import day_of
from ..engine import Engine
from ..operations import referred
from . import discounts, totals
from .lines import TIMES, pricing, product_name
from .money import price_amount, rounded
from .prices import price_from_data

Obj = dict[str, Any]


def shorten(engine: Engine, invoice: Obj, part: int, whole: int) -> None:
    """Bill only a part of a first period that ends early at its anchor."""
    for line in invoice["lines"]["data"]:
        if line["parent"]["type"] == "subscription_item_details":
            line["amount"] = rounded(Decimal(line["amount"]) * part / whole)
            line["subtotal"] = line["amount"]
            line["parent"]["subscription_item_details"]["proration"] = True
    totals.recompute(engine, invoice)


def change(
    engine: Engine, customer: Obj, subscription: Obj, old: Obj | None, new: Obj | None, at: int
) -> list[Obj]:
    """Invoice items for one changed item: the unused rest back, the remaining time anew."""
    made = []
    if old is not None:
        made.append(_item(engine, customer, subscription, old, at, sign=-1))
    if new is not None:
        made.append(_item(engine, customer, subscription, new, at, sign=1))
    return made


def _item(
    engine: Engine, customer: Obj, subscription: Obj, item: Obj, at: int, *, sign: int
) -> Obj:
    start, end = item["current_period_start"], item["current_period_end"]
    price, quantity = item["price"], item.get("quantity", 1)
    whole = price_amount(price, quantity, subscription["currency"])
    if sign < 0:
        whole = _billed(engine, subscription, item, whole)
    else:
        whole -= _off(engine, subscription, whole, at)
    at = min(max(at, start), end)
    amount = sign * rounded(Decimal(whole) * (end - at) / max(1, end - start))
    verb = "Unused time on" if sign < 0 else "Remaining time on"
    name = product_name(engine, price)
    many = f"{quantity} {TIMES} " if quantity != 1 else ""
    return invoice_item(
        engine,
        customer,
        amount,
        subscription["currency"],
        description=f"{verb} {many}{name} after {day_of(at)}",
        discountable=False,
        parent=_parent(subscription, item),
        period={"start": at, "end": end},
        pricing=pricing(price),
        proration=True,
        quantity=quantity,
        tax_rates=list(item["tax_rates"]),
    )


def _billed(engine: Engine, subscription: Obj, item: Obj, whole: int) -> int:
    """What an item's running period was billed for, after its discounts; ``whole`` where no invoice
    of it is known."""
    for invoice in reversed(engine.store.where("invoice", "subscription", subscription["id"])):
        for line in invoice["lines"]["data"]:
            parent = line["parent"].get("subscription_item_details") or {}
            is_of_item = parent.get("subscription_item") == item["id"]
            is_whole = is_of_item and not parent.get("proration")
            if is_whole and _is_at(line, item):
                return totals.left(line)
    return whole


def _is_at(line: Obj, item: Obj) -> bool:
    """Whether a line is of an item's running period at its present price."""
    details = (line["pricing"] or {}).get("price_details") or {}
    is_now = line["period"]["start"] == item["current_period_start"]
    return bool(is_now and details.get("price") == item["price"]["id"])


def _off(engine: Engine, subscription: Obj, whole: int, at: int) -> int:
    """What a subscription's discounts take off a whole period that begins at an instant."""
    rest = whole
    for id in discounts.in_force(engine, subscription["discounts"], at):
        coupon = engine.get("coupon", engine.get("discount", id)["source"]["coupon"])
        if coupon["percent_off"] is not None:
            rest -= rounded(rest * Decimal(str(coupon["percent_off"])) / 100)
        else:
            rest -= min(rest, totals.coupon_amount(coupon, subscription["currency"]))
    return whole - rest


def _parent(subscription: Obj, item: Obj | None) -> Obj:
    details: Obj = {"subscription": subscription["id"]}
    if item is not None:
        details["subscription_item"] = item["id"]
    return {"type": "subscription_details", "subscription_details": details}


def invoice_item(engine: Engine, customer: Obj, amount: int, currency: str, **members: Any) -> Obj:
    """Something to put on the customer's next invoice, and its event."""
    made = engine.new(
        "invoiceitem",
        "ii",
        **{
            "amount": amount,
            "currency": currency,
            "customer": customer["id"],
            "date": engine.now,
            "discountable": True,
            "discounts": [],
            "metadata": {},
            "net_amount": amount,
            "period": {"start": engine.now, "end": engine.now},
            "proration": False,
            "quantity": 1,
            "tax_rates": [],
            "test_clock": customer["test_clock"],
            **members,
        },
    )
    made["quantity_decimal"] = str(made["quantity"])
    engine.emit("invoiceitem.created", made)
    return made


def extra_item(engine: Engine, customer: Obj, subscription: Obj, given: Obj, param: str) -> Obj:
    """A one-time charge that rides along with a subscription's first invoice."""
    if given.get("price_data"):
        price = price_from_data(engine, given["price_data"], f"{param}[price_data]")
    else:
        price = referred(engine, "price", given.get("price", ""), f"{param}[price]")
    quantity = given.get("quantity", 1)
    return invoice_item(
        engine,
        customer,
        price_amount(price, quantity, subscription["currency"]),
        subscription["currency"],
        description=product_name(engine, price),
        parent=_parent(subscription, None),
        pricing=pricing(price),
        quantity=quantity,
    )
