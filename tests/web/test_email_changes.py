"""Another e-mail address: the old one works until the new one is proved, and hears of it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts import email_changes, merges, passwords
from accounts.email_changes import ChangeOver
from accounts.models import EmailChange, Member
from billing import customers, finding, subscriptions
from billing.gateway import StripeRefused
from billing.models import Audit, Customer
from sandbox.faults import Fault
from tests import factories
from tests.web.forms import send, text
from tests.web.reading import text_of
from tests.world import World
from workers import tasks, upkeep

FORM, PASSWORD = "/account/email", "her own password"
LINK = re.compile(r"http://\S+(/account/email/\S+)")
OLD, NEW = "ada@example.org", "ada@new.example"


@pytest.fixture
def ada(world: World) -> Member:
    return world.member(email=OLD, password=passwords.hashed(PASSWORD))


@pytest.fixture
def browser(world: World, ada: Member) -> FlaskClient:
    return world.signed_in(ada)


def ask(browser: FlaskClient, email: str = NEW) -> str:
    """Ask for the change; what the page says that follows."""
    answer = send(browser, FORM, email=email, password=PASSWORD)
    assert (answer.status_code, answer.location) == (303, "/account/email/sent")
    return text_of(browser.get(answer.location).text)


def mailed(world: World, kind: str) -> list[tuple[str, str]]:
    """To whom e-mails of a kind went, and what they say."""
    tasks.send_owed()
    world.db.expire_all()
    found = [(mail["To"], mail.get_body(("plain",))) for mail in world.mailbox.of_kind(kind)]
    return [(str(to), body.get_content()) for to, body in found if body is not None]


def link(world: World) -> str:
    """The path of the link that was mailed last."""
    found = LINK.search(mailed(world, "email_change")[-1][1])
    assert found is not None
    return found[1]


def test_the_new_address_counts_once_its_link_is_pressed_and_the_old_one_is_told(
    world: World, ada: Member, browser: FlaskClient
) -> None:
    said = ask(browser, " Ada@New.example")
    assert NEW in said and f"Until then everything goes to {OLD}" in said
    there = link(world)
    assert mailed(world, "email_change")[-1][0] == NEW

    # opening it does nothing, and the old address works
    assert NEW in text(browser.get(there)) and OLD in text(browser.get(there))
    world.db.refresh(ada)
    assert ada.email == OLD and not mailed(world, "email_changed")

    answer = send(browser, there)

    assert (answer.status_code, answer.location) == (303, "/account/profile")
    assert NEW in text(browser.get("/account/profile"))
    world.db.refresh(ada)
    assert (ada.email, ada.email_canonical) == (NEW, NEW)
    [(to, told)] = mailed(world, "email_changed")
    assert to == OLD and "another address" in told and NEW not in told
    rows = [row for row in world.rows(Audit) if row.action == "email.changed"]
    assert [(row.actor, row.member_id) for row in rows] == [(f"member:{ada.id}", ada.id)]
    for email, status in ((OLD, 200), (NEW, 302)):
        other = world.site.application.test_client()
        tried = send(other, "/account/sign-in", email=email, password=PASSWORD)
        assert tried.status_code == status


def test_stripe_is_told_as_soon_as_it_answers_and_what_is_owed_goes_to_the_new_address(
    world: World, ada: Member, browser: FlaskClient
) -> None:
    world.start_trial(ada)
    customer = world.rows(Customer)[0].stripe_id
    world.sandbox.faults.plan(Fault("error", count=4, method="POST", path="/v1/customers"))
    ask(browser)
    send(browser, link(world))

    upkeep.tell_addresses()
    assert world.at_stripe("get", f"/v1/customers/{customer}")["email"] == OLD
    world.advance(minutes=10)

    assert world.at_stripe("get", f"/v1/customers/{customer}")["email"] == NEW
    world.db.expire_all()
    assert world.rows(Customer)[0].address_due_at is None
    world.advance(days=23, step=timedelta(days=23))
    reminder = world.mailbox.of_kind("trial_ending")[-1]
    assert reminder["To"] == NEW


def test_a_customer_that_is_gone_at_stripe_is_told_nothing_and_holds_nobody_up(
    world: World, ada: Member
) -> None:
    world.start_trial(ada)
    [customer] = world.rows(Customer)
    customers.owe_address(world.db, ada.id, now=world.now)
    subscriptions.mirror(world.db, world.stripe, str(customer.stripe_id), gone=True, now=world.now)
    world.db.commit()

    assert customers.addresses_due(world.db) == []
    assert world.rows(Customer)[0].address_due_at is None


def test_the_former_address_still_means_its_owner_where_one_leaves_and_at_the_desk(
    world: World, ada: Member, browser: FlaskClient
) -> None:
    ask(browser)
    send(browser, link(world))

    found = merges.by_address(world.db, OLD)
    assert found is not None and found.id == ada.id
    assert [one.id for one in finding.like(world.db, OLD)] == [ada.id]

    # until somebody else has it
    other = world.member(email=OLD)
    found = merges.by_address(world.db, OLD)
    assert found is not None and found.id == other.id


def over_by(world: World, case: str, browser: FlaskClient, there: str) -> FlaskClient:
    if case == "used":
        send(browser, there)
    elif case == "too old":
        world.leap(minutes=61)
    elif case == "newer":
        ask(browser, "ada@third.example")
    elif case == "taken":
        world.member(email=NEW)
    elif case == "another's":
        return world.signed_in(world.member(email="eve@example.org"))
    return browser


@pytest.mark.parametrize(
    ("case", "why"),
    [
        ("used", "has been used"),
        ("too old", "works for an hour"),
        ("newer", "A newer link was sent"),
        ("taken", "an account of its own"),
        ("another's", "for another account"),
        ("forged", "incomplete or too old"),
    ],
)
def test_a_link_that_is_over_says_why_and_changes_nothing(
    world: World, ada: Member, browser: FlaskClient, case: str, why: str
) -> None:
    ask(browser)
    there = f"{FORM}/WzFd.Zm9y.c2ln" if case == "forged" else link(world)
    reader = over_by(world, case, browser, there)
    world.db.refresh(ada)
    before = ada.email

    page = reader.get(there)
    answer = reader.post(there, data={"csrf_token": _token(reader)})

    assert (page.status_code, answer.status_code) == (409, 409)
    assert why in text_of(page.text) and why in text_of(answer.text)
    world.db.expire_all()
    assert world.db.get_one(Member, ada.id).email == before


def _token(browser: FlaskClient) -> str:
    found = re.search(
        r'name="csrf_token"[^>]*value="([^"]+)"', text(browser.get("/account/profile"))
    )
    assert found is not None
    return found[1]


def test_whoever_is_signed_out_signs_in_first_and_comes_back_to_the_link(
    world: World, ada: Member, browser: FlaskClient
) -> None:
    ask(browser)
    there = link(world)

    answer = world.site.application.test_client().get(there)

    assert answer.status_code == 303 and f"next={there}" in answer.location.replace("%2F", "/")


@pytest.mark.parametrize(
    ("email", "password", "why"),
    [
        (NEW, "not it", "not your present password"),
        ("nonsense", PASSWORD, "Enter your e-mail address"),
        (OLD.upper(), PASSWORD, "This is your address already."),
    ],
)
def test_a_wrong_password_or_address_is_refused_with_a_sentence(
    world: World, browser: FlaskClient, email: str, password: str, why: str
) -> None:
    answer = send(browser, FORM, email=email, password=password)

    assert answer.status_code == 422 and why in text_of(answer.text)
    assert world.rows(EmailChange) == [] and not mailed(world, "email_change")


def test_an_address_that_is_known_is_answered_alike_and_told_to_its_owner_alone(
    world: World, browser: FlaskClient
) -> None:
    world.member(email="eve@example.org")
    unknown, known = ask(browser), ask(browser, "eve@example.org")

    assert known.replace("eve@example.org", NEW) == unknown
    (_, to_nobody), (_, to_eve) = mailed(world, "email_change")
    assert "an account of its own" in to_eve and LINK.search(to_eve) is None
    assert LINK.search(to_nobody)


def test_a_link_goes_on_to_work_where_no_newer_one_is_sent(
    world: World, ada: Member, browser: FlaskClient
) -> None:
    # given as many e-mails as an address is sent
    for _ in range(3):
        ask(browser)
    there = link(world)

    # when one more is asked for, which is not sent
    ask(browser)

    # then the last one that was sent works
    assert len(mailed(world, "email_change")) == 3
    assert send(browser, there).status_code == 303
    world.db.refresh(ada)
    assert ada.email == NEW


def test_the_audit_says_where_stripe_refuses_an_address(
    world: World, ada: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.start_trial(ada)
    customers.owe_address(world.db, ada.id, now=world.now)
    [due] = customers.addresses_due(world.db)

    def refuse(*_: object, **__: object) -> None:
        raise StripeRefused("email_invalid", "Invalid email address")

    monkeypatch.setattr(world.stripe, "set_address", refuse)
    customers.tell_address(world.db, world.stripe, due, now=world.now)

    kept = [row.action for row in world.rows(Audit) if row.action.startswith("customer.address")]
    assert kept == ["customer.address_refused"]
    assert customers.addresses_due(world.db) == []  # to be asked again brings nothing


def test_whoever_has_no_password_is_led_to_one(world: World) -> None:
    browser = world.signed_in(world.member(email="bo@example.org"))

    assert browser.get(FORM).location == "/account/password"
    assert browser.get("/account/email/sent").location == "/account/profile"


def test_of_two_who_prove_an_address_at_once_one_is_told_that_it_is_taken(db: Session) -> None:
    now = factories.NOW
    first, second = (factories.member(db, email=f"{name}@example.org") for name in ("a", "b"))
    asked = [email_changes.ask(db, one, NEW, now=now) for one in (first, second)]
    email_changes.finish(db, asked[0], first, now=now)

    with pytest.raises(ChangeOver, match="an account of its own"):
        email_changes.finish(db, asked[1], second, now=now)

    assert second.email == "b@example.org" and first.email == NEW


def test_what_nobody_proved_is_forgotten_after_a_day(db: Session) -> None:
    member, now = factories.member(db), factories.NOW
    done = email_changes.ask(db, member, NEW, now=now)
    email_changes.finish(db, done, member, now=now)
    email_changes.ask(db, member, "third@example.org", now=now)

    email_changes.purge(db, now=now + timedelta(days=1, seconds=1))

    assert db.query(EmailChange).one().email == NEW
