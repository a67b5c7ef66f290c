"""What a checkout would cost today: its lines added up as an invoice would add them up."""

from decimal import Decimal
from typing import Any

from ..engine import Engine
from ..events import public
from ..shapes import complete
from . import discounts, invoices, lines, taxes, totals
from .money import price_amount, rounded

Obj = dict[str, Any]
NOBODY: Obj = {
    "id": None,
    "balance": 0,
    "address": None,
    "tax_exempt": "none",
    "invoice_settings": {},
}


def refresh(engine: Engine, session: Obj) -> None:
    """Bring a session's line items and totals in line with its prices, discounts and trial."""
    rows = session["_lines"]
    if not rows:
        return
    customer = engine.store.peek(session["customer"] or "") or NOBODY
    draft = invoices.draft(engine, customer, session["currency"])
    held = _redeemed(engine, session)
    draft["discounts"] = held
    if session["automatic_tax"]["enabled"]:
        place = (session.get("customer_details") or {}).get("address") or customer["address"] or {}
        rate = taxes.rate_at(engine, place.get("country"), place.get("state"))
        draft["_default_tax_rates"] = [rate["id"]] if rate else []
    made = [_line(engine, draft, session, row) for row in rows]
    invoices.set_lines(engine, draft, made)
    session["_items"] = [
        _item(engine, session, row, line) for row, line in zip(rows, made, strict=True)
    ]
    tax = sum(part["amount"] for part in draft["total_taxes"])
    session.update(amount_subtotal=draft["subtotal"], amount_total=draft["total"])
    session["total_details"] = {
        "amount_discount": sum(part["amount"] for part in draft["total_discount_amounts"]),
        "amount_shipping": 0,
        "amount_tax": tax,
    }
    for id in held:
        engine.store.remove(engine.get("discount", id))
    engine.store.remove(draft)


def _redeemed(engine: Engine, session: Obj) -> list[str]:
    """Discount objects for the sum alone; nothing is redeemed before the checkout completes."""
    made = []
    for entry in session["discounts"] or []:
        coupon_id = entry["coupon"]
        if coupon_id is None:
            coupon_id = engine.get("promotion_code", entry["promotion_code"])["promotion"]["coupon"]
        source = {"type": "coupon", "coupon": coupon_id}
        made.append(engine.new("discount", "di", source=source, start=engine.now)["id"])
    return made


def _line(engine: Engine, draft: Obj, session: Obj, row: Obj) -> Obj:
    price = engine.get("price", row["price"])
    free = session["_trial"] and price["recurring"] is not None
    amount = 0 if free else price_amount(price, row["quantity"], session["currency"])
    line = lines.line(
        engine,
        draft["id"],
        amount=amount,
        currency=session["currency"],
        description=lines.product_name(engine, price),
        parent=None,
        period={"start": engine.now, "end": engine.now},
        pricing=lines.pricing(price),
        quantity=row["quantity"],
    )
    if row["tax_rates"]:
        draft["_tax_rates"][line["id"]] = list(row["tax_rates"])
    return line


def _item(engine: Engine, session: Obj, row: Obj, line: Obj) -> Obj:
    off = sum(part["amount"] for part in line["discount_amounts"])
    added = sum(t["amount"] for t in line["taxes"] if t["tax_behavior"] == "exclusive")
    price = engine.get("price", row["price"])
    return complete(
        {
            "id": row["id"],
            "object": "item",
            "adjustable_quantity": None,
            "amount_discount": off,
            "amount_subtotal": line["amount"],
            "amount_tax": sum(tax["amount"] for tax in line["taxes"]),
            "amount_total": line["amount"] - off + added,
            "currency": session["currency"],
            "description": line["description"],
            "metadata": row["metadata"],
            "price": public(price),
            "quantity": row["quantity"],
        }
    )


def recurring_sum(engine: Engine, session: Obj) -> tuple[int, Obj | None]:
    """What each period costs before discounts and tax, and how often it comes round."""
    total, terms = 0, None
    for row in session["_lines"]:
        price = engine.get("price", row["price"])
        if price["recurring"]:
            total += price_amount(price, row["quantity"], session["currency"])
            terms = price["recurring"]
    return total, terms


def coupon_of(engine: Engine, session: Obj) -> Obj | None:
    """The coupon that the session takes off; a payment page takes one."""
    for entry in session["discounts"] or []:
        id = entry["coupon"]
        if id is None:
            id = engine.get("promotion_code", entry["promotion_code"])["promotion"]["coupon"]
        return engine.get("coupon", id)
    return None


def reduced_sum(engine: Engine, session: Obj, coupon: Obj) -> int:
    """What a period costs as long as the coupon counts, before tax."""
    products = (coupon.get("_applies_to") or {}).get("products")
    total, covered = 0, []
    for row in session["_lines"]:
        price = engine.get("price", row["price"])
        if price["recurring"]:
            amount = price_amount(price, row["quantity"], session["currency"])
            total += amount
            if not products or price["product"] in products:
                covered.append(amount)
    if coupon["percent_off"] is None:
        return total - min(totals.coupon_amount(coupon, session["currency"]), sum(covered))
    share = Decimal(str(coupon["percent_off"])) / 100
    return total - sum(rounded(amount * share) for amount in covered)


def add_promotion(engine: Engine, session: Obj, word: str) -> str | None:
    """Apply a typed promotion code; returns the sentence to show when it cannot be used."""
    customer = engine.store.peek(session["customer"] or "")
    for code in engine.store.where("promotion_code", "code", word.strip().lower()):
        problem = discounts.refusal(engine, code, customer, session["amount_subtotal"])
        if problem is not None:
            return problem
        session["discounts"] = [{"coupon": None, "promotion_code": code["id"]}]
        refresh(engine, session)
        engine.store.put(session)
        return None
    return "This code is invalid."
