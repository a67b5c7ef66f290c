"""Tax: where the account is registered, its settings, codes, and calculations by hand."""

from decimal import Decimal
from typing import Any

from ..billing.money import rounded
from ..billing.payment_methods import NO_ADDRESS
from ..billing.taxes import rate_at
from ..clock import DAY
from ..engine import Engine
from ..errors import invalid, no_such
from ..lists import envelope, listing, page_of
from ..operations import Call, operation, referred, subject
from ..shapes import complete

Obj = dict[str, Any]
REGISTRATION, CALCULATION = "tax.registration", "tax.calculation"
SETTINGS_ID = "_tax_settings"
CODES = {
    "txcd_10000000": ("General - Electronically Supplied Services", "Services delivered online."),
    "txcd_10402000": ("Video - Streaming", "Films and series streamed to members."),
    "txcd_20030000": ("General - Services", "Services in general."),
    "txcd_99999999": ("General - Tangible Goods", "Goods that can be touched."),
    "txcd_00000000": ("Nontaxable", "Not taxed."),
}
listing(REGISTRATION, "/v1/tax/registrations", "tax.Registration.list")


@operation("POST /v1/tax/registrations", "tax.Registration.create")
def register(call: Call) -> Obj:
    """Note that the account collects tax in a country or state."""
    engine, params = call.engine, call.params
    begins = params["active_from"]
    return engine.new(
        REGISTRATION,
        "taxreg",
        active_from=engine.now if begins == "now" else begins,
        country=params["country"].upper(),
        country_options=_options(params["country"].lower(), params["country_options"]),
        expires_at=params.get("expires_at"),
        status="active" if begins == "now" or begins <= engine.now else "scheduled",
    )


def _options(country: str, given: Obj) -> Obj:
    if country not in given:
        raise invalid(
            f"Missing required param: country_options[{country}].",
            f"country_options[{country}]",
            "parameter_missing",
        )
    return {country: dict(given[country])}


@operation("GET /v1/tax/registrations/{id}", "tax.Registration.retrieve")
def retrieve_registration(call: Call) -> Obj:
    """One registration."""
    return subject(call, REGISTRATION)


@operation("POST /v1/tax/registrations/{id}", "tax.Registration.update")
def update_registration(call: Call) -> Obj:
    """Let a registration end."""
    registration = subject(call, REGISTRATION)
    ends = call.params.get("expires_at")
    if ends is not None:
        at = call.engine.now if ends == "now" else ends or None
        registration["expires_at"] = at
        registration["status"] = "expired" if at and at <= call.engine.now else "active"
    call.engine.store.put(registration)
    return registration


def _settings(engine: Engine) -> Obj:
    kept = engine.store.get("_tax_settings", SETTINGS_ID)
    if kept is None:
        kept = engine.store.add(
            {
                "object": "_tax_settings",
                "id": SETTINGS_ID,
                "defaults": {
                    "provider": "stripe",
                    "tax_behavior": None,
                    "tax_code": "txcd_10000000",
                },
                "head_office": None,
            }
        )
    return kept


def _shown(kept: Obj) -> Obj:
    return {
        "object": "tax.settings",
        "defaults": dict(kept["defaults"]),
        "head_office": kept["head_office"],
        "livemode": False,
        "status": "active" if kept["head_office"] else "pending",
        "status_details": {"active": {}}
        if kept["head_office"]
        else {"pending": {"missing_fields": ["head_office"]}},
    }


@operation("GET /v1/tax/settings", "tax.Settings.retrieve")
def retrieve_settings(call: Call) -> Obj:
    """How the account taxes."""
    return _shown(_settings(call.engine))


@operation("POST /v1/tax/settings", "tax.Settings.update")
def update_settings(call: Call) -> Obj:
    """Change how the account taxes."""
    kept = _settings(call.engine)
    kept["defaults"].update(call.params.get("defaults") or {})
    if call.params.get("head_office"):
        address = {**NO_ADDRESS, **call.params["head_office"]["address"]}
        kept["head_office"] = {"address": address}
    call.engine.store.put(kept)
    shown = _shown(kept)
    call.engine.tell("tax.settings.updated", shown)
    return shown


def _code(id: str) -> Obj:
    name, description = CODES[id]
    return complete({"id": id, "object": "tax_code", "name": name, "description": description})


