"""Two accounts of one person made one at the desk: told beforehand, refused in words, counted once.

Ana tried in November 2026, left, and came back in December under another address, which pays.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from access.gate import Answer
from accounts import passwords
from accounts.models import Member, SignInSession
from billing import customers, eligibility
from billing.case_models import Termination, Withdrawal
from billing.models import Audit, Customer, Subscription
from catalog.models import Review, ReviewVote
from core import settings
from notices import words
from notices.models import Notice
from reports import answers, periods, reading
from reports.questions import Question
from reports.rates import Rate
from tests import factories
from tests.moments import Moments
from tests.reports.stories import HORIZON, WINDOW, drawn
from tests.web import desk
from tests.web.forms import send
from tests.web.reading import text_of
from tests.world import World
from workers import tasks

OLD, NEW = "ana@example.org", "ana.b@example.net"
PASSWORD = "a long way to the lighthouse"
OTHER_CARD = "5555555555554444"
WHY = "She wrote from both addresses"


def leaves(world: World) -> None:
    sub = world.start_trial(world.member(email=OLD))
    world.leap(days=2)
    world.at_stripe("delete", f"/v1/subscriptions/{sub.stripe_id}")
    world.deliver()


def comes_back(world: World) -> None:
    leaves(world)
    world.leap(days=8)
    world.start_trial(world.member(email=NEW), OTHER_CARD)
    world.leap(days=31)
    world.deliver()


@pytest.fixture
def world(request: pytest.FixtureRequest, moments: Moments, home: Path) -> Iterator[World]:
    """A world in which Ana has had the accounts that the test asks for."""
    with moments.of(request, {"new": comes_back, "old": leaves}).again(home) as world:
        yield world


@pytest.fixture
def old(world: World) -> Member:
    """Ana's first account: a trial of 22 November, left on the 24th."""
    return world.known(OLD)


@pytest.fixture
def new(world: World) -> Member:
    """Her second account: a trial of 2 December, first paid on 1 January 2027."""
    return world.known(NEW)


def merge(world: World, survivor: Member, other: str, role: str = "finance") -> str:
    """Press it at the desk; returns what the operator reads then."""
    browser = world.signed_in(desk.staff(world.db, role))
    address = f"/desk/person/{survivor.id}/merger?other={other}"
    answer = desk.press(browser, address, other=other, reason=WHY)
    world.db.expire_all()
    page = browser.get(answer.location) if answer.status_code == 303 else answer
    return text_of(page.text)


def told(world: World, survivor: Member, other: str) -> str:
    browser = world.signed_in(desk.staff(world.db, "finance"))
    return text_of(browser.get(f"/desk/person/{survivor.id}/merger?other={other}").text)


def test_an_operator_reads_beforehand_what_a_merge_will_do(
    world: World, old: Member, new: Member
) -> None:
    assert "Show what will happen" in told(world, new, "")
    assert "Enter the whole address" in told(world, new, "ana@exam")

    page = told(world, new, "ana@example.org")

    here, there = (customers.find_by_member(world.db, one.id) for one in (new, old))
    assert here and there
    live = world.subscription(new).stripe_id
    assert (
        f"Subscriptions there: 1, which come here with what was paid. Here: 1. {live} runs on."
        in page
    )
    assert "Trials that were used: 1 there, 1 here" in page
    assert f"{there.stripe_id} there, {here.stripe_id} here" in page
    assert "Consents that move: 1." in page
    assert "cannot be taken back" in page


def test_a_merge_ends_the_other_account_and_keeps_who_and_why_on_both(
    world: World, old: Member, new: Member
) -> None:
    browser = world.signed_in(old)
    told_before = len(world.rows(Notice))

    assert "is part of this account now" in merge(world, new, "ana@example.org")

    # its browser is signed out, its page leads to the survivor's, and no act is done for it
    assert world.rows(SignInSession, member_id=old.id) == []
    assert browser.get("/account").status_code in (302, 303)
    operator = world.signed_in(desk.staff(world.db, "finance"))
    page = operator.get(f"/desk/person/{old.id}").text
    assert f'href="/desk/person/{new.id}">ana.b@example.net' in page
    assert operator.get(f"/desk/person/{old.id}/refund").status_code == 409
    # what was paid and agreed is the survivor's, who watches on and is told nothing twice
    subs = world.rows(Subscription, member_id=new.id)
    assert (
        [sub.member_id for sub in world.rows(Subscription)] == [new.id] * len(subs) == [new.id] * 2
    )
    assert world.gate(new) is Answer.OPEN
    assert world.gate(old) is not Answer.OPEN
    assert len(world.rows(Notice)) == told_before
    # the audit: one row on each, before and after
    acts = {row.member_id: row for row in world.rows(Audit, action="member.merged")}
    assert [acts[one.id].reason for one in (old, new)] == [WHY, WHY]
    assert (acts[old.id].before["trials"], acts[old.id].after["trials"]) == (1, 0)
    assert (acts[new.id].before["trials"], acts[new.id].after["trials"]) == (1, 2)
    assert (acts[old.id].after["into"], acts[new.id].after["merged"]) == (new.id, old.id)


