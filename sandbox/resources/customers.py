"""Customers: who is billed."""

import hashlib
from typing import Any

from ..billing import endings, entitlements, payment_methods, tax_ids
from ..billing.balance import change_balance
from ..engine import Engine
from ..errors import BadParameters, invalid
from ..events import public
from ..expand import included
from ..lists import CURSORS, candidates, envelope, fits, page_of
from ..operations import Call, apply, apply_metadata, deleted, operation, referred, subject

Obj = dict[str, Any]
EDITABLE = ("description", "email", "name", "phone", "preferred_locales", "tax_exempt", "shipping")
RENDERING = {"amount_tax_display": None, "template": None}


@operation("POST /v1/customers", "Customer.create")
def create(call: Call) -> Obj:
    """Add a customer; a payment method or token given here is saved at once."""
    engine, params = call.engine, call.params
    _check_email(params)
    if params.get("test_clock"):
        referred(engine, "test_helpers.test_clock", params["test_clock"], "test_clock")
    customer = _new(engine, params)
    _edit(engine, customer, params)
    given = params.get("payment_method")
    method = payment_methods.found(engine, given) if given else None
    default = (params.get("invoice_settings") or {}).get("default_payment_method")
    if method is not None:
        card = payment_methods.card_of(method)
        if card is not None and card.setup is not None:
            refusal = payment_methods.declined(card.setup)
            refusal.keeps_work = False
            raise refusal
    if default and default == given and method is not None:
        customer["invoice_settings"]["default_payment_method"] = method["id"]
    elif default:
        raise invalid(
            "The customer does not have a payment method with the ID "
            f"{default}. The payment method must be attached to the customer.",
            "invoice_settings[default_payment_method]",
            "resource_missing",
        )
    if params.get("source"):
        _set_source(engine, customer, params["source"])
    engine.emit("customer.created", customer)
    if method is not None:
        payment_methods.save(engine, method, customer)
    for data in params.get("tax_id_data") or []:
        tax_ids.new_tax_id(engine, data, customer)
    return customer


