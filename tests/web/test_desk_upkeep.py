"""Upkeep at the desk: Stripe's events, drift, alarms, and what an operator does about them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from accounts.models import Member
from billing import alarms, withdrawals
from billing.gateway import StripeUnavailable
from billing.models import Audit, Invoice, StripeEvent, Subscription
from billing.upkeep_models import Drift, Sweep
from notices.models import Notice
from reports import notice_alarms
from sandbox.faults import Fault
from tests.moments import Moments
from tests.web import desk
from tests.web.forms import send
from tests.web.reading import parsed, text_of
from tests.world import World
from workers import tasks

ANA, WHY = "ana@example.org", "Seen in the morning"


def begins(world: World) -> None:
    world.start_trial(world.member(email=ANA))


@pytest.fixture
def world(request: pytest.FixtureRequest, moments: Moments, home: Path) -> Iterator[World]:
    """A world in which Ana's trial has begun, where the test asks for her."""
    with moments.of(request, {"ana": begins}).again(home) as world:
        yield world


@pytest.fixture
def ana(world: World) -> Member:
    """A member in a trial of thirty days that began on 22 November 2026."""
    return world.known(ANA)


def browser_of(world: World, *roles: str) -> FlaskClient:
    return world.signed_in(desk.staff(world.db, *roles))


# --- Stripe's events ---


def test_an_empty_list_of_events_names_the_endpoint_to_give_to_stripe(world: World) -> None:
    page = browser_of(world, "support").get("/desk/events").text

    assert "/webhooks/stripe</code>" in page


def test_an_event_shows_how_it_went_whom_it_concerns_and_what_was_sent(
    world: World, ana: Member
) -> None:
    (event,) = world.rows(StripeEvent, type="customer.subscription.created")
    browser = browser_of(world, "support")

    listed = browser.get("/desk/events?type=customer.subscription.created").text
    page = browser.get(f"/desk/events/{event.id}").text

    for words in (event.object_id, "Handled", "0.0 s"):
        assert words and words in text_of(listed)
    assert f'href="/desk/person/{ana.id}"' in page
    assert event.stripe_id in page and "trial_end" in page


def test_a_payload_shows_no_more_of_a_card_than_its_last_digits(world: World, ana: Member) -> None:
    (event,) = world.rows(StripeEvent, type="payment_method.attached")

    page = browser_of(world, "support").get(f"/desk/events/{event.id}").text

    assert "4242" in page
    assert "fingerprint" not in page and "exp_year" not in page


def test_an_event_that_failed_is_filtered_and_replayed(world: World, ana: Member) -> None:
    # given an event that was given up
    event = world.rows(StripeEvent)[-1]
    event.state, event.attempts, event.error = "dead", 12, "StripeUnavailable()"
    alarms.call(world.db, "event.dead", event.stripe_id, "failed", now=world.now)
    world.db.commit()
    browser = browser_of(world, "admin")
    assert browser.get("/desk/events?state=dead").text.count("<tr>") == 2

    # when it is replayed from its page
    send(browser, f"/desk/events/{event.id}", f"/desk/events/{event.id}/replay")
    world.work()

    # then it is handled, the alarm is settled, and it is kept who did it
    assert world.rows(StripeEvent, id=event.id)[0].state == "done"
    assert world.alarms() == []
    assert world.rows(Audit, action="event.replayed")[0].actor.startswith("operator:")


# --- drift ---


def test_a_comparison_that_only_looks_lists_what_differs_and_one_that_mends_repairs_it(
    world: World, ana: Member
) -> None:
    sub = world.subscription(ana)
    sub.status = "past_due"
    world.db.commit()
    browser = browser_of(world, "finance")

    send(browser, "/desk/drift", reason=WHY, mend="no")
    tasks.sweep_asked()
    looked = browser.get("/desk/drift?state=waits").text
    send(browser, "/desk/drift", reason=WHY, mend="yes")
    tasks.sweep_asked()
    mended = browser.get("/desk/drift?state=waits").text

    assert "past_due" in looked and "Not repaired" in looked and sub.stripe_id in looked
    assert "Nothing has differed from Stripe under this filter" in mended
    assert world.subscription(ana).status == "trialing"
    assert [one.dry_run for one in world.rows(Sweep) if one.ended_at] == [True, False]
    assert [one.reason for one in world.rows(Audit, action="sweep.asked")] == [WHY, WHY]


def test_what_was_never_compared_is_not_said_to_be_alike(world: World) -> None:
    browser = browser_of(world, "finance")
    before = browser.get("/desk/drift").text
    send(browser, "/desk/drift", reason=WHY, mend="no")
    tasks.sweep_asked()
    after = browser.get("/desk/drift").text

    assert "Nothing has been compared yet." in before and "Nothing has differed" not in before
    assert "Nothing has differed from Stripe." in after and "Nothing has been" not in after


def test_a_comparison_asked_for_twice_is_made_once(world: World) -> None:
    browser = browser_of(world, "finance")

    for _ in range(2):
        send(browser, "/desk/drift", reason=WHY, mend="no")

    assert len(world.rows(Sweep)) == 1


def test_a_comparison_that_stripe_does_not_answer_waits_for_the_next_minute(
    world: World, ana: Member
) -> None:
    send(browser_of(world, "finance"), "/desk/drift", reason=WHY, mend="no")
    world.sandbox.faults.plan(Fault("error", count=9))
    with pytest.raises(StripeUnavailable):
        tasks.sweep_asked()
    world.sandbox.faults.planned.clear()
    tasks.sweep_asked()

    assert [one.found for one in world.rows(Sweep)] == [0]