def test_nobody_signs_in_with_an_account_that_became_another(
    world: World, old: Member, new: Member
) -> None:
    old.password = passwords.hashed(PASSWORD)
    world.db.commit()
    assert signs_in(world) == 302

    merge(world, new, "ana@example.org")

    assert signs_in(world) == 200
    world.db.refresh(old)
    assert not old.active
    assert old.password is None


def signs_in(world: World) -> int:
    """The status that somebody with Ana's old address and password meets."""
    browser = world.site.application.test_client()
    given = {"email": "ana@example.org", "password": PASSWORD}
    return int(send(browser, "/account/sign-in", **given).status_code)


def test_a_merge_moves_the_cohorts_figures_and_leaves_earlier_reports_their_bytes(
    world: World, old: Member, new: Member
) -> None:
    before = world.now
    tasks.keep_ready()
    names = ("conversion", "outcomes", "films", "mrr", "notices")
    kept = {name: answers.printed(world.db, name, asked(before)).json() for name in names}
    # two people: November's trial was lost, December's converted on the 30th day
    world.leap(days=15)
    assert cohorts(world) == {"2026-11": (1, Rate(0, 1)), "2026-12": (1, Rate(1, 1))}

    world.leap(minutes=1)
    merge(world, new, "ana@example.org")
    world.leap(days=1)
    world.deliver()
    tasks.keep_ready()

    # one person, of two trials: she paid on 1 January, 40 days after the first began, and 40 < 44
    assert cohorts(world) == {"2026-11": (1, Rate(1, 1)), "2026-12": (1, Rate(1, 1))}
    assert people(world) == {f"member:{new.id}"}
    again = {name: answers.printed(world.db, name, asked(before)).json() for name in names}
    assert again == kept


def test_news_of_either_customer_reaches_the_survivor_and_spares_what_runs(
    world: World, old: Member, new: Member
) -> None:
    there = customers.find_by_member(world.db, old.id)
    assert there is not None
    merge(world, new, "ana@example.org")
    pays = customers.find_by_member(world.db, new.id)
    assert pays is not None and pays.id != there.id
    both = {row.stripe_id: row.is_former for row in world.rows(Customer, member_id=new.id)}
    assert both == {pays.stripe_id: False, there.stripe_id: True}

    # a trial that begins at the old customer's is the survivor's third, and is refused
    made = world.at_stripe(
        "post",
        "/v1/subscriptions",
        customer=there.stripe_id,
        trial_period_days=7,
        items=[{"price": world.offer.stripe_price_id}],
    )
    world.deliver()
    (third,) = world.rows(Subscription, stripe_id=made["id"])
    assert (third.member_id, third.customer_id) == (new.id, there.id)
    assert (third.status, third.cancel_reason) == ("canceled", "second_trial")

    # and when the old customer is deleted at Stripe, only what was theirs ends
    world.at_stripe("delete", f"/v1/customers/{there.stripe_id}")
    world.deliver()
    states = {sub.customer_id: sub.status for sub in world.rows(Subscription)}
    assert (states[pays.id], states[there.id]) == ("active", "canceled")
    assert world.gate(new) is Answer.OPEN


def test_neither_mailbox_of_a_merged_person_gets_another_trial(
    world: World, old: Member, new: Member
) -> None:
    merge(world, new, "ana@example.org")

    refused = [
        eligibility.refusal(world.db, world.member(email=f"tag{n}@x", email_canonical=mailbox))
        for n, mailbox in enumerate(("ana@example.org", "ana.b@example.net", "eve@example.org"))
    ]
    assert refused == [eligibility.Reason.EMAIL, eligibility.Reason.EMAIL, None]


