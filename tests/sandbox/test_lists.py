"""Lists, expansion, search, entitlements and test clocks."""

from typing import Any

import pytest
import stripe

from sandbox.clock import DAY, HOUR

from .conftest import START, Shop


def members(shop: Shop, count: int) -> list[str]:
    return [
        shop.api.v1.customers.create(
            {"email": f"m{n}@example.org", "metadata": {"number": str(n)}}
        ).id
        for n in range(count)
    ]


def test_a_list_is_paged_newest_first_in_both_directions(shop: Shop) -> None:
    made = members(shop, 5)[::-1]
    listed = shop.api.v1.customers.list

    first = listed({"limit": 2})
    second = listed({"limit": 2, "starting_after": first.data[-1].id})
    back = listed({"limit": 2, "ending_before": second.data[0].id})

    assert [row.id for row in first.data + second.data] == made[:4]
    assert [row.id for row in back.data] == made[:2]
    assert (first.has_more, back.has_more) == (True, False)
    assert [row.id for row in listed({"limit": 3}).auto_paging_iter()][:5] == made


def test_a_list_is_filtered_by_member_and_by_date(shop: Shop) -> None:
    members(shop, 2)
    shop.sandbox.advance(DAY)
    late = shop.api.v1.customers.create({"email": "late@example.org"}).id

    found = shop.api.v1.customers.list({"created": {"gte": START + DAY}})
    by_mail = shop.api.v1.customers.list({"email": "m1@example.org"})

    assert [row.id for row in found.data] == [late]
    assert [row.metadata["number"] for row in by_mail.data if row.metadata] == ["1"]


def test_ended_subscriptions_are_listed_only_when_asked_for(shop: Shop) -> None:
    id = shop.start_trial().id
    shop.api.v1.subscriptions.cancel(id)
    listed = shop.api.v1.subscriptions.list

    assert listed({"customer": shop.customer}).data == []
    assert [row.id for row in listed({"customer": shop.customer, "status": "all"}).data] == [id]
    assert [row.id for row in listed({"status": "canceled"}).data] == [id]


def test_expansion_opens_ids_several_levels_deep(shop: Shop) -> None:
    shop.save_card()
    id = shop.subscribe().id

    found = shop.api.v1.subscriptions.retrieve(
        id,
        {"expand": ["customer", "latest_invoice.payments.data.payment.payment_intent"]},
    )

    assert isinstance(found.customer, stripe.Customer)
    assert isinstance(found.latest_invoice, stripe.Invoice)
    assert found.latest_invoice.payments is not None
    intent = found.latest_invoice.payments.data[0].payment.payment_intent
    assert isinstance(intent, stripe.PaymentIntent)
    assert intent.amount_received == 699


def test_expansion_opens_every_row_of_a_list(shop: Shop) -> None:
    shop.start_trial()

    found = shop.api.v1.subscriptions.list(
        {"expand": ["data.default_payment_method", "data.pending_setup_intent", "data.discounts"]}
    )

    assert isinstance(found.data[0].default_payment_method, stripe.PaymentMethod)
    customer = shop.api.v1.customers.retrieve(
        shop.customer, {"expand": ["subscriptions", "tax_ids"]}
    )
    assert customer.subscriptions is not None and len(customer.subscriptions.data) == 1


QUERIES = {
    "email:'m1@example.org'": ["1"],
    "metadata['number']:'2'": ["2"],
    "email~'example' AND -metadata['number']:'0'": ["2", "1"],
    "metadata['number']:'0' OR metadata['number']:'2'": ["2", "0"],
    "created>1": ["2", "1", "0"],
}


@pytest.mark.parametrize("query", QUERIES)
def test_search_finds_by_query(shop: Shop, query: str) -> None:
    members(shop, 3)
    shop.api.v1.customers.delete(shop.customer)

    found = shop.api.v1.customers.search({"query": query})

    assert [row.metadata["number"] for row in found.data if row.metadata] == QUERIES[query]