# --- alarms ---


def test_an_alarm_says_what_to_do_and_leads_there(world: World, ana: Member) -> None:
    world.leap(days=31)
    world.deliver()
    (invoice,) = [one for one in world.rows(Invoice) if one.total_minor]
    alarms.call(
        world.db,
        "payment.suspected",
        invoice.stripe_id,
        "Suspected.",
        member_id=ana.id,
        now=world.now,
    )
    world.db.commit()

    browser = browser_of(world, "finance")
    page = browser.get("/desk/alarms").text

    there = f"/desk/person/{ana.id}/refund?invoice={invoice.stripe_id}"
    assert "Refund the payment today" in page
    assert f'href="{there}"' in page
    chosen = rf'<option value="{invoice.stripe_id}" selected>'
    assert re.search(chosen, browser.get(there).text)
    assert desk.press(browser, there, invoice=invoice.stripe_id, reason="a bank").status_code == 303


def test_two_alarms_of_one_kind_are_told_apart_by_their_names(world: World, ana: Member) -> None:
    for object_id, member in (("7", ana.id), ("8", ana.id), ("9", None)):
        alarms.call(world.db, "notice.refused", object_id, "x", member_id=member, now=world.now)
    world.db.commit()
    first, second, third = (one.id for one in world.alarms())

    page = parsed(browser_of(world, "support").get("/desk/alarms").text)

    names = [one.text for one in page.findall(".//section/div/h2")]
    assert sorted(names) == [
        f"An e-mail was refused, alarm {first}: ana@example.org",
        f"An e-mail was refused, alarm {second}: ana@example.org",
        f"An e-mail was refused, alarm {third}",
    ]
    for words, pressed in (
        (" about: ", ".//section//label/span"),
        (": ", ".//section//button/span"),
    ):
        assert [one.text for one in page.findall(pressed)] == [words + name for name in names]


def test_an_alarm_is_seen_to_once_with_what_was_done(world: World, ana: Member) -> None:
    alarms.call(world.db, "notice.refused", "7", "Refused.", member_id=ana.id, now=world.now)
    world.db.commit()
    (alarm,) = world.alarms()
    browser, address = browser_of(world, "support"), f"/desk/alarms/{alarm.id}/seen"

    bare = send(browser, "/desk/alarms", address, reason=" ")
    done = send(browser, "/desk/alarms", address, reason=WHY)

    assert (bare.status_code, done.status_code) == (422, 303)
    assert world.alarms() == []
    assert world.rows(Audit, action="alarm.seen")[0].reason == WHY
    alarms.call(world.db, "notice.refused", "7", "Refused.", now=world.now)
    assert world.alarms() == []
    assert WHY in browser.get("/desk/alarms?state=all").text


def test_a_trial_charged_without_a_reminder_calls_somebody(world: World, ana: Member) -> None:
    world.leap(days=31)
    world.deliver()
    assert world.rows(Notice, kind="trial_ending") == []

    found = [notice_alarms.call_missing(world.db, now=world.now) for _ in range(2)]

    assert found == [1, 1]
    assert [(one.kind, one.member_id) for one in world.alarms()] == [("reminder.missing", ana.id)]


def test_a_disputes_evidence_is_downloaded_and_it_is_kept_by_whom(
    world: World, ana: Member
) -> None:
    answer = browser_of(world, "finance").get(f"/desk/person/{ana.id}/evidence.json")

    pack = answer.get_json()
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert (pack["person"], pack["agreed"][0]["text"]) == ("ana@example.org", "the terms")
    assert len(world.rows(Audit, action="evidence.read")) == 1


def test_a_withdrawal_by_somebody_unproved_is_carried_out_by_hand(
    world: World, ana: Member
) -> None:
    withdrawals.declare(world.db, name="Ana", email=ana.email, contract="", by=None, now=world.now)
    world.db.commit()
    browser = browser_of(world, "finance")
    row = withdrawals.waiting(world.db)[0]
    assert "Withdrawals to be handled" in browser.get("/desk/alarms").text

    send(browser, "/desk/alarms", f"/desk/withdrawals/{row.id}")

    assert withdrawals.waiting(world.db) == []
    assert world.rows(Subscription)[0].status == "canceled"
    assert "Withdrawals to be handled" not in browser.get("/desk/alarms").text


# --- lists ---


@pytest.mark.parametrize("address", ["/desk/events", "/desk/drift", "/desk/alarms", "/desk/find"])
def test_every_list_pages_by_key_and_shows_each_row_once(world: World, address: str) -> None:
    browser = browser_of(world, "admin")
    for number in range(120):
        _furnish(world, number)
    world.db.commit()

    seen: list[str] = []
    here, pages = address, 0
    while here:
        page = browser.get(here).text
        seen += desk.rows_named(page)
        here, pages = desk.link_to(page, "next"), pages + 1

    assert pages == 3
    assert sorted(seen) == sorted({*seen}) and len(seen) >= 120


def _furnish(world: World, number: int) -> None:
    at, name = world.now + timedelta(seconds=number), f"row-{number:03}"
    event = {"type": "x", "raw": b"{}", "created_at": at, "received_at": at, "next_try_at": at}
    world.db.add(StripeEvent(stripe_id=name, object_id=name, **event))
    world.db.add(Drift(object_id=name, field="status", found_at=at))
    alarms.call(world.db, "x", name, name, now=at)
    world.member(email=f"{name}@example.org")
