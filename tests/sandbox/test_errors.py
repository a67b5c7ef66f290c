"""Refusals: Stripe's status, type, code and the parameter at fault."""

import json
from typing import Any

import pytest
from werkzeug.test import Client

from sandbox.app import Sandbox

from .conftest import Shop

AUTH = {"Authorization": "Bearer sk_test_tests"}


def ask(
    sandbox: Sandbox, route: str, form: str = "", headers: dict[str, str] | None = None
) -> tuple[int, dict[str, Any]]:
    method, path = route.split()
    answer = Client(sandbox).open(
        path,
        method=method,
        query_string=form if method != "POST" else "",
        data=form if method == "POST" else None,
        content_type="application/x-www-form-urlencoded",
        headers=AUTH if headers is None else headers,
    )
    return answer.status_code, json.loads(answer.get_data()).get("error", {})


REFUSALS = {
    "unknown": ("POST /v1/customers", "nmae=x", "parameter_unknown", "nmae"),
    "unknown inside": (
        "POST /v1/customers",
        "address[street]=x",
        "parameter_unknown",
        "address[street]",
    ),
    "missing": ("POST /v1/products", "description=x", "parameter_missing", "name"),
    "missing inside": (
        "POST /v1/prices",
        "currency=usd&product=p&unit_amount=1&recurring[interval_count]=1",
        "parameter_missing",
        "recurring[interval]",
    ),
    "no integer": (
        "POST /v1/customers",
        "balance=much",
        "parameter_invalid_integer",
        "balance",
    ),
    "no boolean": ("POST /v1/products", "name=x&active=maybe", None, "active"),
    "not on the list": ("POST /v1/coupons", "percent_off=5&duration=ever", None, "duration"),
    "not an object": ("POST /v1/customers", "shipping=x", None, "shipping"),
    "not an array": ("POST /v1/products", "name=x&images=y", None, "images"),
    "empty": ("POST /v1/products", "name=x&active=", "parameter_invalid_empty", "active"),
    "page too long": ("GET /v1/customers", "limit=101", "parameter_invalid_integer", "limit"),
    "page too short": ("GET /v1/customers", "limit=0", "parameter_invalid_integer", "limit"),
    "cursor leads nowhere": (
        "GET /v1/customers",
        "starting_after=cus_x",
        "resource_missing",
        "starting_after",
    ),
    "reference leads nowhere": (
        "POST /v1/prices",
        "currency=usd&unit_amount=1&product=prod_x",
        "resource_missing",
        "product",
    ),
    "amount too small": (
        "POST /v1/payment_intents",
        "amount=10&currency=usd",
        "amount_too_small",
        "amount",
    ),
    "bad address": ("POST /v1/customers", "email=nobody", "email_invalid", "email"),
}


@pytest.mark.parametrize("case", REFUSALS.values(), ids=list(REFUSALS))
def test_a_wrong_request_is_refused_as_stripe_refuses_it(
    sandbox: Sandbox, case: tuple[str, str, str | None, str]
) -> None:
    route, form, code, param = case

    status, error = ask(sandbox, route, form)

    assert (status, error["type"]) == (400, "invalid_request_error")
    assert (error.get("code"), error["param"]) == (code, param)


def test_a_plain_member_cannot_be_expanded(shop: Shop) -> None:
    status, error = ask(shop.sandbox, f"GET /v1/customers/{shop.customer}", "expand[]=email")

    assert (status, error["param"]) == (400, "expand")
    assert error["message"] == "This property cannot be expanded (email)."


MISSING = {
    "customers/cus_x": ("No such customer: 'cus_x'", "id"),
    "subscriptions/sub_x": ("No such subscription: 'sub_x'", "id"),
    "prices/price_x": ("No such price: 'price_x'", "price"),
    "invoices/in_x": ("No such invoice: 'in_x'", "invoice"),
    "payment_intents/pi_x": ("No such payment_intent: 'pi_x'", "intent"),
    "checkout/sessions/cs_x": ("No such checkout.session: 'cs_x'", "session"),
    "payment_methods/pm_x": ("No such PaymentMethod: 'pm_x'", "payment_method"),
}


