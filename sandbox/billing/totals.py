"""Adds an invoice up: discounts per line, tax per line, and the sums that follow from them."""

from decimal import Decimal
from typing import Any

from ..engine import Engine
from .money import rounded, shared_out

Obj = dict[str, Any]


def recompute(engine: Engine, invoice: Obj) -> None:
    """Bring every derived sum of a draft in line with its lines, discounts and tax rates."""
    lines = invoice["lines"]["data"]
    for line in lines:
        line["discount_amounts"] = []
    for discount_id in _discounts(invoice, lines):
        _discount(engine, invoice, lines, discount_id)
    for line in lines:
        _tax(engine, invoice, line)
    _sums(invoice, lines)


def _discounts(invoice: Obj, lines: list[Obj]) -> list[str]:
    own = [id for line in lines for id in line["discounts"]]
    return list(dict.fromkeys([*own, *invoice["discounts"]]))


def _discount(engine: Engine, invoice: Obj, lines: list[Obj], discount_id: str) -> None:
    discount = engine.store.peek(discount_id)
    coupon = engine.store.peek((discount or {}).get("source", {}).get("coupon") or "")
    if discount is None or coupon is None:
        return
    whole = discount_id in invoice["discounts"]
    hit = [
        line
        for line in lines
        if line["discountable"]
        and left(line) > 0
        and (whole or discount_id in line["discounts"])
        and _covers(coupon, line)
    ]
    amounts = [left(line) for line in hit]
    if coupon["percent_off"] is not None:
        share = Decimal(str(coupon["percent_off"])) / 100
        parts = [rounded(amount * share) for amount in amounts]
    else:
        off = coupon_amount(coupon, invoice["currency"])
        parts = shared_out(min(off, sum(amounts)), amounts)
    for line, part in zip(hit, parts, strict=True):
        line["discount_amounts"].append({"amount": part, "discount": discount_id})


def coupon_amount(coupon: Obj, currency: str) -> int:
    """What a coupon of a fixed amount takes off in a currency."""
    if coupon["currency"] == currency:
        own: int = coupon["amount_off"]
        return own
    other = (coupon.get("_currency_options") or {}).get(currency, {})
    off: int = other.get("amount_off", 0)
    return off


def _covers(coupon: Obj, line: Obj) -> bool:
    products = (coupon.get("_applies_to") or {}).get("products")
    details = (line["pricing"] or {}).get("price_details")
    return not products or bool(details and details["product"] in products)


def left(line: Obj) -> int:
    """What remains of a line after the discounts so far."""
    rest: int = line["amount"] - sum(part["amount"] for part in line["discount_amounts"])
    return rest


def _tax(engine: Engine, invoice: Obj, line: Obj) -> None:
    rates = [
        rate
        for id in invoice["_tax_rates"].get(line["id"], invoice["_default_tax_rates"])
        if (rate := engine.store.peek(id)) is not None
    ]
    base = left(line)
    included = [Decimal(str(rate["percentage"])) for rate in rates if rate["inclusive"]]
    net = Decimal(base) / (1 + sum(included, Decimal(0)) / 100)
    exempt = invoice["customer_tax_exempt"] in ("exempt", "reverse")
    line["taxes"] = [
        {
            "amount": 0 if exempt else rounded(net * Decimal(str(rate["percentage"])) / 100),
            "tax_behavior": "inclusive" if rate["inclusive"] else "exclusive",
            "tax_rate_details": {"tax_rate": rate["id"]},
            "taxability_reason": "customer_exempt" if exempt else "standard_rated",
            "taxable_amount": 0 if exempt else rounded(net),
            "type": "tax_rate_details",
        }
        for rate in rates
    ]


def _sums(invoice: Obj, lines: list[Obj]) -> None:
    subtotal = sum(line["amount"] for line in lines)
    discounts = _grouped(lines, "discount_amounts", lambda part: part["discount"])
    taxes = [tax for line in lines for tax in line["taxes"]]
    exclusive = sum(tax["amount"] for tax in taxes if tax["tax_behavior"] == "exclusive")
    inclusive = sum(tax["amount"] for tax in taxes if tax["tax_behavior"] == "inclusive")
    off = sum(discounts.values())
    total = subtotal - off + exclusive
    invoice.update(
        subtotal=subtotal,
        subtotal_excluding_tax=subtotal - inclusive,
        total=total,
        total_excluding_tax=total - exclusive - inclusive,
        total_discount_amounts=[{"amount": a, "discount": d} for d, a in discounts.items()],
        total_taxes=_total_taxes(taxes),
    )
    settle_due(invoice)


def settle_due(invoice: Obj) -> None:
    """What is to be paid, after the customer's balance and what was paid or credited already."""
    due = max(0, invoice["total"] + invoice["starting_balance"]) if invoice["total"] >= 0 else 0
    credited = invoice["pre_payment_credit_notes_amount"]
    invoice["amount_due"] = due
    invoice["amount_remaining"] = max(0, due - invoice["amount_paid"] - credited)


def _grouped(lines: list[Obj], member: str, key: Any) -> dict[str, int]:
    sums: dict[str, int] = {}
    for line in lines:
        for part in line[member]:
            sums[key(part)] = sums.get(key(part), 0) + part["amount"]
    return sums


def _total_taxes(taxes: list[Obj]) -> list[Obj]:
    grouped: dict[tuple[str, str], Obj] = {}
    for tax in taxes:
        key = (tax["tax_rate_details"]["tax_rate"], tax["taxability_reason"])
        whole = grouped.setdefault(key, {**tax, "amount": 0, "taxable_amount": 0})
        whole["amount"] += tax["amount"]
        whole["taxable_amount"] += tax["taxable_amount"]
    return list(grouped.values())
