"""The pages people use: checkout, the bank's question, invoices, the dashboard."""

from typing import Any

import pytest
import stripe
from werkzeug.test import Client

from sandbox.app import Sandbox
from sandbox.clock import DAY, HOUR
from tests.stripe_in_process import complete_checkout

from .conftest import START, Shop

CARD = {"email": "ada@example.org", "exp": "12/34", "cvc": "123", "action": "pay"}


def page_of(shop: Shop, **params: Any) -> tuple[str, str]:
    session = shop.open_checkout(**params)
    return session.id, Client(shop.sandbox).get(f"/c/pay/{session.id}").get_data(as_text=True)


def test_the_payment_page_states_the_terms_before_anything_is_agreed(shop: Shop) -> None:
    _, page = page_of(shop)

    assert "30 days free, then £6.99 a month from 22 December 2026" in page
    assert "Sandbox: no real money." in page
    for label in ("Card number", "Expiry (MM / YY)", "Security code"):
        assert f">{label}</label>" in page
    assert 'href="https://shop.test/film"' in page
    assert "<script" not in page


def test_a_trial_starts_from_the_page_and_leads_back_to_the_shop(shop: Shop) -> None:
    session = shop.open_checkout()

    answer = complete_checkout(shop.sandbox, session.id)

    assert (answer.status_code, answer.location) == (
        303,
        f"https://shop.test/done?session={session.id}",
    )
    done = shop.api.v1.checkout.sessions.retrieve(session.id, {"expand": ["subscription"]})
    assert (done.status, done.payment_status) == ("complete", "no_payment_required")
    assert isinstance(done.subscription, stripe.Subscription)
    assert done.subscription.status == "trialing"
    assert done.subscription.trial_end == START + 30 * DAY


def test_a_double_click_makes_one_subscription(shop: Shop) -> None:
    session = shop.open_checkout()

    answers = [complete_checkout(shop.sandbox, session.id) for _ in range(3)]

    assert {answer.location for answer in answers} == {answers[0].location}
    assert shop.sandbox.engine.store.count("subscription") == 1


def test_what_is_missing_is_named_and_marked(shop: Shop) -> None:
    session = shop.open_checkout()

    answer = Client(shop.sandbox).post(f"/c/pay/{session.id}", data={"action": "pay"})

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'role="alert"' in page
    assert page.count('aria-invalid="true"') == 3
    assert "Enter the card number." in page


def test_a_refused_card_can_be_replaced_on_the_spot(shop: Shop) -> None:
    session = shop.open_checkout()

    refused = complete_checkout(shop.sandbox, session.id, "4000000000000002")
    assert (refused.status_code, "Your card was declined." in refused.text) == (422, True)
    assert "4000000000000002" not in refused.text

    assert complete_checkout(shop.sandbox, session.id).status_code == 303
    assert "setup_intent.setup_failed" in shop.events()


def test_a_wrong_card_number_is_told_as_such(shop: Shop) -> None:
    session = shop.open_checkout()

    answer = complete_checkout(shop.sandbox, session.id, "4242424242424241")

    assert "Your card number is incorrect." in answer.text


def test_the_bank_is_asked_before_the_trial_starts(shop: Shop) -> None:
    session = shop.open_checkout()

    refused = complete_checkout(shop.sandbox, session.id, "4000002500003155", confirm=False)
    assert refused.location == f"/c/pay/{session.id}?failed=1"
    assert shop.sandbox.engine.store.count("subscription") == 0

    complete_checkout(shop.sandbox, session.id, "4000002500003155")
    assert shop.sandbox.engine.store.count("subscription") == 1

    # and a card that was confirmed once is charged silently when the trial ends
    shop.sandbox.advance(30 * DAY + 2 * HOUR)
    assert [invoice.status for invoice in shop.invoices()] == ["paid", "paid"]


def test_a_card_that_always_asks_waits_for_the_customer_at_the_first_charge(shop: Shop) -> None:
    subscription = shop.start_trial("4000002760003184")
    shop.sandbox.advance(30 * DAY + 2 * HOUR)
    assert shop.subscription(subscription.id).status == "past_due"
    assert "invoice.payment_action_required" in shop.events()

    # when the customer confirms with the bank
    intents = shop.api.v1.payment_intents.list({"customer": shop.customer})
    action = intents.data[0].next_action
    assert action is not None and action.redirect_to_url is not None
    path = str(action.redirect_to_url.url).removeprefix("http://127.0.0.1:8001")
    Client(shop.sandbox).post(path, data={"answer": "confirm"})

    assert shop.subscription(subscription.id).status == "active"


def test_terms_of_service_must_be_agreed_to_where_they_are_asked_for(shop: Shop) -> None:
    wanted: Any = {
        "mode": "subscription",
        "customer": shop.customer,
        "line_items": [{"price": shop.price, "quantity": 1}],
        "consent_collection": {"terms_of_service": "required"},
        "success_url": "https://shop.test/done",
    }
    session = shop.api.v1.checkout.sessions.create(wanted)

    refused = complete_checkout(shop.sandbox, session.id, terms="")
    assert "Agree to the terms to go on." in refused.text

    complete_checkout(shop.sandbox, session.id)
    consent = shop.api.v1.checkout.sessions.retrieve(session.id).consent
    assert consent is not None and consent.terms_of_service == "accepted"