def test_every_way_out_that_names_the_merged_account_ends_what_its_person_has(
    world: World, old: Member, new: Member
) -> None:
    # given her paid account merged into the older one, and a cancel link that the first had
    link = words.cancel_link(new.id).removeprefix(settings.current().origin)
    withdraw = {"name": "Ana", "email": NEW, "contract": ""}
    declared = {**withdraw, "kind": "ordinary", "cause": "", "wished_on": ""}
    merge(world, old, NEW)
    paid = world.subscription(old)

    # then the link asks about what the person has, and an address asks for one that does
    assert "Cancel your subscription" in text_of(world.site.get(link).text)
    send(world.site, "/cancel", email=NEW.upper())
    assert [one.member_id for one in world.rows(Notice, kind="cancel_link")] == [old.id]

    # and the public forms mean the same contract
    send(world.site, "/withdraw", **withdraw)
    send(world.site, "/cancellation", **declared)
    (withdrawal,), (termination,) = world.rows(Withdrawal), world.rows(Termination)
    assert (withdrawal.member_id, termination.member_id) == (old.id, old.id)
    assert (termination.state, world.subscription(old).cancel_at_period_end) == ("done", True)
    assert world.subscription(old).stripe_id == paid.stripe_id


def test_an_account_without_a_trial_lends_its_mailbox_to_the_survivors_trial(
    world: World, new: Member
) -> None:
    world.member(email="third@example.org")
    merge(world, new, "third@example.org")

    again = world.member(email="third+x@example.org", email_canonical="third@example.org")
    assert eligibility.refusal(world.db, again) is eligibility.Reason.EMAIL


def test_two_live_subscriptions_are_refused_with_the_way_out(world: World, new: Member) -> None:
    other = world.member(email="eve@example.org")
    world.start_trial(other, "378282246310005")
    world.leap(days=31)
    world.deliver()

    page = told(world, new, "eve@example.org")

    assert "Both accounts have a live subscription. Cancel one of them at once" in page
    assert "Merge for good" not in page


def test_a_second_trial_is_never_gained_by_a_merge(world: World, old: Member) -> None:
    eve = world.member(email="eve@example.org")
    world.start_trial(eve, OTHER_CARD)

    for survivor, other in ((eve, old), (old, eve)):
        page = told(world, survivor, other.email)
        assert "the person would gain a second trial. Cancel the running one at once" in page

    # once that is done they are one, whichever way
    sub = world.subscription(eve)
    world.at_stripe("delete", f"/v1/subscriptions/{sub.stripe_id}")
    world.deliver()
    assert "is part of this account now" in merge(world, old, eve.email)


def test_staff_themselves_and_tests_beside_real_people_are_not_merged(
    world: World, old: Member
) -> None:
    admin = desk.staff(world.db, "viewer")
    tester = world.member(email="test@example.org", is_test=True)
    world.db.commit()

    assert "same account" in told(world, old, old.email)
    assert "Accounts of staff are not merged" in told(world, old, admin.email)
    assert "Mark both alike first" in told(world, old, tester.email)


def test_of_one_film_one_review_stands_and_no_voice_is_heard_twice(
    world: World, old: Member, new: Member
) -> None:
    other_film = factories.title(world.db)
    for film, who, score in (
        (world.title, old, 2),
        (world.title, new, 8),
        (other_film, old, 6),
    ):
        factories.review(world.db, film, member_id=who.id, score=score, helpful=0)
    stranger = factories.review(world.db, other_film, member_id=None, helpful=2)
    (moved,) = world.rows(Review, title_id=other_film.id, member_id=old.id)
    moved.helpful = 1
    said = ((stranger, old), (stranger, new), (moved, new))
    world.db.add_all(ReviewVote(review_id=one.id, member_id=who.id) for one, who in said)
    world.db.commit()

    merge(world, new, "ana@example.org")

    stands = select(Review.member_id, Review.score, Review.status).where(
        Review.title_id == world.title.id
    )
    assert sorted(world.db.execute(stands)) == sorted(
        [(old.id, 2, "hidden"), (new.id, 8, "approved")]
    )
    # her own vote for her own review is gone, and her two for the stranger's are one
    (moved,) = world.rows(Review, title_id=other_film.id, member_id=new.id)
    world.db.refresh(stranger)
    assert (moved.helpful, stranger.helpful) == (0, 1)


def asked(as_of: datetime) -> Question:
    return Question(
        as_of=as_of, zone=periods.zone("UTC"), by=periods.By.MONTH, horizon=HORIZON, window=WINDOW
    )


def cohorts(world: World) -> dict[str, tuple[int, Rate]]:
    """Each month's starts and rate, drawn from the facts as of now."""
    found = drawn(reading.known(world.db, as_of=world.now)).cohorts
    return {cohort.label: (len(cohort.starts), cohort.rate) for cohort in found}


def people(world: World) -> set[str]:
    found = reading.known(world.db, as_of=world.now, kinds=reading.OF_TRIALS)
    return {record.person for kind in reading.TRIAL_RECORDS for record in found.of(kind)}