def _new(engine: Engine, params: Obj) -> Obj:
    id = engine.store.new_id("cus", 14)
    return engine.new(
        "customer",
        "cus",
        id=id,
        address=None,
        balance=0,
        default_source=None,
        delinquent=False,
        discount=None,
        invoice_prefix=hashlib.sha256(id.encode()).hexdigest()[:8].upper(),
        invoice_settings={
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        metadata={},
        preferred_locales=[],
        shipping=None,
        tax_exempt="none",
        test_clock=params.get("test_clock"),
        _invoice_sequence=params.get("next_invoice_sequence", 1),
    )


def new_customer(engine: Engine, params: Obj) -> Obj:
    """A customer that Checkout makes for a person who has none yet, and its event."""
    customer = _new(engine, params)
    _edit(engine, customer, params)
    engine.emit("customer.created", customer)
    return customer


def _check_email(params: Obj) -> None:
    email = params.get("email")
    if email and ("@" not in email.strip("@") or " " in email or len(email) > 512):
        raise BadParameters(f"Invalid email address: {email}", code="email_invalid", param="email")


def _edit(engine: Engine, customer: Obj, params: Obj) -> None:
    apply(customer, params, *EDITABLE, "invoice_prefix")
    customer["preferred_locales"] = customer["preferred_locales"] or []
    customer["tax_exempt"] = customer["tax_exempt"] or "none"
    if "address" in params:
        given = params["address"]
        customer["address"] = {**payment_methods.NO_ADDRESS, **given} if given else None
    if customer["shipping"]:
        customer["shipping"] = {"phone": None, "carrier": None, "tracking_number": None} | {
            **customer["shipping"],
            "address": {
                **payment_methods.NO_ADDRESS,
                **customer["shipping"].get("address", {}),
            },
        }
    settings = params.get("invoice_settings") or {}
    apply(customer["invoice_settings"], settings, "custom_fields", "footer")
    rendering = settings.get("rendering_options")
    if rendering is not None:
        customer["invoice_settings"]["rendering_options"] = (
            {**RENDERING, **rendering} if rendering else None
        )
    apply_metadata(customer, params)
    if "balance" in params and params["balance"] != customer["balance"]:
        moved = params["balance"] - customer["balance"]
        currency = customer["currency"] or "usd"
        change_balance(engine, customer, moved, "adjustment", currency)


def _set_source(engine: Engine, customer: Obj, token: str) -> None:
    method = payment_methods.from_token(engine, token, prefix="card")
    method["customer"] = customer["id"]
    customer["default_source"] = method["id"]


@operation("GET /v1/customers", "Customer.list")
def listed(call: Call) -> Obj:
    """Customers, filtered by e-mail, date or test clock; those of test clocks only when asked."""
    plain = {k: v for k, v in call.params.items() if k not in CURSORS}
    plain.setdefault("test_clock", None)
    return page_of(
        call,
        candidates(call.engine, "customer", plain),
        keep=lambda customer: fits(customer, plain),
    )


@operation("GET /v1/customers/{id}", "Customer.retrieve")
def retrieve(call: Call) -> Obj:
    """One customer, or the stub that is left of a deleted one."""
    customer = subject(call, "customer")
    return deleted("customer", customer["id"]) if customer.get("_deleted") else customer


def living(call: Call, id: str | None = None) -> Obj:
    """The customer a path is about, who must not have been deleted."""
    customer = subject(call, "customer", id)
    if customer.get("_deleted"):
        raise invalid(f"No such customer: '{customer['id']}'", "id", "resource_missing")
    return customer


@operation("POST /v1/customers/{id}", "Customer.update")
def update(call: Call) -> Obj:
    """Change a customer's details or default payment method."""
    engine, params = call.engine, call.params
    customer = living(call)
    _check_email(params)
    _edit(engine, customer, params)
    settings = params.get("invoice_settings") or {}
    if "default_payment_method" in settings:
        customer["invoice_settings"]["default_payment_method"] = _own_method(
            engine, customer, settings["default_payment_method"]
        )
    if params.get("source"):
        _set_source(engine, customer, params["source"])
    engine.changed("customer.updated", customer)
    return customer


def _own_method(engine: Engine, customer: Obj, id: str) -> str | None:
    if id == "":
        return None
    method = payment_methods.found(engine, id, "invoice_settings[default_payment_method]")
    if id.startswith("pm_card_"):
        payment_methods.attach(engine, method, customer)
    if method["customer"] != customer["id"]:
        raise invalid(
            f"The customer does not have a payment method with the ID {id}. The payment method "
            "must be attached to the customer.",
            "invoice_settings[default_payment_method]",
            "resource_missing",
        )
    return str(method["id"])


@operation("DELETE /v1/customers/{id}", "Customer.delete")
def delete(call: Call) -> Obj:
    """Delete a customer for good and cancel every subscription at once."""
    engine = call.engine
    customer = living(call)
    for subscription in engine.store.where("subscription", "customer", customer["id"]):
        if subscription["status"] not in endings.ENDED:
            kept = engine.get("subscription", subscription["id"])
            endings.cancel(engine, kept, reason=None)
    for method in engine.store.where("payment_method", "customer", customer["id"]):
        held = engine.get("payment_method", method["id"])
        held.update(customer=None, _detached=True)
        engine.store.put(held)
    engine.emit("customer.deleted", customer)
    customer["_deleted"] = True
    engine.store.put(customer)
    entitlements.refresh(engine, customer["id"])
    return deleted("customer", customer["id"])


@operation("DELETE /v1/customers/{id}/discount", "Customer.delete_discount")
def delete_discount(call: Call) -> Obj:
    """Take a customer's discount away."""
    customer = living(call)
    held = customer["discount"]
    if held is None:
        raise invalid("This customer does not have a discount.", "id", "resource_missing")
    customer["discount"] = None
    call.engine.tell("customer.discount.deleted", held)
    call.engine.changed("customer.updated", customer)
    return {**held, "deleted": True}


@included("customer", "subscriptions")
def subscriptions(engine: Engine, customer: Obj) -> Obj:
    """The customer's living subscriptions."""
    rows = [
        public(found)
        for found in engine.store.where("subscription", "customer", customer["id"])
        if found["status"] not in endings.ENDED
    ]
    return envelope(
        rows[::-1][:10], f"/v1/customers/{customer['id']}/subscriptions", len(rows) > 10
    )


@included("customer", "tax_ids")
def tax_id_list(engine: Engine, customer: Obj) -> Obj:
    """The customer's tax ids."""
    rows = engine.store.where("tax_id", "customer", customer["id"])
    return envelope(rows[::-1], f"/v1/customers/{customer['id']}/tax_ids")


@included("customer", "sources")
def sources(engine: Engine, customer: Obj) -> Obj:
    """Older sources, of which the sandbox keeps none in this list."""
    return envelope([], f"/v1/customers/{customer['id']}/sources")
