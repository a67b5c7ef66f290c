"""What happens around an account that is being deleted: others, checkouts, e-mails, reports."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import delete as sql_delete
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from access.gate import Answer
from access.models import Entitlement
from accounts import email_changes
from accounts.models import Erasure, Member, RequestCount, SignInLink
from billing import audit, customers, eligibility, trials
from billing.case_models import Termination, Withdrawal
from billing.eligibility import Reason
from billing.models import Audit, CheckoutAttempt, Customer, Invoice, TrialRedemption
from notices import delivery, owed
from notices.models import Notice
from reports import answers, periods
from reports.models import Fact
from reports.questions import Question
from tests.mailbox import MemoryMailbox
from tests.persons import delete, hashed, lived, tables_with
from tests.web.reading import text_of
from tests.workers.test_erasing import ADDRESS
from tests.world import World
from workers import erasing, tasks, upkeep


@pytest.fixture
def ada(world: World) -> Member:
    """Somebody who has paid, watched, reviewed and declared."""
    world.site.application.config["WTF_CSRF_ENABLED"] = False
    return lived(world, ADDRESS)


def test_reports_know_of_the_end_and_nothing_may_be_watched(world: World, ada: Member) -> None:
    before = [(fact.id, fact.kind, fact.at) for fact in world.rows(Fact)]

    delete(world, ada)

    facts = [(fact.id, fact.kind, fact.at) for fact in world.rows(Fact)]
    assert facts[: len(before)] == before
    assert "ended" in [kind for _, kind, _ in facts[len(before) :]]
    assert world.gate(ada) is not Answer.OPEN
    assert [row.why for row in world.rows(Entitlement)] == ["ended"]


def test_a_trial_that_is_begun_while_the_account_is_deleted_is_kept_as_used(world: World) -> None:
    """The payment page was completed, and Stripe's news of it come after the customer is gone."""
    bo = world.member(email="bo@example.org", password=hashed())
    world.pay(world.open_checkout(bo))

    erasing.ask(world.db, bo, now=world.now)
    world.db.commit()
    upkeep.erase_due()
    world.deliver()
    world.tick()
    world.tick()

    assert world.subscription(bo).status == "canceled"
    assert len(world.rows(TrialRedemption)) == 1
    assert eligibility.refusal(world.db, world.member(email="bo@example.org")) is Reason.EMAIL


def test_what_stripe_told_of_a_customer_whom_it_had_forgotten_before_is_emptied(
    world: World, ada: Member
) -> None:
    """By somebody at its dashboard, or by our own word whose answer was lost."""
    [customer] = world.rows(Customer)
    world.at_stripe("delete", f"/v1/customers/{customer.stripe_id}")
    world.deliver()
    world.work()
    assert world.rows(Customer)[0].stripe_id is None
    assert "stripe_event" in tables_with(world, "ada.lovelace")

    delete(world, ada)

    assert tables_with(world, "ada.lovelace|ada@present") == set()


def test_whoever_becomes_known_at_stripe_after_all_is_forgotten_there_too(
    world: World, ada: Member
) -> None:
    """Their checkout was on its way to Stripe when the account was deleted, or its answer lost."""
    delete(world, ada)
    late = customers.reserve(world.db, ada)
    late.stripe_id = world.at_stripe("post", "/v1/customers", email=ADDRESS)["id"]
    stripe_id = late.stripe_id
    world.db.commit()
    world.deliver()

    upkeep.erase_due()

    assert world.at_stripe("get", f"/v1/customers/{stripe_id}")["deleted"] is True
    assert tables_with(world, "ada.lovelace") == set()
    assert world.rows(Erasure)[0].done_at is not None


@pytest.mark.parametrize("whose", ["eve's", "nobody's"])
def test_the_audit_of_nobody_else_lets_words_go(world: World, ada: Member, whose: str) -> None:
    eve = world.member(email="eve@example.org")
    member_id = eve.id if whose == "eve's" else None
    audit.note(
        world.db,
        now=world.now,
        actor="operator:1",
        action="access.given",
        reason="a kind word",
        member_id=member_id,
    )
    world.db.commit()
    delete(world, ada)

    world.db.execute(select(func.set_config("matinee.erasing", "on", True)))
    world.rows(Audit, reason="a kind word")[0].reason = "another"
    with pytest.raises(IntegrityError, match="never changed"):
        world.db.flush()


def test_a_review_goes_from_the_page_with_the_press(world: World, ada: Member) -> None:
    """However long Stripe or a mail server keep the rest of the account waiting."""
    page = f"/film/{world.title.slug}"
    assert f"Signed, {ADDRESS}" in text_of(world.site.get(page).text)

    erasing.ask(world.db, ada, now=world.now)
    world.db.commit()

    assert f"Signed, {ADDRESS}" not in text_of(world.site.get(page).text)