@pytest.mark.parametrize(
    "query", ["email", "shoe:'42'", "email:'a' AND", "a:'b' AND c:'d' OR e:'f'"]
)
def test_a_query_that_makes_no_sense_is_refused(shop: Shop, query: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        shop.api.v1.customers.search({"query": query})

    assert refusal.value.param == "query"


def test_search_is_paged(shop: Shop) -> None:
    members(shop, 3)
    first = shop.api.v1.customers.search({"query": "created>1", "limit": 2})

    assert (len(first.data), first.has_more) == (2, True)
    assert len(list(first.auto_paging_iter())) == 4


def test_a_product_s_features_are_the_buyer_s_entitlements(shop: Shop) -> None:
    feature = shop.api.v1.entitlements.features.create({"name": "Films", "lookup_key": "films"})
    product = shop.api.v1.prices.retrieve(shop.price).product
    shop.api.v1.products.features.create(str(product), {"entitlement_feature": feature.id})
    held = shop.api.v1.entitlements.active_entitlements

    id = shop.start_trial().id
    during = [row.lookup_key for row in held.list({"customer": shop.customer}).data]
    shop.api.v1.subscriptions.cancel(id)

    assert during == ["films"]
    assert held.list({"customer": shop.customer}).data == []
    told = [t for t in shop.events() if t.startswith("entitlements.")]
    assert told == ["entitlements.active_entitlement_summary.updated"] * 2


def test_a_test_clock_moves_its_own_customers_only(shop: Shop) -> None:
    clock = shop.api.v1.test_helpers.test_clocks.create({"frozen_time": START - 900 * DAY})
    shop.customer = shop.api.v1.customers.create({"test_clock": clock.id}).id
    shop.save_card()
    id = shop.subscribe(trial_period_days=30).id

    moving = shop.api.v1.test_helpers.test_clocks.advance(
        clock.id, {"frozen_time": START - 870 * DAY + 2 * HOUR}
    )

    assert (moving.status, shop.sandbox.clock.now()) == ("advancing", START)
    assert shop.api.v1.test_helpers.test_clocks.retrieve(clock.id).status == "ready"
    assert shop.subscription(id).status == "active"
    assert [invoice.total for invoice in shop.invoices()] == [0, 699]


@pytest.mark.parametrize("target", [START, START - DAY, START + 100 * DAY])
def test_a_test_clock_refuses_to_go_back_or_too_far(shop: Shop, target: int) -> None:
    clock = shop.api.v1.test_helpers.test_clocks.create({"frozen_time": START})
    shop.customer = shop.api.v1.customers.create({"test_clock": clock.id}).id
    shop.save_card()
    shop.subscribe()

    with pytest.raises(stripe.InvalidRequestError) as refusal:
        shop.api.v1.test_helpers.test_clocks.advance(clock.id, {"frozen_time": target})

    assert refusal.value.param == "frozen_time"


def test_a_deleted_customer_leaves_a_stub_and_no_subscription(shop: Shop) -> None:
    id = shop.start_trial().id

    shop.api.v1.customers.delete(shop.customer)

    stub = shop.api.v1.customers.retrieve(shop.customer)
    assert stub.deleted is True
    assert shop.subscription(id).status == "canceled"
    with pytest.raises(stripe.InvalidRequestError):
        shop.subscribe()


def test_tax_is_worked_out_by_hand(shop: Shop) -> None:
    options: Any = {"de": {"type": "standard"}}
    shop.api.v1.tax.registrations.create(
        {"country": "DE", "active_from": "now", "country_options": options}
    )
    details: Any = {"address": {"country": "DE"}, "address_source": "billing"}

    found = shop.api.v1.tax.calculations.create(
        {"currency": "eur", "line_items": [{"amount": 1000}], "customer_details": details}
    )

    assert (found.tax_amount_exclusive, found.amount_total) == (190, 1190)


def test_less_used_corners_fit_the_contract(shop: Shop) -> None:
    api = shop.api.v1
    option = api.billing.feedback_options.create({"description": "Too few films"})
    api.billing.feedback_options.deactivate(option.id)
    api.tax.settings.update({"head_office": {"address": {"country": "GB"}}})
    api.tax_codes.list()
    api.customers.tax_ids.create(shop.customer, {"type": "gb_vat", "value": "GB123456789"})
    api.balance.retrieve()
    api.accounts.retrieve_current()
    api.setup_attempts.list({"setup_intent": api.setup_intents.create({}).id})
    api.invoice_items.create({"customer": shop.customer, "amount": 100, "currency": "gbp"})
    draft = api.invoices.create(
        {"customer": shop.customer, "pending_invoice_items_behavior": "include"}
    )
    api.invoices.line_items.list(str(draft.id))
    configuration = api.billing_portal.configurations.create(
        {"features": {"invoice_history": {"enabled": True}}}
    )
    session = api.billing_portal.sessions.create(
        {"customer": shop.customer, "configuration": configuration.id}
    )

    assert session.configuration == configuration.id
