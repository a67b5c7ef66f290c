"""Roles that are given and taken: who is staff from now on changes no report of the past."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import sign_up
from accounts.models import Member, MemberRole
from billing import staff
from reports import marking
from reports.answers import printed
from reports.questions import Question
from tests import factories
from tests.factories import NOW
from tests.world import World
from workers import tasks


def give(db: Session, member: Member, *names: str, now: datetime) -> None:
    """Another admin lets ``member`` hold exactly these roles."""
    staff.set_roles(db, member, names, actor="operator:0", reason="asked", now=now)


def since(db: Session, member: Member) -> dict[str, datetime | None]:
    """The roles that a member holds, each with its instant."""
    rows = db.scalars(select(MemberRole).where(MemberRole.member_id == member.id))
    found = {row.role_id: row.since for row in rows}
    return {role.name: found[role.id] for role in member.roles}


def test_a_new_role_begins_now_and_the_others_keep_their_instant(db: Session) -> None:
    # given somebody who was hired today
    eve = factories.member(db)
    give(db, eve, "viewer", now=NOW)
    assert since(db, eve) == {"viewer": NOW}

    # when they are given a role more, and then another one instead
    later = NOW + timedelta(days=9)
    give(db, eve, "viewer", "support", now=later)
    assert since(db, eve) == {"viewer": NOW, "support": NOW}
    give(db, eve, "finance", now=later)

    # then they have been staff since today all the same
    assert since(db, eve) == {"finance": NOW}


def test_a_role_that_was_always_held_leaves_its_holder_out_always(db: Session) -> None:
    eve = factories.member(db)
    eve.roles.append(sign_up.role(db, "viewer"))
    db.flush()

    give(db, eve, "support", now=NOW)

    assert since(db, eve) == {"support": None}


def test_whoever_is_hired_stays_in_the_reports_of_the_time_before(world: World) -> None:
    # given a payer, and a report of that day
    ada = world.member()
    world.start_trial(ada)
    world.pass_the_first_charge()
    tasks.keep_ready()
    asked = Question(as_of=world.now, zone=ZoneInfo("UTC"))
    before = printed(world.db, "conversion", asked, None).json()

    # when the payer is hired later
    world.leap(days=40)
    give(world.db, ada, "viewer", now=world.now)
    world.db.commit()
    tasks.keep_ready()

    # then the report of that day is as it was
    assert printed(world.db, "conversion", asked, None).json() == before


def test_whoever_is_staff_no_longer_is_counted_from_then_on_and_not_in_reports_before(
    world: World,
) -> None:
    # given a payer who is staff, and a report that leaves them out
    ada = world.member()
    world.start_trial(ada)
    world.pass_the_first_charge()
    give(world.db, ada, "viewer", now=world.now)
    world.leap(days=40)
    before = counted(world)
    asked = Question(as_of=world.now, zone=ZoneInfo("UTC"))
    said = printed(world.db, "conversion", asked, None).json()

    # when their last role is taken
    world.leap(days=1)
    give(world.db, ada, now=world.now)

    # then they count from now on, and the report of the day before is as it was
    assert (before, counted(world)) == (0, 1)
    assert printed(world.db, "conversion", asked, None).json() == said


def test_an_account_that_is_a_test_no_longer_stays_out_of_the_reports_of_before(
    world: World,
) -> None:
    # given a test account with a trial, marked so twice
    ada = world.member()
    world.start_trial(ada)
    mark(world, ada, is_test=True)
    asked = Question(as_of=world.now, zone=ZoneInfo("UTC"))
    world.leap(days=1)
    mark(world, ada, is_test=True)
    said = printed(world.db, "conversion", asked, None).json()

    # when the mark is taken back
    mark(world, ada, is_test=False)

    # then reports count the trial from now on
    assert counted(world) == 1
    assert printed(world.db, "conversion", asked, None).json() == said


def mark(world: World, member: Member, *, is_test: bool) -> None:
    """An operator says whether ``member`` is a test account."""
    found = world.db.get_one(Member, member.id)
    marking.as_test(world.db, found, is_test, actor="operator:1", reason="asked", now=world.now)


def counted(world: World) -> int:
    """How many trials a report of now counts."""
    world.db.commit()
    tasks.keep_ready()
    asked = Question(as_of=world.now, zone=ZoneInfo("UTC"))
    found = printed(world.db, "conversion", asked, None).plain["rows"]
    return sum(row["starts"] for row in found)
