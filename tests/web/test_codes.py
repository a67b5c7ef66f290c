"""A promotion code on the way to payment: what it takes off is read, agreed to, told to Stripe."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from billing import promotions
from billing.models import CheckoutAttempt, Consent
from tests.web.forms import send, signed_in, text
from tests.web.paying import ada, attempts, had_their_trial, made_code, pressed, stripes_words

__all__ = ["ada"]


def test_the_code_of_a_link_goes_along_to_payment(world):
    assert world.offer.active and world.title.slug == "leaving-las-vegas"

    there = world.site.get("/trial?film=leaving-las-vegas&code=AUTUMN").location
    assert parse_qs(urlsplit(there).query)["next"] == ["/trial?film=leaving-las-vegas&code=AUTUMN"]


def test_a_code_shows_its_calendar_before_the_button_and_travels_to_the_checkout(world, ada):
    made_code(world, "AUTUMN", percent_off=50, duration="once")
    client = signed_in(world, ada)

    shown = text(client.get("/trial?code=AUTUMN"))
    send(client, "/trial?code=AUTUMN", code="AUTUMN")

    attempt = world.db.scalars(select(CheckoutAttempt)).one()
    consent = world.db.scalars(select(Consent)).one()
    session = world.at_stripe("get", f"/v1/checkout/sessions/{attempt.stripe_session_id}")
    assert session["cancel_url"].endswith("/trial?code=AUTUMN")
    assert "Code AUTUMN: 50% off the first payment." in shown
    assert "£3.50" in shown or "£3.49" in shown
    assert attempt.promotion is not None
    assert consent.amount_minor in (349, 350)
    assert "Code AUTUMN: 50% off" in consent.text


def test_with_a_code_page_button_consent_and_stripe_name_the_same_prices(world, ada):
    made_code(world, "HALF", percent_off=50, duration="repeating", duration_in_months=3)
    client = signed_in(world, ada)

    shown = text(client.get("/trial?code=HALF"))
    send(client, "/trial?code=HALF", code="HALF")

    (consent,) = world.rows(Consent)
    agreed, button = consent.text.partition(" Code HALF")[0], consent.button
    assert agreed.startswith(
        "Free until 22 December 2026, then £3.49 a month for the first 2 payments, "
        "then £6.99 a month, plus tax where due"
    )
    assert button == "Start free trial, then £3.49, later £6.99 a month"
    assert consent.text.endswith("Code HALF: 50% off the first 3 months, free days included.")
    assert [shown.count(said) for said in (agreed, f">{button}<")] == [1, 1]
    assert "<dd>£3.49, plus tax where due</dd>" in shown
    assert "<dd>£6.99, plus tax where due, then so on until you cancel</dd>" in shown
    assert "<dd>£3.49 a month for the first 2 payments, plus tax where due</dd>" in shown
    assert stripes_words(world) == consent.text


def test_a_code_that_is_over_before_the_first_payment_promises_nothing(world, ada):
    made_code(world, "MONTH", percent_off=30, duration="repeating", duration_in_months=1)
    client = signed_in(world, ada)

    shown = text(client.get("/trial?code=MONTH"))
    send(client, "/trial?code=MONTH", code="MONTH")

    assert "Code MONTH takes nothing off: it is over before the first payment." in shown
    assert "30% off" not in shown and "30% off" not in world.rows(Consent)[0].text


def test_with_a_code_whoever_had_a_trial_reads_what_is_charged_today(world, ada):
    made_code(world, "HALF", percent_off=50, duration="once")
    had_their_trial(world, ada)
    client = signed_in(world, ada)

    shown = text(client.get("/trial?code=HALF"))
    send(client, "/trial?code=HALF", code="HALF")

    agreed = "£3.49 for the first payment today, then £6.99 a month, plus tax where due"
    assert agreed in shown
    assert ">Subscribe for £3.49, later £6.99 a month</button>" in shown
    assert "<dt>Today</dt><dd>£3.49, plus tax where due</dd>" in shown
    assert "<dt>Then</dt><dd>£6.99 a month, plus tax where due, from 24 January 2027</dd>" in shown
    assert stripes_words(world).startswith(agreed)


def test_the_calendar_of_a_long_code_reaches_the_price_that_stays(world, ada):
    made_code(world, "YEAR", percent_off=50, duration="repeating", duration_in_months=12)

    shown = text(signed_in(world, ada).get("/trial?code=YEAR"))

    assert shown.count("<dd>£3.49, plus tax where due</dd>") == 11
    assert "<dd>£6.99, plus tax where due, then so on until you cancel</dd>" in shown


def test_a_code_that_is_over_is_refused_beside_its_field(world, ada):
    client = signed_in(world, ada)

    page = client.get("/trial?code=GONE")
    shown = text(page)

    assert "<title>Error: " in page.text
    assert shown.count("This code does not work here") == 2  # above all and beside its field
    assert send(client, "/trial", code="GONE").status_code == 409
    assert attempts(world) == 0


@pytest.mark.parametrize(
    ("code", "coupon"),
    [
        ({}, {"applies_to": {"products": ["prod_of_the_year"]}}),
        ({"restrictions": {"minimum_amount": 1000, "minimum_amount_currency": "gbp"}}, {}),
    ],
)
def test_a_code_for_another_plan_or_a_higher_price_promises_nothing(world, ada, code, coupon):
    made_code(world, "ELSEWHERE", code, percent_off=20, duration="forever", **coupon)
    client = signed_in(world, ada)

    shown = text(client.get("/trial?code=ELSEWHERE"))

    assert shown.count("This code is not for this offer") == 2
    assert "£5.59" not in shown
    assert send(client, "/trial", code="ELSEWHERE").status_code == 409
    assert attempts(world) == 0


def test_a_code_of_the_offers_own_product_takes_its_share_off(world, ada):
    world.start_trial(world.member(email="bo@example.org"))  # so that the offer has a product
    products = [world.offer.stripe_product_id]
    made_code(world, "OURS", percent_off=20, duration="forever", applies_to={"products": products})

    assert "£5.59" in text(signed_in(world, ada).get("/trial?code=OURS"))


def test_a_code_for_a_first_payment_is_refused_to_whoever_has_paid(world, ada):
    made_code(
        world,
        "FIRST",
        {"restrictions": {"first_time_transaction": True}},
        percent_off=50,
        duration="once",
    )
    fresh = text(signed_in(world, ada).get("/trial?code=FIRST"))
    world.start_trial(ada)
    world.pass_the_first_charge()
    send(signed_in(world, ada), "/account/cancellation")
    world.deliver()
    world.advance(days=32, step=timedelta(days=16))

    again = text(signed_in(world, ada).get("/trial?code=FIRST"))

    assert "Code FIRST: 50% off" in fresh
    assert "This code is not for this offer" in again and "50% off" not in again


def test_a_code_that_stripe_refuses_at_the_press_is_told_beside_its_field(world, ada, monkeypatch):
    made_code(world, "TWICE", {"max_redemptions": 1}, percent_off=50, duration="once")
    client = signed_in(world, ada)
    old = text(client.get("/trial?code=TWICE"))
    found = world.stripe.find_promotion("TWICE")
    monkeypatch.setattr(promotions, "named", lambda *_, **__: found.discount)
    world.at_stripe("post", f"/v1/promotion_codes/{found.discount.promotion_id}", active=False)

    answer = pressed(client, old)

    assert answer.status_code == 409
    assert "Our payment provider does not take this code for this offer." in text(answer)
    assert ">Start free trial, then £6.99 a month</button>" in text(answer)


def test_the_button_of_a_page_leads_to_what_the_page_says(world, ada):
    made_code(world, "HALF", percent_off=50, duration="repeating", duration_in_months=3)
    client = signed_in(world, ada)
    page = text(client.get("/trial?code=HALF"))

    world.leap(hours=13)  # to the next day, of which the trial is one day longer
    answer = pressed(client, page)

    assert answer.status_code == 303
    (consent,) = world.rows(Consent)
    assert consent.text.startswith("Free until 23 December 2026, then £3.49 a month for the first")


def test_a_code_that_ends_before_the_press_is_told_beside_its_field(world, ada):
    made = made_code(world, "HALF", percent_off=50, duration="once")
    client = signed_in(world, ada)
    old = text(client.get("/trial?film=leaving-las-vegas&code=HALF"))
    world.at_stripe("post", f"/v1/promotion_codes/{made['id']}", active=False)

    answer = pressed(client, old, "/trial?film=leaving-las-vegas")

    shown = text(answer)
    assert answer.status_code == 409
    assert "<title>Error: " in shown and 'value="HALF"' in shown
    assert shown.count("This code does not work here") == 2
    assert "The offer has changed" not in shown
    assert "Start free trial, then £6.99 a month" in shown
    assert attempts(world) == 0
    assert pressed(client, shown, "/trial?film=leaving-las-vegas").status_code == 303
