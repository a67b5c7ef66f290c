"""The customer portal: people cancel, change their mind and replace their card."""

from werkzeug.test import Client

from sandbox.clock import DAY, HOUR

from .conftest import START, Shop


def portal_of(shop: Shop) -> str:
    session = shop.api.v1.billing_portal.sessions.create(
        {"customer": shop.customer, "return_url": "https://shop.test/account"}
    )
    return str(session.url).removeprefix("http://127.0.0.1:8001")


def test_a_customer_cancels_and_changes_their_mind_in_the_portal(shop: Shop) -> None:
    id = shop.start_trial().id
    browser, path = Client(shop.sandbox), portal_of(shop)
    assert "Free until 22 December 2026." in browser.get(path).get_data(as_text=True)

    browser.post(path, data={"action": "cancel", "subscription": id, "reason": "unused"})
    planned = shop.subscription(id)
    assert (planned.cancel_at_period_end, planned.cancel_at) == (True, START + 30 * DAY)
    assert planned.cancellation_details is not None
    assert planned.cancellation_details.feedback == "unused"

    browser.post(path, data={"action": "keep", "subscription": id})
    assert shop.subscription(id).cancel_at is None


def test_a_customer_replaces_their_card_in_the_portal(shop: Shop) -> None:
    id = shop.start_trial("4000000000000341").id
    browser, path = Client(shop.sandbox), portal_of(shop)

    form = {"action": "add_card", "card_number": "5555555555554444", "exp": "12/34", "cvc": "1"}
    assert browser.post(path, data=form).status_code == 303

    shop.sandbox.advance(30 * DAY + 2 * HOUR)
    assert shop.subscription(id).status == "active"


def test_nobody_reaches_another_customer_s_subscription_in_the_portal(shop: Shop) -> None:
    id = shop.start_trial().id
    shop.customer = shop.api.v1.customers.create({"email": "bob@example.org"}).id

    answer = Client(shop.sandbox).post(
        portal_of(shop), data={"action": "cancel", "subscription": id}
    )

    assert "This subscription is not yours." in answer.get_data(as_text=True)
    assert shop.subscription(id).cancel_at is None
