"""A call that is sent twice is done once."""

import pytest
import stripe
from werkzeug.test import Client

from sandbox.app import Sandbox
from sandbox.clock import DAY
from sandbox.faults import Fault
from tests.stripe_in_process import client


def test_the_same_key_and_body_give_the_same_answer(
    sandbox: Sandbox, api: stripe.StripeClient
) -> None:
    options: stripe.RequestOptions = {"idempotency_key": "one"}

    first = api.v1.customers.create({"email": "ada@example.org"}, options)
    second = api.v1.customers.create({"email": "ada@example.org"}, options)

    assert first.id == second.id
    assert sandbox.engine.store.count("customer") == 1
    assert first.last_response is not None
    assert second.last_response is not None
    assert second.last_response.headers["Idempotent-Replayed"] == "true"
    assert second.last_response.headers["Original-Request"] == first.last_response.request_id


def test_the_same_key_with_another_body_is_refused(api: stripe.StripeClient) -> None:
    options: stripe.RequestOptions = {"idempotency_key": "one"}
    api.v1.customers.create({"email": "ada@example.org"}, options)

    with pytest.raises(stripe.IdempotencyError, match="same parameters") as refusal:
        api.v1.customers.create({"email": "bob@example.org"}, options)

    assert refusal.value.http_status == 400


def test_the_same_key_on_another_path_is_refused(api: stripe.StripeClient) -> None:
    options: stripe.RequestOptions = {"idempotency_key": "one"}
    api.v1.customers.create({}, options)

    with pytest.raises(stripe.IdempotencyError, match="same endpoint"):
        api.v1.products.create({"name": "Matinee"}, options)


def test_a_declined_card_is_declined_again_without_a_second_charge(
    sandbox: Sandbox, api: stripe.StripeClient
) -> None:
    for _ in range(2):
        with pytest.raises(stripe.CardError, match="declined"):
            api.v1.payment_intents.create(
                {
                    "amount": 699,
                    "currency": "gbp",
                    "confirm": True,
                    "payment_method": "pm_card_chargeCustomerFail",
                },
                {"idempotency_key": "pay"},
            )

    assert sandbox.engine.store.count("charge") == 1


def test_parameters_that_were_refused_do_not_use_the_key_up(api: stripe.StripeClient) -> None:
    options: stripe.RequestOptions = {"idempotency_key": "one"}
    with pytest.raises(stripe.InvalidRequestError):
        api.v1.products.create({"nmae": "Matinee"}, options)  # type: ignore[typeddict-unknown-key,typeddict-item]  # the typo is the point

    assert api.v1.products.create({"name": "Matinee"}, options).name == "Matinee"


def test_a_key_is_forgotten_after_a_day(sandbox: Sandbox, api: stripe.StripeClient) -> None:
    options: stripe.RequestOptions = {"idempotency_key": "one"}
    first = api.v1.customers.create({}, options)

    sandbox.advance(DAY + 1)

    assert api.v1.customers.create({}, options).id != first.id


@pytest.mark.parametrize("kind", ["reset_after_work", "error_after_work"])
def test_a_call_that_fails_after_its_work_and_is_retried_does_it_once(
    sandbox: Sandbox, kind: str
) -> None:
    # given a client that retries, and a connection that breaks off after the work
    patient = client(sandbox, retries=2)
    sandbox.faults.plan(Fault(kind, path="/v1/customers"))

    # when a customer is made
    made = patient.v1.customers.create({"email": "ada@example.org"})

    # then there is one, and it is the one the client knows
    assert [row["id"] for row in sandbox.engine.store.all("customer")] == [made.id]


def test_a_busy_moment_is_over_after_a_retry(sandbox: Sandbox) -> None:
    sandbox.faults.plan(Fault("error", count=1))

    made = client(sandbox, retries=1).v1.customers.create({"email": "ada@example.org"})

    assert made.email == "ada@example.org"


def test_a_rate_limit_is_told_as_one(sandbox: Sandbox, api: stripe.StripeClient) -> None:
    sandbox.faults.plan(Fault("rate_limit"))

    with pytest.raises(stripe.RateLimitError):
        api.v1.customers.list()


def test_faults_are_planned_over_the_control_path(
    sandbox: Sandbox, api: stripe.StripeClient
) -> None:
    control = Client(sandbox)
    planned = control.post("/_sandbox/faults", json={"kind": "reset", "path": "/v1/customers"})

    assert planned.status_code == 200
    assert api.v1.products.list().data == []
    with pytest.raises(stripe.APIConnectionError):
        api.v1.customers.list()
