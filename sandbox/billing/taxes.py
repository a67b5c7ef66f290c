"""Which tax rates an invoice uses: the ones it was given, or the ones automatic tax finds."""

from typing import Any

from ..engine import Engine

Obj = dict[str, Any]

STANDARD_RATES = {
    "AT": ("VAT", "20"),
    "AU": ("GST", "10"),
    "BE": ("VAT", "21"),
    "CA": ("GST", "5"),
    "CH": ("VAT", "8.1"),
    "DE": ("VAT", "19"),
    "DK": ("VAT", "25"),
    "ES": ("VAT", "21"),
    "FI": ("VAT", "25.5"),
    "FR": ("VAT", "20"),
    "GB": ("VAT", "20"),
    "IE": ("VAT", "23"),
    "IT": ("VAT", "22"),
    "LU": ("VAT", "17"),
    "NL": ("VAT", "21"),
    "NO": ("VAT", "25"),
    "NZ": ("GST", "15"),
    "PL": ("VAT", "23"),
    "PT": ("VAT", "23"),
    "SE": ("VAT", "25"),
}
US_RATES = {
    "CA": "7.25",
    "FL": "6",
    "IL": "6.25",
    "MA": "6.25",
    "NJ": "6.625",
    "NY": "4",
    "PA": "6",
    "TX": "6.25",
    "WA": "6.5",
}


def rates_for(engine: Engine, customer: Obj, subscription: Obj | None) -> list[str]:
    """The ids of the tax rates for lines that name none of their own."""
    if subscription is None:
        return []
    if subscription["automatic_tax"]["enabled"]:
        found = automatic_rate(engine, customer)
        return [found["id"]] if found else []
    return [rate["id"] for rate in subscription["default_tax_rates"] or []]


def automatic_rate(engine: Engine, customer: Obj) -> Obj | None:
    """The rate where the customer lives, if the account is registered for tax there."""
    address = customer.get("address") or {}
    return rate_at(engine, address.get("country"), address.get("state"))


def rate_at(engine: Engine, country: str | None, state: str | None) -> Obj | None:
    """The tax rate of a place the account is registered in; ``None`` elsewhere."""
    if country is None or not _registered(engine, country, state):
        return None
    name, percent = ("Sales tax", US_RATES.get(state or "", "0"))
    if country != "US":
        name, percent = STANDARD_RATES.get(country, ("VAT", "0"))
    id = f"txr_auto_{country}_{state if country == 'US' else ''}".rstrip("_")
    return engine.store.get("tax_rate", id) or engine.new(
        "tax_rate",
        "txr",
        id=id,
        active=False,
        country=country,
        display_name=name,
        effective_percentage=float(percent),
        inclusive=False,
        jurisdiction=state if country == "US" else country,
        jurisdiction_level="state" if country == "US" else "country",
        metadata={},
        percentage=float(percent),
        rate_type="percentage",
        state=state if country == "US" else None,
        tax_type="sales_tax" if country == "US" else name.lower(),
    )


def _registered(engine: Engine, country: str, state: str | None) -> bool:
    return any(
        registration["status"] == "active"
        and registration["country"] == country
        and (country != "US" or registration["country_options"]["us"]["state"] == state)
        for registration in engine.store.all("tax.registration")
    )
