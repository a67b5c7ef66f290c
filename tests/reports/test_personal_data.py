"""What a person is given of themselves: all that any table holds, nothing of others, no secret."""

from __future__ import annotations

import json

import pytest

from accounts import email_changes, merges, passwords, sessions
from accounts.models import Member, SignUpRequest, Visitor
from billing import audit, giving
from billing.models import Invoice
from catalog import reviews
from reports import facts, personal_data
from tests.persons import lived, tables_with
from tests.world import World

FORMER, PRESENT, OTHER = "ada@former.example", "ada@present.example", "eve@example.org"


def plain(found: object) -> str:
    return json.dumps(found, default=str)


@pytest.fixture
def ada(world: World) -> Member:
    world.site.application.config["WTF_CSRF_ENABLED"] = False
    member = lived(world, FORMER)
    change = email_changes.ask(world.db, member, PRESENT, now=world.now)
    email_changes.finish(world.db, change, member, now=world.now)
    world.db.commit()
    world.advance(hours=1)
    return member


def test_every_table_that_knows_an_address_of_a_person_is_told(world: World, ada: Member) -> None:
    told = personal_data.told(world.db, ada.id)

    holding = tables_with(world, "ada@(former|present)")
    assert {"member", "email_change", "review", "termination", "withdrawal"} <= holding
    assert holding - {"request_count"} <= set(told)  # counts of tries are gone within a day
    assert {"subscription", "invoice", "consent", "notice", "fact", "playback_session"} <= set(told)
    [played] = told["playback_session"]
    assert played["film"] == world.title.slug


def test_nothing_of_somebody_else_and_no_secret_is_told(world: World, ada: Member) -> None:
    eve = lived(world, OTHER)
    review = reviews.by_member(world.db, world.title.id, ada)
    assert review is not None
    reviews.report(world.db, review.id, eve, f"says {OTHER}", now=world.now)
    token = sessions.new_token()
    name = ada.fs_uniquifier
    sessions.keep(world.db, token, {}, fs_uniquifier=name, device="Firefox", now=world.now)

    said = plain(personal_data.told(world.db, ada.id))

    assert PRESENT in said and FORMER in said and OTHER not in said
    assert "Firefox" in said and sessions.hashed(token) not in said
    assert ada.password and ada.password not in said and name not in said


def test_who_has_a_former_address_now_or_asks_for_the_present_one_is_not_told_of(
    world: World, ada: Member
) -> None:
    world.member(email=FORMER, password=passwords.hashed("a few long words here"))
    world.site.post("/withdraw", data={"name": "Bo Later", "email": FORMER})
    world.site.post("/account/sign-in/link", data={"email": FORMER})
    carl = world.member(email="carl@example.org")
    email_changes.ask(world.db, carl, PRESENT, now=world.now)
    world.db.commit()

    told = personal_data.told(world.db, ada.id)

    assert "Bo Later" not in plain(told) and "carl@" not in plain(told)
    assert "sign_in_link" not in told
    assert [row["former"] for row in told["email_change"]] == [FORMER]


def test_who_uses_the_same_browser_is_not_told_of(world: World, ada: Member) -> None:
    [browser] = [row.id for row in world.rows(Visitor) if row.member_id == ada.id][:1] or [
        joined(world, ada)
    ]
    asked = SignUpRequest(
        email=OTHER, password="", there="/", visitor_id=browser, asked_at=world.now
    )
    world.db.add(asked)
    eve = world.member(email=OTHER)
    facts.record(
        world.db,
        "account",
        f"member:{eve.id}",
        at=world.now,
        now=world.now,
        visitor_id=browser,
        member_id=eve.id,
    )
    world.db.commit()

    told = personal_data.told(world.db, ada.id)

    assert OTHER not in plain(told) and "visitor" in told
    assert {row["member_id"] for row in told["fact"]} <= {ada.id, None}


def joined(world: World, member: Member) -> int:
    browser = Visitor(token_hash="a browser", first_seen_at=world.now, member_id=member.id)
    world.db.add(browser)
    world.db.flush()
    return browser.id


def test_from_where_staff_acted_is_not_told(world: World, ada: Member) -> None:
    token = audit.network.set("192.0.2.77")
    try:
        giving.give(
            world.db,
            ada.id,
            "gift",
            days=3,
            actor="operator:1",
            reason="a kind word",
            now=world.now,
        )
        world.db.commit()
    finally:
        audit.network.reset(token)

    said = plain(personal_data.told(world.db, ada.id))

    assert "a kind word" in said and "192.0.2.77" not in said


def test_what_was_known_of_an_account_that_became_another_is_told_with_it(
    world: World, ada: Member
) -> None:
    gone = world.member(email="ada@third.example")
    merges.close(world.db, gone, ada, now=world.now)

    members = personal_data.told(world.db, ada.id)["member"]

    assert [row["email"] for row in members] == [PRESENT, "ada@third.example"]


def test_the_profile_hands_it_out_as_a_file_and_keeps_that_it_did(
    world: World, ada: Member
) -> None:
    assert world.site.post("/account/data").status_code == 303

    answer = world.signed_in(ada).post("/account/data")

    assert answer.status_code == 200
    name = f'attachment; filename="my-data-{world.now:%Y-%m-%d}.json"'
    assert answer.headers["Content-Disposition"] == name
    assert answer.headers["Cache-Control"] == "private, no-store"
    tables = json.loads(answer.text)["tables"]
    assert tables["member"][0]["email"] == PRESENT
    assert tables["audit"][-1]["action"] == "data.downloaded"
    assert tables["member"][0]["created_at"] == ada.created_at.isoformat()
    assert [row["number"] for row in tables["invoice"]] == [
        one.number for one in world.rows(Invoice)
    ]