@operation("GET /v1/tax_codes", "TaxCode.list")
def listed_codes(call: Call) -> Obj:
    """Kinds of goods; the sandbox knows a handful of Stripe's hundreds."""
    return page_of(call, [_code(id) for id in CODES])


@operation("GET /v1/tax_codes/{id}", "TaxCode.retrieve")
def retrieve_code(call: Call) -> Obj:
    """One kind of goods."""
    if call.id not in CODES:
        raise no_such("tax code", call.id, "id", in_path=True)
    return _code(call.id)


@operation("POST /v1/tax/calculations", "tax.Calculation.create")
def calculate(call: Call) -> Obj:
    """Work out the tax on some amounts for a customer's address."""
    engine, params = call.engine, call.params
    details = params.get("customer_details") or {}
    address = details.get("address")
    if params.get("customer"):
        customer = referred(engine, "customer", params["customer"], "customer")
        address = address or customer["address"]
    if not address:
        raise invalid(
            "We could not determine the customer's tax location.",
            "customer_details[address]",
            "customer_tax_location_invalid",
        )
    rate = rate_at(engine, address.get("country"), address.get("state"))
    percent = Decimal(str(rate["percentage"])) if rate else Decimal(0)
    id = engine.store.new_id("taxcalc")
    rows = [_row(engine, given, percent) for given in params["line_items"]]
    exclusive = sum(r["amount_tax"] for r in rows if r["tax_behavior"] == "exclusive")
    inclusive = sum(r["amount_tax"] for r in rows if r["tax_behavior"] == "inclusive")
    return engine.new(
        CALCULATION,
        "taxcalc",
        id=id,
        amount_total=sum(row["amount"] for row in rows) + exclusive,
        currency=params["currency"].lower(),
        customer=params.get("customer"),
        customer_details=_details(details, address),
        expires_at=engine.now + 90 * DAY,
        line_items=envelope(rows, f"/v1/tax/calculations/{id}/line_items"),
        tax_amount_exclusive=exclusive,
        tax_amount_inclusive=inclusive,
        tax_breakdown=[_breakdown(rate, rows, exclusive + inclusive, address)],
        tax_date=params.get("tax_date", engine.now),
    )


def _details(given: Obj, address: Obj) -> Obj:
    return {
        "address": {**NO_ADDRESS, **address},
        "address_source": given.get("address_source", "billing"),
        "ip_address": given.get("ip_address"),
        "tax_ids": list(given.get("tax_ids") or []),
        "taxability_override": given.get("taxability_override", "none"),
    }


def _row(engine: Engine, given: Obj, percent: Decimal) -> Obj:
    behavior = given.get("tax_behavior", "exclusive")
    amount = Decimal(given["amount"])
    base = amount if behavior == "exclusive" else amount / (1 + percent / 100)
    id = engine.store.new_id("tax_li", 14)
    return complete(
        {
            "id": id,
            "object": "tax.calculation_line_item",
            "amount": given["amount"],
            "amount_tax": rounded(base * percent / 100),
            "livemode": False,
            "metadata": given.get("metadata") or {},
            "product": given.get("product"),
            "quantity": given.get("quantity", 1),
            "reference": given.get("reference", id),
            "tax_behavior": behavior,
            "tax_breakdown": None,
            "tax_code": given.get("tax_code", "txcd_10000000"),
        }
    )


def _breakdown(rate: Obj | None, rows: list[Obj], tax: int, address: Obj) -> Obj:
    return {
        "amount": tax,
        "inclusive": False,
        "tax_rate_details": {
            "country": address.get("country"),
            "flat_amount": None,
            "percentage_decimal": str(rate["percentage"] if rate else "0.0"),
            "rate_type": "percentage" if rate else None,
            "state": address.get("state"),
            "tax_type": rate["tax_type"] if rate else None,
        },
        "taxability_reason": "standard_rated" if rate else "not_collecting",
        "taxable_amount": sum(row["amount"] for row in rows) if rate else 0,
    }


@operation("GET /v1/tax/calculations/{id}", "tax.Calculation.retrieve")
def retrieve_calculation(call: Call) -> Obj:
    """One calculation."""
    return subject(call, CALCULATION)


@operation("GET /v1/tax/calculations/{id}/line_items", "tax.Calculation.list_line_items")
def listed_calculation_lines(call: Call) -> Obj:
    """The lines of a calculation."""
    return page_of(call, subject(call, CALCULATION)["line_items"]["data"])
