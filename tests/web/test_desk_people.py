"""People at the desk: found, told whole, and helped by acts that are done once and kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from access.models import Entitlement, PlaybackSession
from accounts.models import Member, SignInSession
from billing.case_models import Given
from billing.models import Audit, Invoice, Subscription
from notices.models import Notice
from reports import reading, trials
from reports.models import Fact
from sandbox.faults import Fault
from tests.moments import Moments
from tests.queries import counted
from tests.web import desk
from tests.web.reading import text_of
from tests.world import World

ANA, WHY = "ana@example.org", "They asked on the telephone"


def begins(world: World) -> None:
    world.start_trial(world.member(email=ANA))


def pays(world: World) -> None:
    begins(world)
    world.leap(days=31)
    world.deliver()


@pytest.fixture
def world(request: pytest.FixtureRequest, moments: Moments, home: Path) -> Iterator[World]:
    """A world in which what the test asks for has happened to Ana."""
    with moments.of(request, {"paying": pays, "ana": begins}).again(home) as world:
        yield world


@pytest.fixture
def ana(world: World) -> Member:
    """A member in a trial of thirty days that began on 22 November 2026."""
    return world.known(ANA)


@pytest.fixture
def paying(world: World, ana: Member) -> Member:
    """The same member, a day after the first payment fell due."""
    return ana


def browser_of(world: World, *roles: str) -> FlaskClient:
    """The browser of staff with these roles."""
    return world.signed_in(desk.staff(world.db, *roles))


def last_act(world: World, action: str) -> Audit:
    return world.rows(Audit, action=action)[-1]


# --- finding and reading ---


@pytest.mark.parametrize("what", ["ana@ex", "ANA@EXAMPLE.ORG", "member {id}", "{cus}", "{sub}"])
def test_a_person_is_found_by_what_is_in_hand(world: World, ana: Member, what: str) -> None:
    sub = world.subscription(ana)
    customer = world.at_stripe("get", f"/v1/subscriptions/{sub.stripe_id}")["customer"]
    text = what.format(id=ana.id, cus=customer, sub=sub.stripe_id)

    found = browser_of(world, "support").get("/desk/find", query_string={"q": text})

    address = f"/desk/person/{ana.id}"
    assert found.location == address if found.status_code == 303 else address in found.text


def test_nobody_is_found_by_a_wildcard(world: World, ana: Member) -> None:
    page = browser_of(world, "support").get("/desk/find?q=%25").text

    assert ana.email not in page
    assert "Nobody is known by" in page


def test_a_persons_story_tells_everything_in_one_order_of_time(world: World, ana: Member) -> None:
    # given a trial that was welcomed, reminded, charged and receipted
    for days in (0, 23, 8):
        world.leap(days=days)
        world.deliver()
        world.tick()

    page = text_of(browser_of(world, "support").get(f"/desk/person/{ana.id}?order=oldest").text)

    told = [
        "Agreed by",
        "Trial started",
        "E-mail “trial started” accepted by the mail server",
        "Watch gate open until 22 December 2026",
        "because the trial runs",
        "E-mail “trial ending”",
        "invoice.paid",
        "Charged £6.99",
        "because the subscription is paid",
        "E-mail “receipt”",
    ]
    places = [page.find(words) for words in told]
    assert -1 not in places
    assert page.index("Trial started") < page.index("E-mail “trial ending”") < page.index("Charged")


def test_the_gate_is_explained_where_it_is_closed(world: World, paying: Member) -> None:
    sub = world.subscription(paying)
    world.at_stripe("delete", f"/v1/subscriptions/{sub.stripe_id}")
    world.deliver()

    page = text_of(browser_of(world, "support").get(f"/desk/person/{paying.id}").text)

    assert "The watch gate is closed, because the subscription has ended" in page
    assert "Watch gate closes" in page


def test_what_was_watched_is_told_as_minutes_and_never_as_a_film(world: World, ana: Member) -> None:
    world.db.add(
        PlaybackSession(
            token_hash="x",
            member_id=ana.id,
            title_id=world.title.id,
            kind="film",
            started_at=world.now,
            last_beat_at=world.now,
            seconds_played=2520,
        )
    )
    world.db.commit()

    page = browser_of(world, "support").get(f"/desk/person/{ana.id}").text

    assert "A film played for 42 min" in page
    assert world.title.name not in text_of(page).partition("Story")[2]


def test_a_long_story_pages_by_key_and_loses_no_line(world: World, ana: Member) -> None:
    at = datetime(2026, 11, 22, 12, tzinfo=UTC)
    for number in range(150):  # many in the same instant, across the edges of pages
        why = f"line {number}"
        world.db.add(
            Audit(at=at, actor="matinee", action="x", reason=why, member_id=ana.id, before={})
        )
    world.db.commit()
    browser, address, seen = browser_of(world, "support"), f"/desk/person/{ana.id}", []
    while address:
        page = browser.get(address).text
        seen += re.findall(r"line \d+", page)
        address = desk.link_to(page, "next")

    assert sorted(seen) == sorted({f"line {number}" for number in range(150)})


def test_a_person_costs_as_many_questions_with_a_long_story_as_with_a_short_one(
    world: World, ana: Member
) -> None:
    browser, address = browser_of(world, "support"), f"/desk/person/{ana.id}"
    browser.get(address)
    with counted(world.db) as short:
        browser.get(address)
    world.leap(days=70)
    world.deliver()
    with counted(world.db) as long:
        browser.get(address)

    assert len(long) <= len(short) + 1  # the browser is signed in afresh


def test_only_acts_that_can_be_done_are_offered(world: World, ana: Member) -> None:
    browser, address = browser_of(world, "admin"), f"/desk/person/{ana.id}"
    trialing = _offered(browser.get(address).text)
    desk.press(browser, f"{address}/fraud", reason=WHY)
    marked = _offered(browser.get(address).text)
    desk.press(browser, f"{address}/cancellation", when="now", reason=WHY)
    page = browser.get(address).text

    assert {"extension", "cancellation", "fraud"} <= trialing
    assert not {"fraud-unset", "refund"} & trialing
    assert marked == trialing - {"fraud"} | {"fraud-unset"}
    assert _offered(page) == marked - {"extension", "cancellation"}
    assert "Trial ended 22 November 2026" in " ".join(text_of(page).split())
    assert "marked as fraud already" in browser.get(f"{address}/fraud").text


def _offered(page: str) -> set[str]:
    return set(re.findall(r'href="/desk/person/\d+/([a-z-]+)"', page))


# --- acts ---


def test_a_trial_is_extended_at_stripe_and_reminded_of_its_new_day(
    world: World, ana: Member
) -> None:
    # given a trial that ends on 22 December, of which a reminder has gone out
    before = world.subscription(ana).trial_ends_at
    world.leap(days=23)
    world.tick()

    # when support gives ten days more
    answer = desk.press(
        browser_of(world, "support"), f"/desk/person/{ana.id}/extension", days="10", reason=WHY
    )

    # then it ends ten days later here and at Stripe, and the audit says who, why and what
    ends = world.subscription(ana).trial_ends_at
    assert (answer.status_code, before and ends == before + timedelta(days=10)) == (303, True)
    kept = last_act(world, "trial.extended")
    assert kept.actor.startswith("operator:") and kept.reason == WHY and before and ends
    assert (kept.before["trial_ends_at"], kept.after["trial_ends_at"]) == (
        before.isoformat(),
        ends.isoformat(),
    )
    story = browser_of(world, "support").get(f"/desk/person/{ana.id}").text
    assert "to 1 January 2027, " in story and " 01 January" not in story
    # and nobody is charged on the old day, and the new one is told of in time
    world.leap(days=10)
    world.deliver()
    world.tick()
    reminders = world.rows(Notice, kind="trial_ending", state="accepted")
    assert [one.facts["object_id"] for one in reminders][-1] == ends.isoformat()
    assert world.rows(Invoice, billing_reason="subscription_cycle") == []


def test_a_trial_is_never_extended_to_a_day_too_near_to_be_told_of(
    world: World, ana: Member
) -> None:
    world.leap(days=22, hours=14)
    world.tick()
    world.leap(days=6)

    desk.press(
        browser_of(world, "support"), f"/desk/person/{ana.id}/extension", days="1", reason=WHY
    )

    ends = world.subscription(ana).trial_ends_at
    assert ends == world.now + timedelta(days=7, hours=12)
    world.tick()
    world.leap(days=5)
    world.tick()
    told = world.rows(Notice, kind="trial_ending", state="accepted")
    assert [one.facts["object_id"] for one in told][-1:] == [ends and ends.isoformat()]
    assert world.alarms() == []


def test_a_form_that_is_sent_twice_does_its_work_once(world: World, paying: Member) -> None:
    browser, address = browser_of(world, "finance"), f"/desk/person/{paying.id}/refund"
    (invoice,) = [one for one in world.rows(Invoice) if one.total_minor]
    sent = desk.filled(browser, address, invoice=invoice.stripe_id, amount="2.00", reason=WHY)

    answers = [browser.post(address, data=sent).status_code for _ in range(2)]

    assert answers == [303, 303]
    assert world.rows(Invoice, id=invoice.id)[0].refunded_minor == 200
    assert len(world.rows(Audit, action="payment.refund")) == 1
    assert "done already" in browser.get(f"/desk/person/{paying.id}").text


def test_a_whole_refund_ends_the_subscription_and_says_so_at_once(
    world: World, paying: Member
) -> None:
    browser = browser_of(world, "finance")

    desk.press(
        browser,
        f"/desk/person/{paying.id}/refund",
        invoice=world.rows(Invoice)[-1].stripe_id,
        amount="",
        reason=WHY,
    )

    page = text_of(browser.get(f"/desk/person/{paying.id}").text)
    assert "£6.99 goes back to the card." in page
    assert "The watch gate is closed, because the last payment was refunded in full" in page
    assert last_act(world, "payment.refund").after == {"refund": "£6.99"}


@pytest.mark.parametrize("amount", ["7.00", "0", "-1", "1.005", "x", "NaN", "1e3", "9" * 40])
def test_an_amount_that_cannot_be_given_back_is_refused_in_words(
    world: World, paying: Member, amount: str
) -> None:
    answer = desk.press(
        browser_of(world, "finance"),
        f"/desk/person/{paying.id}/refund",
        invoice=world.rows(Invoice)[-1].stripe_id,
        amount=amount,
        reason=WHY,
    )

    assert answer.status_code == 422
    assert "Enter an amount" in answer.text
    assert world.rows(Audit, action="payment.refund") == []


@pytest.mark.parametrize(("when", "status"), [("end", "trialing"), ("now", "canceled")])
def test_a_trial_is_cancelled_at_its_end_or_at_once(
    world: World, ana: Member, when: str, status: str
) -> None:
    desk.press(
        browser_of(world, "finance"), f"/desk/person/{ana.id}/cancellation", when=when, reason=WHY
    )

    sub = world.subscription(ana)
    assert (sub.status, sub.cancel_at_period_end) == (status, when == "end")
    assert last_act(world, "subscription.cancel").reason == WHY


def test_an_act_needs_a_reason(world: World, ana: Member) -> None:
    answer = desk.press(
        browser_of(world, "support"), f"/desk/person/{ana.id}/extension", days="10", reason=" "
    )

    assert answer.status_code == 422
    assert "Write why you do this" in answer.text
    assert 'value="10"' in answer.text
    assert world.rows(Audit, action="trial.extended") == []


def test_an_act_that_stripe_does_not_answer_is_told_plainly_and_can_be_pressed_again(
    world: World, ana: Member
) -> None:
    browser, address = browser_of(world, "support"), f"/desk/person/{ana.id}/extension"
    sent = desk.filled(browser, address, days="10", reason=WHY)
    world.sandbox.faults.plan(Fault("error", count=9, method="POST"))
    refused = browser.post(address, data=sent)
    world.sandbox.faults.planned.clear()
    done = browser.post(address, data=sent)

    assert (refused.status_code, done.status_code) == (503, 303)
    assert "is not answering right now" in refused.text
    asked = world.rows(Audit, action="trial.extended")
    assert [one.after.get("answer") for one in asked] == ["failed", None]


def test_an_email_is_sent_again_while_it_is_true(world: World, ana: Member) -> None:
    (welcome,) = [one for one in world.rows(Notice) if one.kind == "trial_started"]
    world.tick()

    desk.press(
        browser_of(world, "support"),
        f"/desk/person/{ana.id}/resend",
        notice=str(welcome.id),
        reason=WHY,
    )
    world.tick()

    assert [kind for _, kind in world.mailbox.sent] == ["trial_started", "trial_started"]
    assert last_act(world, "notice.resent").before["e-mail"] == "trial_started"


def test_an_email_that_is_no_longer_true_is_not_sent_again(world: World, ana: Member) -> None:
    (welcome,) = [one for one in world.rows(Notice) if one.kind == "trial_started"]
    world.leap(days=31)
    world.deliver()

    answer = desk.press(
        browser_of(world, "support"),
        f"/desk/person/{ana.id}/resend",
        notice=str(welcome.id),
        reason=WHY,
    )

    assert answer.status_code == 409
    assert "no longer true" in answer.text


def test_free_days_open_the_gate_for_somebody_without_a_trial(world: World) -> None:
    eve = world.member()

    desk.press(
        browser_of(world, "support"),
        f"/desk/person/{eve.id}/gift",
        kind="gift",
        days="14",
        reason=WHY,
    )

    (right,) = world.rows(Entitlement, member_id=eve.id)
    assert (right.until, right.why) == (world.now + timedelta(days=14), "gift")
    assert [one.days for one in world.rows(Given)] == [14]


@pytest.mark.parametrize(("days", "said"), [("1", "1 day is given."), ("2", "2 days are given.")])
def test_whoever_gives_days_reads_how_many(world: World, days: str, said: str) -> None:
    client, eve = browser_of(world, "support"), world.member()
    page = f"/desk/person/{eve.id}"

    desk.press(client, f"{page}/gift", kind="gift", days=days, reason=WHY)

    assert said in client.get(page).text


def test_a_lost_telephone_is_signed_out(world: World, ana: Member) -> None:
    world.signed_in(ana)

    desk.press(browser_of(world, "support"), f"/desk/person/{ana.id}/sign-out", reason=WHY)

    assert world.rows(SignInSession, member_id=ana.id) == []
    assert last_act(world, "devices.signed_out").before["signed in"] == 1


def test_a_person_is_marked_as_a_test_account_and_as_fraud(world: World, ana: Member) -> None:
    browser = browser_of(world, "finance")

    desk.press(browser, f"/desk/person/{ana.id}/test", test="yes", reason=WHY)
    desk.press(browser, f"/desk/person/{ana.id}/fraud", reason=WHY)

    assert world.rows(Member, id=ana.id)[0].is_test
    marked = [one.data["change"] for one in world.rows(Fact, kind="trial_change")]
    assert marked == ["fraud"]


def test_a_mark_of_fraud_is_taken_back_and_reports_of_the_time_between_keep_it(
    world: World, paying: Member
) -> None:
    browser, address = browser_of(world, "finance"), f"/desk/person/{paying.id}"
    assert "No trial of this person is marked" in browser.get(f"{address}/fraud-unset").text
    drawn: dict[str, datetime] = {}
    for act in ("before", "fraud", "fraud-unset", "fraud"):
        if act != "before":
            desk.press(browser, f"{address}/{act}", reason=WHY)
        world.leap(minutes=5)
        drawn[f"{len(drawn)} {act}"] = world.now
        world.leap(minutes=5)

    marked = {}
    for name, as_of in drawn.items():
        known = reading.known(world.db, as_of=as_of)
        marked[name] = (len(trials.counted(known)), len(trials.marked_as_fraud(known)))
    assert marked == {
        "0 before": (1, 0),
        "1 fraud": (0, 1),
        "2 fraud-unset": (1, 0),
        "3 fraud": (0, 1),
    }
    (sub,) = world.rows(Subscription)
    row = last_act(world, "mark.fraud_unset")
    assert row.before is not None and row.after is not None
    assert (row.before["marked"], row.after["counted"]) == ([sub.stripe_id], [sub.stripe_id])


def test_an_admin_makes_somebody_staff_but_never_changes_their_own_roles(world: World) -> None:
    eve, admin = world.member(), desk.staff(world.db, "admin")
    browser = world.signed_in(admin)

    made = desk.press(
        browser, f"/desk/person/{eve.id}/roles", role=["viewer", "support"], reason=WHY
    )
    own = desk.press(browser, f"/desk/person/{admin.id}/roles", role=["viewer"], reason=WHY)

    world.db.expire_all()
    assert (made.status_code, own.status_code) == (303, 409)
    assert {role.name for role in eve.roles} == {"viewer", "support"}
    assert {role.name for role in admin.roles} == {"admin"}
    assert last_act(world, "roles.changed").after == {"roles": ["support", "viewer"]}


def test_a_role_that_was_taken_away_opens_nothing_at_the_next_request(world: World) -> None:
    support = desk.staff(world.db, "support")
    browser = world.signed_in(support)
    before = browser.get("/desk/find").status_code
    support.roles.clear()
    world.db.commit()

    assert (before, browser.get("/desk/find").status_code) == (200, 403)
    assert last_act(world, "access.denied").reason == "GET /desk/find"


# --- the audit ---


def test_the_audit_shows_who_why_before_and_after(world: World, ana: Member) -> None:
    support = desk.staff(world.db, "support")
    desk.press(world.signed_in(support), f"/desk/person/{ana.id}/extension", days="10", reason=WHY)

    rows = browser_of(world, "finance").get("/desk/audit?action=trial.extended").text

    for words in (support.email, ana.email, WHY, "22 December 2026", "1 January 2027"):
        assert words in text_of(rows)


def test_the_audit_pages_by_key_in_both_orders(world: World) -> None:
    for number in range(120):
        at = world.now + timedelta(seconds=number)
        world.db.add(Audit(at=at, actor="matinee", action="x", reason=f"row {number:03}"))
    world.db.commit()
    browser = browser_of(world, "admin")

    for order in ("", "&order=oldest"):
        address, seen = f"/desk/audit?action=x{order}", []
        while address:
            page = browser.get(address).text
            seen += desk.cells(page, "row ")
            last, address = page, desk.link_to(page, "next")
        expected = [f"row {number:03}" for number in range(120)]
        assert seen == (expected if order else expected[::-1])
        back = browser.get(desk.link_to(last, "prev")).text
        assert desk.cells(back, "row ") == seen[50:100]
