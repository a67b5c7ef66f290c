"""Tax rates given by hand, and customers' tax ids."""

from typing import Any

from ..billing.tax_ids import new_tax_id
from ..errors import no_such
from ..lists import CURSORS, fits, listing, page_of
from ..operations import Call, apply, apply_metadata, deleted, operation, referred, subject
from .customers import living

Obj = dict[str, Any]
listing("tax_rate", "/v1/tax_rates", "TaxRate.list")
EDITABLE = ("active", "country", "description", "display_name", "jurisdiction", "state", "tax_type")


@operation("POST /v1/tax_rates", "TaxRate.create")
def create(call: Call) -> Obj:
    """Add a tax rate."""
    params = call.params
    percentage = float(params["percentage"])
    rate = call.engine.new(
        "tax_rate",
        "txr",
        **{
            "active": True,
            "display_name": params["display_name"],
            "effective_percentage": None,
            "flat_amount": None,
            "inclusive": params["inclusive"],
            "metadata": dict(params.get("metadata") or {}),
            "percentage": percentage,
            "rate_type": "percentage",
            **{name: params[name] for name in EDITABLE if name in params},
        },
    )
    call.engine.emit("tax_rate.created", rate)
    return rate


@operation("GET /v1/tax_rates/{id}", "TaxRate.retrieve")
def retrieve(call: Call) -> Obj:
    """One tax rate."""
    return subject(call, "tax_rate")


@operation("POST /v1/tax_rates/{id}", "TaxRate.update")
def update(call: Call) -> Obj:
    """Change how a tax rate is named; its percentage never changes."""
    rate = subject(call, "tax_rate")
    apply(rate, call.params, *EDITABLE)
    apply_metadata(rate, call.params)
    call.engine.changed("tax_rate.updated", rate)
    return rate


@operation("POST /v1/customers/{id}/tax_ids", "CustomerTaxId.create")
def add_to_customer(call: Call) -> Obj:
    """Note a customer's tax number."""
    return new_tax_id(call.engine, call.params, living(call))


@operation("GET /v1/customers/{id}/tax_ids", "CustomerTaxId.list")
def listed_for_customer(call: Call) -> Obj:
    """A customer's tax numbers."""
    customer = living(call)
    return page_of(call, reversed(call.engine.store.where("tax_id", "customer", customer["id"])))


def _own(call: Call) -> Obj:
    customer = living(call, call.ids[0])
    tax_id = subject(call, "tax_id")
    if tax_id["customer"] != customer["id"]:
        raise no_such("tax_id", call.id, "id", in_path=True)
    return tax_id


@operation("GET /v1/customers/{customer}/tax_ids/{id}", "CustomerTaxId.retrieve")
def retrieve_for_customer(call: Call) -> Obj:
    """One of a customer's tax numbers."""
    return _own(call)


@operation("DELETE /v1/customers/{customer}/tax_ids/{id}", "CustomerTaxId.delete")
def delete_for_customer(call: Call) -> Obj:
    """Forget one of a customer's tax numbers."""
    return _delete(call, _own(call))


def _delete(call: Call, tax_id: Obj) -> Obj:
    call.engine.emit("customer.tax_id.deleted", tax_id)
    call.engine.store.remove(tax_id)
    return deleted("tax_id", tax_id["id"])


@operation("POST /v1/tax_ids", "TaxId.create")
def create_tax_id(call: Call) -> Obj:
    """Note a tax number of a customer, or of the account itself."""
    owner = call.params.get("owner") or {}
    customer = None
    if owner.get("customer"):
        customer = referred(call.engine, "customer", owner["customer"], "owner[customer]")
    return new_tax_id(call.engine, call.params, customer)


@operation("GET /v1/tax_ids", "TaxId.list")
def listed_tax_ids(call: Call) -> Obj:
    """Tax numbers of the account, or of the customer that is named."""
    params = {k: v for k, v in call.params.items() if k not in CURSORS}
    owner = params.pop("owner", None) or {"type": "self"}
    return page_of(
        call, call.engine.store.newest("tax_id"), keep=lambda row: fits(row["owner"], owner)
    )


@operation("GET /v1/tax_ids/{id}", "TaxId.retrieve")
def retrieve_tax_id(call: Call) -> Obj:
    """One tax number."""
    return subject(call, "tax_id")


@operation("DELETE /v1/tax_ids/{id}", "TaxId.delete")
def delete_tax_id(call: Call) -> Obj:
    """Forget a tax number."""
    return _delete(call, subject(call, "tax_id"))