def test_reports_of_an_earlier_instant_keep_their_bytes(world: World, ada: Member) -> None:
    before = world.now
    asked = Question(
        as_of=before,
        zone=periods.zone("UTC"),
        by=periods.By.MONTH,
        horizon=timedelta(days=44),
        window=timedelta(days=14),
    )
    names = ("conversion", "outcomes", "films", "mrr", "notices")
    tasks.keep_ready()
    kept = {name: answers.printed(world.db, name, asked).json() for name in names}
    world.leap(minutes=1)

    delete(world, ada)
    tasks.keep_ready()

    assert {name: answers.printed(world.db, name, asked).json() for name in names} == kept


def test_a_second_press_and_a_checkout_that_waited_for_the_first_find_the_account_closed(
    world: World,
) -> None:
    bo = world.member(email="bo@example.org")
    erasing.ask(world.db, bo, now=world.now)

    erasing.ask(world.db, bo, now=world.now)
    with pytest.raises(trials.AccountClosed):
        world.open_checkout(bo)

    assert len(world.rows(Erasure)) == len(world.rows(Notice)) == 1
    assert not world.rows(CheckoutAttempt) and not world.rows(Customer)


def test_nothing_is_ever_written_to_an_address_that_was_erased(world: World, ada: Member) -> None:
    delete(world, ada)
    told = next(row for row in world.rows(Notice) if row.member_id == ada.id)
    sent = len(world.mailbox.sent)

    owed.owe(
        world.db,
        "receipt",
        "late",
        member_id=ada.id,
        subscription_id=told.subscription_id,
        object_id=world.rows(Invoice)[-1].stripe_id,
        now=world.now,
    )
    world.db.commit()
    world.tick()

    assert len(world.mailbox.sent) == sent
    assert [row.state for row in world.rows(Notice, key="late")] == ["dropped"]


class Erasing(MemoryMailbox):
    """A server that takes so long that the account is erased meanwhile."""

    def __init__(self, db: Session) -> None:
        super().__init__()
        self._db = db

    def send(self, message: EmailMessage) -> None:
        self._db.execute(sql_delete(Notice))
        self._db.commit()
        super().send(message)


def test_an_account_that_is_erased_while_an_e_mail_is_handed_in_holds_up_no_other(
    world: World,
) -> None:
    erasing.ask(world.db, world.member(email="bo@example.org"), now=world.now)
    world.db.commit()
    mailbox = Erasing(world.db)

    delivery.send_owed(mailbox, world.stripe, now=world.now)

    assert mailbox.sent == [("bo@example.org", "erased")]
    assert world.rows(Notice) == []


def test_nothing_is_taken_from_whoever_has_an_address_that_was_only_asked_for_or_was_left(
    world: World,
) -> None:
    """An address is anybody's until it is proved; one that was left may be somebody else's."""
    world.site.application.config["WTF_CSRF_ENABLED"] = False
    thief = world.member(email="bo@example.org", password=hashed())
    change = email_changes.ask(world.db, thief, "thief@example.org", now=world.now)
    email_changes.finish(world.db, change, thief, now=world.now)
    for address in ("victim@example.org", "bo@example.org", "abo@example.org"):
        world.member(email=address, password=hashed())
        form = {"name": "Vic", "email": address, "kind": "ordinary"}
        assert world.site.post("/withdraw", data=form).status_code == 200
        assert world.site.post("/cancellation", data=form).status_code == 200
        world.site.post("/account/sign-in/link", data={"email": address})
    asked = email_changes.ask(world.db, thief, "victim@example.org", now=world.now)
    owed.owe(
        world.db,
        "email_change",
        f"email_change:{asked.id}",
        member_id=None,
        address=asked.email,
        subscription_id=None,
        object_id=str(asked.id),
        now=world.now,
    )
    key = f"email_change:{asked.id}"
    world.db.commit()
    counts = set(world.db.scalars(select(RequestCount.key)))
    assert any("abo@" in key for key in counts)

    delete(world, thief)

    assert [row.name for row in world.rows(Withdrawal) if row.email] == ["Vic"] * 3
    assert [row.name for row in world.rows(Termination) if row.email] == ["Vic"] * 3
    assert len(world.rows(SignInLink)) == 3
    assert set(world.db.scalars(select(RequestCount.key))) >= counts
    assert "thief@" not in str([row.address for row in world.rows(Notice)])
    assert key not in [row.key for row in world.rows(Notice)]
