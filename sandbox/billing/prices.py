"""Prices: what a product costs, by whatever scheme the parameters describe."""

from decimal import Decimal
from typing import Any

from ..engine import Engine
from ..errors import invalid
from ..operations import referred

Obj = dict[str, Any]


def price_from_data(engine: Engine, given: Obj, param: str) -> Obj:
    """A price that is described in place; it is kept, but not offered again."""
    data = dict(given)
    product_data = data.pop("product_data", None)
    if product_data is None and not data.get("product"):
        raise invalid(f"Missing required param: {param}[product].", f"{param}[product]")
    if product_data is not None:
        product = new_product(engine, product_data, active=False)
        data["product"] = product["id"]
    else:
        referred(engine, "product", data["product"], f"{param}[product]")
    return new_price(engine, data, param, active=False)


def new_product(engine: Engine, given: Obj, **members: Any) -> Obj:
    """A new product and its event."""
    known = {k: v for k, v in given.items() if v != ""}
    made = engine.new(
        "product",
        "prod",
        **{
            "active": True,
            "attributes": [],
            "images": [],
            "marketing_features": [],
            "metadata": {},
            "type": "service",
            "updated": engine.now,
            "package_dimensions": None,
            "shippable": None,
            **known,
            **members,
        },
    )
    made.pop("attributes", None)
    engine.emit("product.created", made)
    return made


def new_price(engine: Engine, given: Obj, param: str = "", **members: Any) -> Obj:
    """A new price and its event."""
    recurring = given.get("recurring")
    tiered = given.get("billing_scheme") == "tiered"
    amount, decimal = (None, None) if tiered else unit_amounts(given, param)
    made = engine.new(
        "price",
        "price",
        **{
            "active": given.get("active", True),
            "billing_scheme": given.get("billing_scheme", "per_unit"),
            "currency": given["currency"].lower(),
            "custom_unit_amount": _custom(given.get("custom_unit_amount")),
            "lookup_key": given.get("lookup_key"),
            "metadata": dict(given.get("metadata") or {}),
            "nickname": given.get("nickname"),
            "product": given["product"],
            "recurring": recurrence(recurring) if recurring else None,
            "tax_behavior": given.get("tax_behavior", "unspecified"),
            "tiers_mode": given.get("tiers_mode"),
            "transform_quantity": given.get("transform_quantity"),
            "type": "recurring" if recurring else "one_time",
            "unit_amount": amount,
            "unit_amount_decimal": decimal,
            "_tiers": _tiers(given.get("tiers") or []),
            "_currency_options": other_currencies(given.get("currency_options") or {}, param),
            **members,
        },
    )
    engine.emit("price.created", made)
    return made


def recurrence(given: Obj) -> Obj:
    """How often a price is charged."""
    return {
        "interval": given["interval"],
        "interval_count": given.get("interval_count", 1),
        "meter": given.get("meter"),
        "trial_period_days": given.get("trial_period_days"),
        "usage_type": given.get("usage_type", "licensed"),
    }


def unit_amounts(given: Obj, param: str) -> tuple[int | None, str | None]:
    """The price of one, whole and as a decimal; one of the two must be given."""
    if given.get("unit_amount") is not None:
        amount: int = given["unit_amount"]
        if amount < 0:
            raise invalid(
                "Invalid non-negative integer",
                _at(param, "unit_amount"),
                "parameter_invalid_integer",
            )
        return amount, str(amount)
    if given.get("unit_amount_decimal") is not None:
        exact = Decimal(given["unit_amount_decimal"])
        whole = int(exact) if exact == exact.to_integral_value() else None
        return whole, format(exact.normalize(), "f")
    if given.get("custom_unit_amount"):
        return None, None
    raise invalid(
        "You must specify either `unit_amount` or `unit_amount_decimal` when "
        "`billing_scheme=per_unit`.",
        _at(param, "unit_amount"),
        "parameter_missing",
    )


def _at(param: str, name: str) -> str:
    return f"{param}[{name}]" if param else name


def _custom(given: Obj | None) -> Obj | None:
    if not given or not given.get("enabled"):
        return None
    return {name: given.get(name) for name in ("maximum", "minimum", "preset")}


def _tiers(given: list[Obj]) -> list[Obj]:
    tiers = []
    for entry in given:
        unit = entry.get("unit_amount_decimal", entry.get("unit_amount"))
        flat = entry.get("flat_amount_decimal", entry.get("flat_amount"))
        tiers.append(
            {
                "flat_amount": None if flat is None else int(Decimal(flat)),
                "flat_amount_decimal": None if flat is None else str(flat),
                "unit_amount": None if unit is None else int(Decimal(unit)),
                "unit_amount_decimal": None if unit is None else str(unit),
                "up_to": None if entry["up_to"] == "inf" else entry["up_to"],
            }
        )
    return tiers


def other_currencies(given: Obj, param: str) -> Obj:
    """What a price costs in other currencies than its own."""
    options = {}
    for currency, entry in given.items():
        amount, decimal = unit_amounts(entry, f"{_at(param, 'currency_options')}[{currency}]")
        options[currency] = {
            "custom_unit_amount": None,
            "tax_behavior": entry.get("tax_behavior", "unspecified"),
            "unit_amount": amount,
            "unit_amount_decimal": decimal,
        }
    return options