def test_a_promotion_code_lowers_what_is_due(shop: Shop) -> None:
    coupon = shop.api.v1.coupons.create({"percent_off": 50, "duration": "once"})
    promotion: Any = {"type": "coupon", "coupon": coupon.id}
    shop.api.v1.promotion_codes.create({"promotion": promotion, "code": "HALF"})
    wanted: Any = {
        "mode": "subscription",
        "customer": shop.customer,
        "line_items": [{"price": shop.price, "quantity": 1}],
        "allow_promotion_codes": True,
        "success_url": "https://shop.test/done",
    }
    session = shop.api.v1.checkout.sessions.create(wanted)
    browser = Client(shop.sandbox)

    def apply(word: str) -> str:
        form = {"action": "apply_code", "promotion_code": word}
        return browser.post(f"/c/pay/{session.id}", data=form).get_data(as_text=True)

    assert "This code is invalid." in apply("WHOLE")
    assert "£3.50" in apply("half")
    complete_checkout(shop.sandbox, session.id)
    assert [(i.subtotal, i.total) for i in shop.invoices()] == [(699, 349)]


@pytest.mark.parametrize(
    ("coupon", "days", "terms"),
    [
        (
            {"percent_off": 50, "duration": "once"},
            30,
            "30 days free, then £3.49 for the first payment on 22 December 2026, then £6.99 a "
            "month",
        ),
        (
            {"percent_off": 50, "duration": "repeating", "duration_in_months": 3},
            30,
            "30 days free, then £3.49 a month for the first 2 payments from 22 December 2026, "
            "then £6.99 a month",
        ),
        (
            {"percent_off": 50, "duration": "repeating", "duration_in_months": 1},
            31,
            "31 days free, then £6.99 a month from 23 December 2026",
        ),
        (
            {"amount_off": 100, "currency": "gbp", "duration": "forever"},
            30,
            "30 days free, then £5.99 a month from 22 December 2026",
        ),
        (
            {"amount_off": 100, "currency": "gbp", "duration": "once"},
            0,
            "£5.99 for the first payment, then £6.99 a month until you cancel",
        ),
    ],
)
def test_the_terms_name_what_a_discount_leaves_and_for_how_long(
    shop: Shop, coupon: Any, days: int, terms: str
) -> None:
    wanted: Any = {
        "mode": "subscription",
        "customer": shop.customer,
        "line_items": [{"price": shop.price, "quantity": 1}],
        "subscription_data": {"trial_period_days": days} if days else {},
        "discounts": [{"coupon": shop.api.v1.coupons.create(coupon).id}],
        "success_url": "https://shop.test/done",
    }
    session = shop.api.v1.checkout.sessions.create(wanted)

    page = Client(shop.sandbox).get(f"/c/pay/{session.id}").get_data(as_text=True)

    assert f'id="trial-terms">{terms}</p>' in page
    assert f">{terms}. Cancel any time.</p>" in page


def test_an_abandoned_checkout_expires(shop: Shop) -> None:
    session = shop.open_checkout()

    shop.sandbox.advance(DAY + 1)

    assert shop.api.v1.checkout.sessions.retrieve(session.id).status == "expired"
    assert Client(shop.sandbox).get(f"/c/pay/{session.id}").status_code == 410
    assert shop.events()[-1] == "checkout.session.expired"


def test_an_invoice_is_handed_out_as_a_pdf_and_a_draft_is_not(shop: Shop) -> None:
    shop.start_trial()
    shop.sandbox.advance(30 * DAY + 60)
    browser = Client(shop.sandbox)
    [draft] = [one for one in shop.invoices() if one.status == "draft"]
    assert browser.get(f"/i/{draft.id}/pdf").status_code == 404

    shop.sandbox.advance(2 * HOUR)
    [paid] = [one for one in shop.invoices() if one.id == draft.id]
    answer = browser.get("/i/" + str(paid.invoice_pdf).partition("/i/")[2])

    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    assert answer.data.startswith(b"%PDF-") and answer.data.rstrip().endswith(b"%%EOF")
    assert f"Invoice-{paid.number}.pdf" in answer.headers["Content-Disposition"]


def test_an_open_invoice_can_be_paid_on_its_page(shop: Shop) -> None:
    shop.subscribe(payment_behavior="default_incomplete")
    invoice = shop.invoices()[0]
    path = str(invoice.hosted_invoice_url).removeprefix("http://127.0.0.1:8001")
    browser = Client(shop.sandbox)
    assert "Pay £6.99" in browser.get(path).get_data(as_text=True)

    browser.post(path, data={**CARD, "card_number": "4242424242424242"})

    assert shop.invoices()[0].status == "paid"
    found = shop.api.v1.subscriptions.list({"customer": shop.customer}).data[0]
    assert found.status == "active"


def test_a_payment_link_opens_a_checkout(shop: Shop) -> None:
    link = shop.api.v1.payment_links.create({"line_items": [{"price": shop.price, "quantity": 1}]})
    path = str(link.url).removeprefix("http://127.0.0.1:8001")

    answer = Client(shop.sandbox).get(path)

    assert (answer.status_code, str(answer.location)[:15]) == (303, "/c/pay/cs_test_")


def test_the_dashboard_shows_everything_and_moves_the_clock(shop: Shop) -> None:
    shop.start_trial()
    browser = Client(shop.sandbox)

    page = browser.get("/_sandbox").get_data(as_text=True)
    for word in ("ada@example.org", "trialing", "customer.subscription.created", "2026-11-22"):
        assert word in page
    browser.post("/_sandbox", data={"step": "30 days"})

    assert shop.sandbox.clock.now() == START + 30 * DAY


def test_an_unknown_address_says_so(sandbox: Sandbox) -> None:
    for path in (
        "/c/pay/cs_test_x",
        "/3ds/pi_x",
        "/3ds/nonsense",
        "/i/in_x",
        "/i/in_x/pdf",
        "/l/x",
        "/films",
    ):
        assert Client(sandbox).get(path).status_code == 404
