"""Customers' tax numbers."""

from typing import Any

from ..engine import Engine

Obj = dict[str, Any]
COUNTRIES = {"gb_vat": "GB", "us_ein": "US", "au_abn": "AU", "ca_bn": "CA", "ch_vat": "CH"}


def new_tax_id(engine: Engine, given: Obj, customer: Obj | None) -> Obj:
    """A tax number and its event; European numbers are checked, which stays pending here."""
    kind, value = given["type"], given["value"]
    country = COUNTRIES.get(kind, value[:2].upper() if kind == "eu_vat" else kind[:2].upper())
    owner: Obj = {"type": "self"}
    if customer is not None:
        owner = {"type": "customer", "customer": customer["id"]}
    made = engine.new(
        "tax_id",
        "txi",
        country=country,
        customer=customer["id"] if customer else None,
        owner=owner,
        type=kind,
        value=value,
        verification={
            "status": "pending" if kind in ("eu_vat", "gb_vat") else "unavailable",
            "verified_address": None,
            "verified_name": None,
        },
    )
    engine.emit("customer.tax_id.created", made)
    return made
