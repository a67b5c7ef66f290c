"""The table of facts, read: whose facts count, and as whose."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from accounts.models import Member, MemberRole, Role, Visitor
from reports import facts, reading, trials
from reports.records import AccountMade, Paid, TrialStarted, Visit
from tests import factories
from tests.queries import counted
from tests.reports.stories import at

AS_OF = at("09-20 00:00")


def note(db: Session, kind: str, key: str, when: str, **over: Any) -> None:
    facts.record(db, kind, key, at=at(when), now=AS_OF, **over)


def trial_of(db: Session, member: Member, when: str = "07-01 10:00") -> None:
    ends = at(when) + timedelta(days=30)
    told = {"offer": "monthly", "interval": "month", "carded": True, "kind": "trial"}
    data = {**told, "trial_ends_at": ends.isoformat(), "charge_at": ends.isoformat()}
    note(db, "trial", f"trial of {member.id} {when}", when, member_id=member.id, data=data)


def visitor(db: Session, token: str, **over: Any) -> Visitor:
    made = Visitor(token_hash=token, first_seen_at=at("07-01 00:00"), **over)
    db.add(made)
    db.flush()
    return made


def people(db: Session, as_of: datetime = AS_OF) -> list[str]:
    return [start.person for start in reading.known(db, as_of=as_of).of(TrialStarted)]


def test_staff_and_test_accounts_are_left_out(db: Session) -> None:
    guest, tester, clerk = (factories.member(db, is_test=test) for test in (False, True, False))
    role = Role(name="viewer of reports")
    db.add(role)
    db.flush()
    db.add(MemberRole(member_id=clerk.id, role_id=role.id))
    for each in (guest, tester, clerk):
        trial_of(db, each)

    assert people(db) == [f"member:{guest.id}"]


def test_merged_people_are_counted_once_under_the_survivor(db: Session) -> None:
    # given three accounts of one person, merged one into the next
    last = factories.member(db)
    middle = factories.member(db, merged_into_id=last.id)
    first = factories.member(db, merged_into_id=middle.id)

    # when two of them start a trial on one day, one inside the other
    trial_of(db, first, "07-01 10:00")
    trial_of(db, middle, "07-05 10:00")

    # then it is one trial of the one who is left
    found = trials.counted(reading.known(db, as_of=AS_OF))
    assert [trial.person for trial in found] == [f"member:{last.id}"]


def test_a_visitor_is_the_member_from_the_moment_at_which_they_were_joined(db: Session) -> None:
    member = factories.member(db)
    browser = visitor(
        db, "browser", member_id=member.id, joined_at=at("07-02 10:00"), source="search"
    )
    note(db, "visit", "v", "07-01 10:00", visitor_id=browser.id)
    note(db, "account", "a", "07-02 10:00", visitor_id=browser.id, member_id=member.id)

    before = reading.known(db, as_of=at("07-02 09:59"))
    after = reading.known(db, as_of=at("07-02 10:00"))

    assert [v.person for v in before.of(Visit)] == [f"visitor:{browser.id}"]
    assert [(v.person, v.source) for v in after.of(Visit)] == [(f"member:{member.id}", "search")]
    assert [a.person for a in after.of(AccountMade)] == [f"member:{member.id}"]


def test_a_fact_names_the_film_by_its_address(db: Session) -> None:
    film = factories.title(db, name="Nosferatu")
    browser = visitor(db, "browser")
    note(db, "visit", "v", "07-01 10:00", visitor_id=browser.id, title_id=film.id)

    assert [v.film for v in reading.known(db, as_of=AS_OF).of(Visit)] == [film.slug]


def test_a_payment_keeps_its_price_where_a_passing_discount_was_taken_off(db: Session) -> None:
    member = factories.member(db)
    money = {"gross_minor": 300, "tax_minor": 50, "currency": "GBP", "interval": "month"}
    data = {**money, "price_minor": 583}
    note(db, "payment", "p", "07-31 10:00", member_id=member.id, data=data)

    [paid] = reading.known(db, as_of=AS_OF).of(Paid)

    assert (paid.net_minor, paid.price_minor, paid.currency) == (250, 583, "gbp")


def test_one_trial_and_three_are_read_with_the_same_number_of_queries(db: Session) -> None:
    asked: list[int] = []
    for _ in range(2):
        for _ in range(1 + len(asked)):
            trial_of(db, factories.member(db))
        db.flush()
        with counted(db) as statements:
            reading.known(db, as_of=AS_OF)
        asked.append(len(statements))

    assert asked[0] == asked[1]


def test_a_mark_leaves_somebody_out_from_its_own_instant_on(db: Session) -> None:
    since = at("08-01 00:00")
    survivor = factories.member(db)
    tester = factories.member(db, is_test=True, test_since=since)
    merged = factories.member(db, merged_into_id=survivor.id, merged_at=since)
    trial_of(db, tester)
    trial_of(db, merged, "07-02 10:00")

    assert people(db, at("07-31 23:59")) == [f"member:{tester.id}", f"member:{merged.id}"]
    assert people(db, since) == [f"member:{survivor.id}"]
