"""A member's own pages: each once, in the states that it may be in."""

import re
from datetime import timedelta

import pytest
from werkzeug.test import Client

from access import explanation
from access.explanation import WHY_CLOSED
from access.gate import Answer
from access.standing import State
from billing import pauses
from billing.models import CheckoutAttempt
from tests import factories
from tests.billing.stories import put_card
from tests.web.forms import send, signed_in, text
from tests.web.paying import made_code
from tests.web.reading import text_of

PRIVATE = ["/account", "/account/invoices", "/account/emails", "/account/plan", "/account/devices"]


def test_in_a_trial_the_page_says_four_facts_and_the_way_out(world):
    ada = world.member(email="ada@example.org")
    world.start_trial(ada)

    shown = text(signed_in(world, ada).get("/account"))

    for words in ("22 December 2026", "£6.99", "Visa ending 4242", "15 December 2026"):
        assert words in shown
    assert "Cancel trial" in shown


def test_a_paying_member_sees_the_next_payment_and_the_invoice(world):
    ada = world.member(email="ada@example.org")
    world.start_trial(ada)
    world.pass_the_first_charge()
    client = signed_in(world, ada)

    assert "You are paying £6.99 a month" in text(client.get("/account"))
    invoices = text(client.get("/account/invoices"))
    assert "£6.99" in invoices
    assert "Paid" in invoices
    [file] = re.findall(r'href="(/account/invoices/\d+/pdf)"', invoices)
    there = client.get(file).location
    assert Client(world.sandbox).get("/i/" + there.partition("/i/")[2]).data.startswith(b"%PDF-")
    for other in (world.site, signed_in(world, world.member(email="eve@example.org"))):
        assert other.get(file).status_code in (303, 404)
        assert "/i/" not in other.get(file).headers.get("Location", "")
    assert "receipt" in text(client.get("/account/emails"))


def test_whose_trial_ended_reads_among_their_e_mails_of_no_subscription_of_theirs(world):
    ada = world.member(email="ada@example.org")
    world.start_trial(ada)
    send(signed_in(world, ada), "/account/cancellation")
    world.pass_the_first_charge()

    sent = text(signed_in(world, ada).get("/account/emails"))

    assert "</time>: your trial or subscription ended" in sent
    assert "your subscription ended" not in sent


def test_a_member_with_a_discount_reads_the_price_and_what_is_paid_next(world):
    ada = world.member(email="ada@example.org")
    made_code(world, "HALF", percent_off=50, duration="repeating", duration_in_months=3)
    assert world.offer.active
    send(signed_in(world, ada), "/trial", code="HALF")
    world.pay(world.rows(CheckoutAttempt)[-1])
    world.deliver()
    world.pass_the_first_charge()

    shown = text(signed_in(world, ada).get("/account"))

    assert "The price is £6.99 a month, plus tax where due, less your discount while" in shown
    assert "£3.49 (£6.99 less your discount) on 22 January 2027" in shown
    assert "You are paying" not in shown


def test_a_member_pauses_and_goes_on_with_one_button_each(world):
    ada = world.member(email="ada@example.org")
    world.start_trial(ada)
    world.pass_the_first_charge()
    client = signed_in(world, ada)

    send(client, "/account", "/account/pause", months="2")
    assert world.subscription(ada).pause_behavior == "void"
    assert "Your subscription is paused." in text(client.get("/account"))
    assert "Your subscription is paused." not in text(client.get("/account"))

    send(client, "/account", "/account/pause/end")
    assert world.subscription(ada).pause_behavior is None


@pytest.fixture
def paused(world):
    """Somebody who has paid a month, which ends on 22 January, and pauses two from its end."""
    ada = world.member(email="ada@example.org")
    world.start_trial(ada)
    world.pass_the_first_charge()
    send(signed_in(world, ada), "/account", "/account/pause", months="2")
    world.deliver()
    return ada


def test_whoever_goes_on_within_their_paid_days_reads_that_nothing_is_charged_yet(world, paused):
    client = signed_in(world, paused)

    shown = text_of(text(client.get("/account")))
    said = "Without the pause, the next payment is £6.99 on 22 January 2027, plus tax where due."
    assert f"{said} Card" in shown
    assert "Do not pause Change card" in shown

    answer = send(client, "/account", "/account/pause/end", charged="0")
    assert "Your subscription goes on." in text(client.get(answer.location))
    assert world.subscription(paused).pause_behavior is None


def test_whoever_goes_on_after_their_paid_days_reads_the_charge_on_the_button(world, paused):
    world.advance(days=32, step=timedelta(days=32))
    client = signed_in(world, paused)

    shown = text_of(text(client.get("/account")))

    said = "If you go on now, £6.99 is charged at once, plus tax where due."
    assert f"{said} After that you pay £6.99 a month" in shown and "Go on now for £6.99" in shown
    send(client, "/account", "/account/pause/end", charged="699")
    assert world.subscription(paused).pause_behavior is None


@pytest.mark.parametrize(
    ("card", "way_on"),
    [
        ("pm_card_chargeCustomerFail", "Update your card to watch again."),
        ("pm_card_authenticationRequired", "Confirm it to watch again."),
    ],
)
def test_whoever_goes_on_with_a_card_that_fails_reads_so_and_watches_nothing(
    world, paused, card, way_on
):
    put_card(world, card)
    world.advance(days=32, step=timedelta(days=32))
    client = signed_in(world, paused)

    answer = send(client, "/account", "/account/pause/end", charged="699")

    shown = text_of(text(client.get(answer.location)))
    told = "Your pause has ended. Your payment of £6.99 failed. Films play once it is paid."
    assert told in shown and way_on in shown and "goes on" not in shown
    world.deliver()
    world.tick()
    assert world.gate(paused) is Answer.UPDATE_CARD
    assert explanation.of(world.db, paused, now=world.now).why == WHY_CLOSED[State.PAST_DUE]
    mails = [kind for _, kind in world.mailbox.sent]
    assert "payment_failed" in mails and "resumed" not in mails


