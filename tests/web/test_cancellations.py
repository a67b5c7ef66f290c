"""Leaving: two clicks signed in, a link by e-mail signed out, undo, and withdrawing."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from billing.case_models import Withdrawal
from notices import words
from tests.web.forms import send, signed_in, text
from tests.web.reading import text_of

LINK = re.compile(r"http://127\.0\.0\.1:8000(/\w+/[\w.-]+)")


def started(world):
    ada = world.member(email="ada@example.org")
    world.start_trial(ada)
    world.tick()
    return ada


def mailed_link(world, kind, to="ada@example.org"):
    mails = [one for one in world.mailbox.of_kind(kind) if one["To"] == to]
    said = mails[-1].get_body(("plain",)).get_content()
    return LINK.search(said)[1]


def test_two_clicks_cancel_and_one_takes_it_back(world):
    ada = started(world)
    client = signed_in(world, ada)

    answer = send(client, "/account/cancellation", reason="price")
    done = text(client.get(answer.location))
    assert "You can watch until 22 December 2026. Nothing will be charged." in done
    assert world.subscription(ada).cancel_at_period_end
    for page in (done, text(client.get("/account"))):
        said = text_of(page)
        assert "First payment if you keep it £6.99 on 22 December 2026, plus tax where due" in said
        assert "Price if you keep it £6.99 a month, plus tax where due" in said

    kept = send(client, "/account/cancellation/done", "/account/resumption")
    assert 'role="status"><p>You keep your trial.</p>' in text(client.get(kept.location))
    assert not world.subscription(ada).cancel_at_period_end


def test_the_last_button_says_what_it_cancels(world):
    # given a trial, and what it has become once it is paid
    ada = started(world)

    in_trial = text(signed_in(world, ada).get("/account/cancellation"))
    world.pass_the_first_charge()
    paid = text(signed_in(world, ada).get("/account/cancellation"))

    assert "Cancel my trial</button>" in in_trial
    assert "Cancel my subscription</button>" in paid
    assert "Cancel my contract</button>" in text(world.site.get("/cancellation"))


def test_reading_the_question_and_forms_without_our_token_change_nothing(world):
    ada = started(world)
    client, link = signed_in(world, ada), words.cancel_link(ada.id).split(":8000")[1]

    client.get("/account/cancellation")
    world.site.get(link)
    for address in ("/account/cancellation", "/account/resumption", link, "/withdraw"):
        assert client.post(address).status_code == 400

    assert not world.subscription(ada).cancel_at_period_end


def test_somebody_signed_out_cancels_by_the_link_in_an_e_mail(world):
    ada = started(world)
    known = text(send(world.site, "/cancel", email="ada@example.org"))
    unknown = text(send(world.site, "/cancel", email="nobody@example.org"))
    assert known == unknown.replace("nobody@example.org", "ada@example.org")
    assert 'ask for the link again</a>, or <a href="/cancellation">cancel by a form</a>' in known
    world.tick()

    answer = send(world.site, mailed_link(world, "cancel_link"))

    assert "You can watch until 22 December 2026" in text(answer)
    assert world.subscription(ada).cancel_at_period_end


@pytest.mark.parametrize("typed", ["", "ada@matinee", "abc"])
def test_a_slip_in_the_address_to_cancel_by_is_said_and_stays_to_be_mended(world, typed):
    answer = send(world.site, "/cancel", email=typed)

    assert answer.status_code == 422
    page = text(answer)
    assert "Enter your e-mail address, like name@example.org." in page
    assert f'value="{typed}"' in page or not typed
    assert "is on its way" not in page


def test_an_address_gets_three_links_to_cancel_by_in_six_hours_and_the_page_says_the_same(world):
    started(world)
    ask = {"email": "ada@example.org"}

    pages = []
    for _ in range(5):
        pages.append(text_of(text(send(world.site, "/cancel", **ask))))
        world.leap(minutes=11)
        world.tick()
    assert len(set(pages)) == 1
    assert len(world.mailbox.of_kind("cancel_link")) == 3

    world.leap(hours=6)
    send(world.site, "/cancel", **ask)
    world.tick()
    assert len(world.mailbox.of_kind("cancel_link")) == 4


@pytest.mark.parametrize("email", ["ada@example.org", "nobody@example.org"])
def test_whoever_asks_for_links_to_cancel_by_eleven_times_within_an_hour_waits(world, email):
    started(world)

    answers = [send(world.site, "/cancel", email=email) for _ in range(11)]

    assert [one.status_code for one in answers] == [200] * 10 + [429]


def test_somebody_signed_out_who_keeps_it_after_all_reads_that_nothing_changed(world):
    # given the question that the link of an e-mail asks, with nobody signed in
    ada = started(world)
    link = words.cancel_link(ada.id).split(":8000")[1]
    [keep] = re.findall(r'href="([^"]+)">Keep it<', text(world.site.get(link)))

    answer = world.site.get(keep)

    # then no sign-in stands in the way, and what goes on is told with its price and day
    assert answer.status_code == 200
    said = text_of(text(answer))
    assert "Nothing was cancelled Your trial goes on as it was." in said
    assert "The first payment is £6.99 on 22 December 2026, plus tax where due." in said
    assert f'href="{link}"' in text(answer)
    assert not world.subscription(ada).cancel_at_period_end
    assert 'href="/account">Keep it<' in text(signed_in(world, ada).get("/account/cancellation"))


def test_a_link_that_we_did_not_make_opens_nothing(world):
    assert world.offer.active

    for link in ("/cancel/forged", "/withdraw/forged", "/cancellation/keep/forged"):
        assert world.site.get(link).status_code == 404


def test_a_damaged_link_says_so_and_leads_on(world):
    ways = {
        "/cancel/x.y.z": ("Ask for a new one, or sign in to cancel.", "/cancel"),
        "/withdraw/x.y.z": ("Declare your withdrawal again", "/withdraw"),
        "/cancellation/keep/x.y.z": ("Sign in, and keep the subscription", "/account"),
    }

    for link, (words_, way) in ways.items():
        page = text(world.site.get(link))
        assert f"This link does not work. {words_}" in page
        assert f'<a class="button button--primary" href="{way}">' in page
        assert "not in the programme" not in page


def test_a_member_withdraws_in_two_steps_and_has_the_receipt(world):
    ada = started(world)
    client = signed_in(world, ada)
    assert "Confirm withdrawal" in text(client.get("/withdraw"))

    answer = send(client, "/withdraw", name="Ada Lovelace", email="ada@example.org")
    world.deliver()
    world.tick()

    assert "The contract has ended" in text(answer)
    assert world.subscription(ada).status == "canceled"
    receipt = world.mailbox.of_kind("withdrawal")[0].get_body(("plain",)).get_content()
    assert "Name: Ada Lovelace" in receipt
    assert "22 November 2026, 12:00" in receipt


def test_a_guest_declares_and_the_link_in_the_receipt_proves_who_it_was(world):
    ada = started(world)
    known = text(send(world.site, "/withdraw", name="Ada", email="ada@example.org"))
    unknown = text(send(world.site, "/withdraw", name="Ada", email="nobody@example.org"))
    assert "has reached us" in known
    assert known.replace("ada@", "nobody@") == unknown
    assert world.subscription(ada).status == "trialing"
    world.tick()

    send(world.site, mailed_link(world, "withdrawal", to="ada@example.org"))

    assert world.subscription(ada).status == "canceled"
    states = world.db.scalars(select(Withdrawal.state).order_by(Withdrawal.id)).all()
    assert states == ["done", "declared"]


def test_an_address_that_we_do_not_know_has_the_same_receipt(world):
    assert world.offer.active

    send(world.site, "/withdraw", name="Bob", email="nobody@example.org", contract="film club")
    world.tick()

    [receipt] = world.mailbox.of_kind("withdrawal")
    said = receipt.get_body(("plain",)).get_content()
    assert receipt["To"] == "nobody@example.org"
    for words_ in ("film club", "Name: Bob", "22 November 2026, 12:00"):
        assert words_ in said
    answer = send(world.site, mailed_link(world, "withdrawal", to="nobody@example.org"))
    assert "has reached us" in text(answer)


def test_the_eleventh_declaration_within_an_hour_waits(world):
    assert world.offer.active

    answers = [
        send(world.site, "/withdraw", name="Bob", email="bob@example.org") for _ in range(11)
    ]

    assert [one.status_code for one in answers] == [200] * 10 + [429]


def test_a_withdrawal_that_comes_too_late_is_kept_and_answered(world):
    ada = started(world)
    world.leap(days=15)

    answer = send(signed_in(world, ada), "/withdraw", name="Ada", email="ada@example.org")

    assert "The fourteen days in which you can withdraw have passed" in text(answer)
    assert world.subscription(ada).status == "trialing"
    assert world.db.scalars(select(Withdrawal.state)).one() == "late"


def test_a_form_that_lacks_a_name_says_so(world):
    assert world.offer.active

    answer = send(world.site, "/withdraw", email="ada@example.org")

    assert answer.status_code == 422
    assert "Enter your name." in text(answer)
    assert "ada@example.org" in text(answer)


def test_in_german_the_way_out_has_the_words_of_the_law_and_needs_no_sign_in(world):
    # given a trial, and a browser that asks for German
    ada, german = started(world), {"Accept-Language": "de-DE,de;q=0.9,en;q=0.5"}

    # when somebody reads any page signed out, then its foot names the way, and others read English
    assert "Verträge hier kündigen" in text(world.site.get("/cancel", headers=german))
    home = world.site.get("/", headers=german)
    assert home.text.count('<a lang="de" href=') == 2
    foot = text(home)
    assert "Verträge hier kündigen" in foot and "Vertrag widerrufen" in foot
    assert "Cancel a trial or subscription" in text(world.site.get("/"))

    # when they ask for the link and open it, then the button says what it does
    send(world.site, "/cancel", email="ada@example.org")
    world.tick()
    link = mailed_link(world, "cancel_link")
    assert "Jetzt kündigen</button>" in world.site.get(link, headers=german).text
    send(world.site, link)
    world.tick()

    # then it is cancelled, and the receipt names day and time
    assert world.subscription(ada).cancel_at_period_end
    receipt = world.mailbox.of_kind("cancelled")[-1].get_body(("plain",)).get_content()
    assert "We received this on 22 November 2026, 12:00" in receipt


def in_the_hour_before_a_charge(world):
    """Somebody whose trial has just ended, so that Stripe has drawn up the bill and not charged
    it."""
    ada = started(world)
    world.pass_the_first_charge(by=timedelta(minutes=5))
    assert [one.status for one in world.subscription(ada).invoices][-1] == "draft"
    return ada


def test_whoever_cancels_in_the_hour_before_the_charge_is_told_of_it(world):
    # given a trial that has just ended
    ada = in_the_hour_before_a_charge(world)
    client = signed_in(world, ada)
    coming = "£6.99 is charged within the hour, for the time until 22 January 2027."
    still = "£6.99 is still charged within the hour, for the time until 22 January 2027. After that"
    account, invoices = (text_of(text(client.get(f"/account{at}"))) for at in ("", "/invoices"))
    assert coming in account and coming in invoices

    # when it is cancelled, then each page and the e-mail name what is still charged
    asked = text_of(text(client.get("/account/cancellation")))
    answer = send(client, "/account/cancellation", reason="price")
    done = text_of(text(client.get(answer.location)))
    account = text_of(text(client.get("/account")))
    world.tick()
    mail = world.mailbox.of_kind("cancelled")[-1].get_body(("plain",)).get_content()
    for said in (asked, done, account, " ".join(mail.split())):
        assert f"{still} nothing will be." in said
        assert "Nothing will be charged" not in said

    # and once it is charged they say so no more
    world.advance(hours=2)
    said = text_of(text(client.get("/account")))
    assert "within the hour" not in said and "Nothing will be charged." in said


def test_whoever_pauses_in_the_hour_before_the_charge_watches_what_it_pays_for(world):
    ada = in_the_hour_before_a_charge(world)
    client = signed_in(world, ada)

    send(client, "/account", "/account/pause", months="1")
    world.tick()
    said = text_of(text(client.get("/account")))
    assert "£6.99 is charged within the hour, for the time until 22 January 2027." in said
    assert "Your pause begins on 22 January 2027; you can watch until then." in said
    assert world.gate(ada) == "open"

    # when the pause is ended again, then nothing is charged twice
    send(client, "/account", "/account/pause/end")
    world.advance(hours=2)
    assert [one.status for one in world.subscription(ada).invoices] == ["paid", "paid"]
