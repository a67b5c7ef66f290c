"""A deleted account: nothing more is charged, and no table knows who it was."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from accounts import email_changes, erasures, merges, sign_up
from accounts.models import Erasure, Member
from billing import declarations, eligibility, events
from billing.case_models import Termination
from billing.eligibility import Reason
from billing.models import Audit, CheckoutAttempt, Customer, Invoice, StripeEvent
from catalog.models import Rating
from notices.models import Notice
from sandbox.faults import Fault
from tests.persons import PASSWORD, delete, hashed, lived, tables_with
from tests.web.forms import send, text
from tests.web.reading import text_of
from tests.world import World
from workers import erasing, upkeep

ADDRESS, LATER = "ada.lovelace@former.example", "ada@present.example"
HOUR = timedelta(hours=1)
FORM = "/account/deletion"


@pytest.fixture
def ada(world: World) -> Member:
    """Somebody who has paid, watched, reviewed, declared, and has another address since."""
    world.site.application.config["WTF_CSRF_ENABLED"] = False
    member = lived(world, ADDRESS)
    change = email_changes.ask(world.db, member, LATER, now=world.now)
    email_changes.finish(world.db, change, member, now=world.now)
    world.db.commit()
    return member


def test_no_table_knows_who_it_was_and_the_payments_are_there(world: World, ada: Member) -> None:
    known = "ada.lovelace|ada@present"
    [said] = [row for row in world.rows(Termination) if row.member_id == ada.id]
    declarations.refused(world.db, said, "no such thing", now=world.now)
    for hour in range(2, 6):
        declarations.refused(world.db, said, "no such thing", now=world.now + hour * HOUR)
    assert "alarm" in tables_with(world, known)
    assert {"member", "audit", "review", "stripe_event", "termination"} <= tables_with(world, known)
    paid = [(row.number, row.total_minor, row.paid_at) for row in world.rows(Invoice)]

    delete(world, ada)

    assert tables_with(world, known) == set()
    assert world.rows(Erasure)[0].done_at is not None
    assert [(row.number, row.total_minor, row.paid_at) for row in world.rows(Invoice)] == paid
    assert world.subscription(ada).card_last4 is None
    assert not world.db.scalars(select(Rating)).all()  # of its only review
    last = world.mailbox.sent[-1]
    assert (last[1], last[0]) == ("erased", LATER)


def test_what_runs_ends_at_stripe_and_nothing_more_is_charged_or_written(world: World) -> None:
    eve = world.member(email="eve@example.org", password=hashed())
    world.start_trial(eve)

    delete(world, eve)

    assert world.subscription(eve).status == "canceled"
    stripe_id = world.rows(Erasure)[0].customers[0]
    assert world.at_stripe("get", f"/v1/customers/{stripe_id}")["deleted"] is True
    world.advance(hours=1)  # Stripe's news of the end
    upkeep.purge_sessions()
    assert tables_with(world, "eve@example") == set()
    sent = len(world.mailbox.sent)
    world.advance(days=40, step=timedelta(days=20))
    assert [row.total_minor for row in world.rows(Invoice) if row.total_minor] == []
    assert len(world.mailbox.sent) == sent


def test_stripe_that_is_away_is_told_later_and_nobody_is_signed_in_meanwhile(
    world: World, ada: Member
) -> None:
    browser = world.signed_in(ada)
    world.sandbox.faults.plan(Fault("error", count=12, path="/v1/customers"))

    delete(world, ada)

    assert browser.get("/account").status_code == 303
    assert tables_with(world, "ada@present") >= {"member"}
    world.advance(hours=6, step=timedelta(hours=1))
    upkeep.purge_sessions()
    assert tables_with(world, "ada@present") == set()


def test_whoever_comes_back_gets_no_second_trial(world: World, ada: Member) -> None:
    delete(world, ada)

    again = world.member(email=ADDRESS)

    assert eligibility.had_trial(world.db, again)
    assert eligibility.refusal(world.db, again) is Reason.EMAIL
    assert not eligibility.had_trial(world.db, world.member(email="bo@example.org"))


def test_late_and_repeated_news_change_nothing_and_stay_without_a_body(
    world: World, ada: Member
) -> None:
    delete(world, ada)
    before = world.subscription(ada).status

    world.replay_everything()
    for event in world.rows(StripeEvent):
        events.replay(world.db, event.id, now=world.now)
    world.work()
    upkeep.erase_due()
    upkeep.purge_sessions()

    assert world.subscription(ada).status == before
    assert tables_with(world, "ada.lovelace") == set()


def test_an_account_that_became_part_of_it_goes_with_it(world: World, ada: Member) -> None:
    gone = world.member(email="third@example.org")
    merges.close(world.db, gone, ada, now=world.now)
    world.db.commit()

    delete(world, ada)

    assert tables_with(world, "third@example") == set()
    assert world.db.get_one(Member, gone.id).email == f"erased-{gone.id}@erased.invalid"


def test_an_open_payment_page_is_closed(world: World) -> None:
    bo = world.member(email="bo@example.org", password=hashed())
    world.open_checkout(bo)

    delete(world, bo)

    assert [row.state for row in world.rows(CheckoutAttempt)] == ["expired"]
    assert world.rows(Customer)[0].stripe_id is None


def test_the_last_e_mail_that_no_server_takes_holds_nothing_up_for_longer_than_a_day(
    world: World,
) -> None:
    bo = world.member(email="bo@example.org")
    erasing.ask(world.db, bo, now=world.now)
    [erasure] = world.rows(Erasure)

    assert not erasing.forget(world.db, erasure.id, now=world.now + timedelta(hours=23))
    assert erasing.forget(world.db, erasure.id, now=world.now + timedelta(hours=25))

    assert world.rows(Notice) == []


def test_the_page_says_what_goes_and_asks_for_the_password(world: World, ada: Member) -> None:
    browser = world.signed_in(ada)
    said = text_of(browser.get(FORM).text)
    assert "What stays, without your name" in said

    refused = send(browser, FORM, password="not it")

    assert refused.status_code == 422 and "not your present password" in text(refused)
    assert world.rows(Erasure) == []
    assert "Your account is deleted" in text(world.site.get("/account/deleted"))


def test_a_running_trial_is_named_with_the_way_to_keep_its_days(world: World) -> None:
    eve = world.member(email="eve@example.org", password=hashed())
    world.start_trial(eve)

    said = text_of(world.signed_in(eve).get(FORM).text)

    assert "Your trial ends at once, and nothing more is charged." in said
    assert "cancel instead and delete your account afterwards" in said


def test_the_desk_shows_what_is_left_of_it(world: World, ada: Member) -> None:
    boss = world.member(email="boss@example.org")
    sign_up.member(world.db, boss.email, "", now=world.now, roles=("admin",))
    delete(world, ada)

    page = world.signed_in(boss).get(f"/desk/person/{ada.id}")

    assert page.status_code == 200
    assert f"erased-{ada.id}@erased.invalid" in text_of(page.text)


def test_staff_cannot_delete_the_account_that_runs_the_site(world: World, ada: Member) -> None:
    sign_up.member(world.db, ada.email, "", now=world.now, roles=("admin",))
    world.db.commit()

    answer = world.signed_in(ada).post(FORM, data={"password": PASSWORD})

    assert answer.status_code == 409 and "Let another admin take your role away" in text(answer)
    assert 'href="#delete"' in text(answer)  # it is no fault of the password
    assert 'aria-invalid="true"' not in text(answer)
    assert world.rows(Erasure) == [] and world.db.get_one(Member, ada.id).active


def test_the_audit_lets_words_go_and_nothing_else(world: World, ada: Member) -> None:
    delete(world, ada)
    rows = [row for row in world.rows(Audit) if row.member_id == ada.id]
    assert {"account.closed", "account.erased"} <= {row.action for row in rows}

    world.db.execute(select(func.set_config("matinee.erasing", "on", True)))
    rows[0].action = "something else"
    with pytest.raises(IntegrityError, match="never changed"):
        world.db.flush()


def test_a_mark_says_whether_a_mailbox_is_the_same_and_not_which() -> None:
    one, other = erasures.mark("ada@example.org"), erasures.mark("eve@example.org")

    assert one == erasures.mark("ada@example.org") != other and "ada" not in one