def test_a_pause_that_ends_by_itself_with_a_card_that_fails_opens_nothing(world, paused):
    put_card(world, "pm_card_chargeCustomerFail")
    world.advance(days=95, step=timedelta(days=5))

    assert world.subscription(paused).status == "past_due"
    assert world.gate(paused) is Answer.UPDATE_CARD


def test_a_page_that_was_opened_within_the_paid_days_charges_nothing_after_them(world, paused):
    # given a page that said that nothing is charged today, and paid days that end meanwhile
    world.advance(days=32, step=timedelta(days=32))
    client, paid = signed_in(world, paused), len(world.subscription(paused).invoices)

    # when its button is pressed
    answer = send(client, "/account", "/account/pause/end", charged="0")

    # then the account is shown anew, with the price, and nothing has changed
    shown = text_of(text(client.get(answer.location)))
    assert pauses.ChargeUnsaid.sentence in shown and "Go on now for £6.99" in shown
    world.deliver()
    assert world.subscription(paused).pause_behavior == "void"
    assert len(world.subscription(paused).invoices) == paid


def test_a_member_sees_the_money_before_a_plan_is_changed(world):
    ada = world.member(email="ada@example.org")
    factories.offer(world.db, code="yearly", amount_minor=6900, interval="year", on_pages=False)
    world.start_trial(ada)
    client = signed_in(world, ada)
    shown = text(client.get("/account/plan"))
    assert "£0.00" in shown
    assert "Change to £69.00 a year" in shown

    kept = shown.split('name="preview" value="')[1].split('"')[0]
    answer = send(client, "/account/plan", preview=kept)
    assert 'role="status"><p>Your plan is changed.</p>' in text(client.get(answer.location))
    assert world.subscription(ada).interval == "year"


def test_a_plan_is_changed_where_there_is_another_and_as_long_as_it_goes_on(world):
    # given a trial beside which nothing else is sold
    ada = world.member(email="ada@example.org")
    world.start_trial(ada)
    client = signed_in(world, ada)
    assert "Change plan" not in text(client.get("/account"))

    # when there is a yearly plan, and the trial is cancelled, and over
    factories.offer(world.db, code="yearly", amount_minor=6900, interval="year", on_pages=False)
    world.db.commit()
    with_another = text(client.get("/account"))
    send(client, "/account/cancellation")
    leaving = client.get("/account/plan")
    told = text(client.get("/account"))
    world.advance(days=32, step=timedelta(days=32))
    over = signed_in(world, ada).get("/account/plan")

    # then it can be chosen as long as the trial goes on, and nobody else reads what they pay
    assert "Change plan" in with_another
    assert leaving.location == "/account" and "Your plan cannot be changed just now." in told
    assert "Change plan" not in told
    assert over.status_code == 409
    assert "There is no running trial or subscription to change." in text_of(text(over))


def test_a_page_below_a_tab_shows_which_one_it_is_below(world):
    ada = world.member(email="ada@example.org")
    world.start_trial(ada)

    for path, how in {"/account": "page", "/account/plan": "true"}.items():
        shown = text(signed_in(world, ada).get(path))
        found = re.findall(r'aria-current="(\w+)">(\w+)</a>', shown.partition('class="tabs"')[2])
        assert found == [(how, "Subscription")]


def test_where_nothing_was_paid_yet_the_page_leads_to_what_would_be(world):
    # given somebody who never had a trial, who is in one, and who has cancelled it
    ada = world.member(email="ada@example.org")
    assert world.offer.active

    never = text_of(text(signed_in(world, ada).get("/account/invoices")))
    world.start_trial(ada)
    client = signed_in(world, ada)
    trying = text(client.get("/account/invoices"))
    send(client, "/account/cancellation")
    left = text(client.get("/account/invoices"))

    assert "No payments yet. Try 30 days free" in never and "22 December 2026" in never
    assert "No payments yet. The first is due on 22 December 2026." in trying
    assert "No payments yet. Nothing will be charged." in left
    for page in (trying, left):
        assert '<a href="/account">See what you have and when it is paid</a>' in page


def test_a_forged_or_old_preview_changes_nothing(world):
    ada = world.member(email="ada@example.org")
    factories.offer(world.db, code="yearly", amount_minor=6900, interval="year", on_pages=False)
    world.start_trial(ada)

    answer = send(signed_in(world, ada), "/account/plan", preview="forged")

    assert answer.location == "/account/plan"
    assert world.subscription(ada).interval == "month"


def test_whoever_has_no_subscription_reads_that_there_is_no_plan_to_change(world):
    client = signed_in(world, world.member(email="ada@example.org"))

    answer = client.get("/account/plan")

    assert answer.status_code == 409
    assert "There is no running trial or subscription to change." in text_of(text(answer))


def test_a_trial_cannot_be_paused_and_the_page_says_why(world):
    ada = world.member(email="ada@example.org")
    world.start_trial(ada)

    answer = send(signed_in(world, ada), "/account", "/account/pause", months="1")

    assert answer.status_code == 409
    assert pauses.CannotPause.sentence.split(".")[0] in text(answer)


@pytest.mark.parametrize("address", PRIVATE)
def test_a_visitor_signs_in_first(world, address):
    assert world.offer.active

    answer = world.site.get(address)

    assert answer.status_code == 303
    assert answer.location.startswith("/account/sign-in?next=")