@pytest.mark.parametrize("path", MISSING)
def test_an_id_that_leads_nowhere_is_a_404(sandbox: Sandbox, path: str) -> None:
    status, error = ask(sandbox, f"GET /v1/{path}")

    assert (status, error["code"]) == (404, "resource_missing")
    assert (error["message"], error["param"]) == MISSING[path]


def test_an_address_that_is_no_operation_is_a_404(sandbox: Sandbox) -> None:
    status, error = ask(sandbox, "GET /v1/films")

    assert (status, error["type"]) == (404, "invalid_request_error")
    assert error["message"].startswith("Unrecognized request URL (GET: /v1/films)")


KEYS = {
    "none": ({}, 401, "You did not provide an API key"),
    "nonsense": ({"Authorization": "Bearer hello"}, 401, "Invalid API Key provided"),
    "live": ({"Authorization": "Bearer sk_live_abc"}, 401, "It refuses live keys"),
    "restricted live": ({"Authorization": "Bearer rk_live_abc"}, 401, "It refuses live keys"),
    "publishable": ({"Authorization": "Bearer pk_test_abc"}, 403, "publishable API key"),
}


@pytest.mark.parametrize("name", KEYS)
def test_a_wrong_key_opens_nothing(sandbox: Sandbox, name: str) -> None:
    headers, expected, sentence = KEYS[name]

    status, error = ask(sandbox, "POST /v1/customers", "", headers)

    assert (status, error["type"]) == (expected, "invalid_request_error")
    assert sentence in error["message"]
    assert sandbox.engine.store.count("customer") == 0


def test_a_key_in_basic_authentication_works_as_well(sandbox: Sandbox) -> None:
    answer = Client(sandbox).get("/v1/customers", auth=("sk_test_abc", ""))

    assert answer.status_code == 200


def test_another_version_is_refused(sandbox: Sandbox) -> None:
    headers = {**AUTH, "Stripe-Version": "2020-08-27"}

    status, error = ask(sandbox, "GET /v1/customers", "", headers)

    assert (status, error["message"][:34]) == (400, "Invalid Stripe API version: 2020-0")


def test_every_answer_names_its_request_and_version(sandbox: Sandbox) -> None:
    answer = Client(sandbox).get("/v1/customers", headers=AUTH)

    assert answer.headers["Request-Id"].startswith("req_")
    assert answer.headers["Stripe-Version"] == "2026-10-28.endive"


def test_a_declined_card_is_told_with_reason_and_intent(sandbox: Sandbox) -> None:
    status, error = ask(
        sandbox,
        "POST /v1/payment_intents",
        "amount=699&currency=gbp&confirm=true&payment_method=pm_card_chargeDeclinedInsufficientFunds",
    )

    assert (status, error["type"], error["code"]) == (402, "card_error", "card_declined")
    assert error["decline_code"] == "insufficient_funds"
    assert error["payment_intent"]["status"] == "requires_payment_method"
    assert error["payment_intent"]["last_payment_error"]["charge"] == error["charge"]


def test_a_refused_call_leaves_nothing_behind(shop: Shop) -> None:
    before = len(shop.events())
    form = f"customer={shop.customer}&items[0][price]={shop.price}&discounts[0][coupon]=gone"

    status, error = ask(shop.sandbox, "POST /v1/subscriptions", form)

    assert (status, error["param"]) == (400, "discounts[0][coupon]")
    assert shop.sandbox.engine.store.count("subscription") == 0
    assert len(shop.events()) == before


def test_a_first_payment_that_must_not_fail_leaves_no_subscription(shop: Shop) -> None:
    shop.save_card("pm_card_chargeCustomerFail")
    form = (
        f"customer={shop.customer}&items[0][price]={shop.price}"
        "&payment_behavior=error_if_incomplete"
    )

    status, error = ask(shop.sandbox, "POST /v1/subscriptions", form)

    assert (status, error["code"]) == (402, "card_declined")
    assert shop.sandbox.engine.store.count("subscription") == 0
    assert shop.sandbox.engine.store.count("invoice") == 0
