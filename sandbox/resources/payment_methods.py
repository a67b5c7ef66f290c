"""Payment methods: cards and debits, saved to customers."""

from typing import Any

from ..billing import payment_methods
from ..billing.payment_methods import NO_ADDRESS, billing_details
from ..errors import invalid, missing
from ..lists import page_of
from ..operations import Call, apply, apply_metadata, operation, referred, subject
from .customers import living

Obj = dict[str, Any]


@operation("POST /v1/payment_methods", "PaymentMethod.create")
def create(call: Call) -> Obj:
    """Make a payment method from a card number, a test token or an IBAN."""
    params = call.params
    members: Obj = {
        "billing_details": params.get("billing_details"),
        "metadata": dict(params.get("metadata") or {}),
    }
    if params.get("type") == "sepa_debit":
        debit = params.get("sepa_debit") or {}
        return payment_methods.sepa_debit(call.engine, debit.get("iban", ""), **members)
    if params.get("type") != "card":
        raise invalid(
            f'The payment method type "{params.get("type")}" is not imitated by this sandbox.',
            "type",
        )
    card = params.get("card")
    if not card:
        raise missing("card")
    if "token" in card:
        return payment_methods.from_token(call.engine, card["token"], **members)
    return payment_methods.from_number(
        call.engine, card["number"], card["exp_month"], _full_year(card["exp_year"]), **members
    )


def _full_year(year: int) -> int:
    return year if year > 99 else 2000 + year


@operation("GET /v1/payment_methods", "PaymentMethod.list")
def listed(call: Call) -> Obj:
    """A customer's payment methods."""
    customer = call.params.get("customer")
    if customer is None:
        return page_of(call, [])
    referred(call.engine, "customer", customer, "customer")
    return _page(call, customer)


@operation("GET /v1/customers/{id}/payment_methods", "CustomerPaymentMethod.list")
def listed_for_customer(call: Call) -> Obj:
    """A customer's payment methods, by the customer's path."""
    return _page(call, living(call)["id"])


def _page(call: Call, customer_id: str) -> Obj:
    kind = call.params.get("type")
    found = reversed(call.engine.store.where("payment_method", "customer", customer_id))
    return page_of(
        call,
        found,
        keep=lambda method: kind in (None, method["type"]) and not method["id"].startswith("card_"),
    )


@operation("GET /v1/payment_methods/{id}", "PaymentMethod.retrieve")
def retrieve(call: Call) -> Obj:
    """One payment method."""
    return subject(call, "payment_method")


@operation("GET /v1/customers/{customer}/payment_methods/{id}", "CustomerPaymentMethod.retrieve")
def retrieve_for_customer(call: Call) -> Obj:
    """One of a customer's payment methods."""
    customer = living(call, call.ids[0])
    method = subject(call, "payment_method")
    if method["customer"] != customer["id"]:
        raise invalid(
            f"No such PaymentMethod: '{method['id']}'", "payment_method", "resource_missing"
        )
    return method


@operation("POST /v1/payment_methods/{id}", "PaymentMethod.update")
def update(call: Call) -> Obj:
    """Change the expiry, the billing details or the metadata of a saved method."""
    method = subject(call, "payment_method")
    if method["customer"] is None:
        raise invalid(
            "You must save this PaymentMethod to a customer before you can update it.",
            "payment_method",
        )
    given = call.params.get("billing_details")
    if given:
        merged = {**method["billing_details"], **given}
        if given.get("address"):
            merged["address"] = {**method["billing_details"]["address"], **given["address"]}
        merged["address"] = merged["address"] or dict(NO_ADDRESS)
        method["billing_details"] = billing_details(merged)
    apply(method, call.params, "allow_redisplay")
    for name in ("exp_month", "exp_year"):
        if name in (call.params.get("card") or {}):
            method["card"][name] = call.params["card"][name]
    apply_metadata(method, call.params)
    call.engine.changed("payment_method.updated", method)
    return method


@operation("POST /v1/payment_methods/{id}/attach", "PaymentMethod.attach")
def attach(call: Call) -> Obj:
    """Save a payment method to a customer; ``pm_card_*`` names work here."""
    wanted = call.params.get("customer")
    if not wanted:
        raise missing("customer")
    customer = referred(call.engine, "customer", wanted, "customer")
    if call.id.startswith("pm_card_"):
        method = payment_methods.found(call.engine, call.id)
    else:
        method = subject(call, "payment_method")
    payment_methods.attach(call.engine, method, customer)
    return method


@operation("POST /v1/payment_methods/{id}/detach", "PaymentMethod.detach")
def detach(call: Call) -> Obj:
    """Take a payment method away from its customer for good."""
    engine = call.engine
    method = subject(call, "payment_method")
    if method["customer"] is None:
        raise invalid(
            "The payment method you provided is not attached to a customer so detachment is "
            "impossible.",
            "payment_method",
        )
    customer = engine.get("customer", method["customer"])
    method.update(customer=None, _detached=True)
    engine.changed("payment_method.detached", method)
    settings = customer["invoice_settings"]
    if settings["default_payment_method"] == method["id"]:
        settings["default_payment_method"] = None
        engine.changed("customer.updated", customer)
    for found in engine.store.where("subscription", "customer", customer["id"]):
        if found["default_payment_method"] == method["id"]:
            subscription = engine.get("subscription", found["id"])
            subscription["default_payment_method"] = None
            engine.changed("customer.subscription.updated", subscription)
    return method
