"""Keeps the ready-made rows in step with the facts: owner by owner, or all of them anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, exists, func, select, text
from sqlalchemy.orm import Session

from accounts.models import Visitor
from core import copying
from reports import first_looks, lookers, paying, reading, spans, stories, trial_days, ways
from reports.people import FactRow, People
from reports.ready_models import (
    Counter,
    CounterDue,
    FactDue,
    FirstLook,
    FirstLookDue,
    Journey,
    Paying,
    TrialDay,
    TrialDayDue,
    TrialStory,
)
from reports.ways import Row

LOCK = 5_240_919
AT_ONCE = 2000
OWNED = (Journey, TrialStory, Paying)
TOGETHER = (first_looks.DUE, trial_days.DUE)
EVERY = (
    *(FactDue, CounterDue, Counter),
    *(FirstLookDue, FirstLook, TrialDayDue, TrialDay),
    *OWNED,
)
FOLD = text(
    """
    WITH gone AS (DELETE FROM counter_due RETURNING title_id, day, kind, number)
    INSERT INTO counter AS c (title_id, day, kind, number)
    SELECT title_id, day, kind, sum(number) FROM gone GROUP BY title_id, day, kind
    ON CONFLICT (title_id, day, kind) DO UPDATE SET number = c.number + excluded.number
    """
)
COUNT = text(
    """
    INSERT INTO counter (title_id, day, kind, number)
    SELECT coalesce(title_id, 0), (at AT TIME ZONE 'UTC')::date, kind, count(*)
    FROM fact WHERE kind IN ('visit', 'cta_seen', 'cta_click', 'play') GROUP BY 1, 2, 3
    """
)
# The earliest first: what a period asks for then lies together.
OWNERS = text(
    """
    SELECT owner FROM (
        SELECT CASE
            WHEN f.member_id IS NOT NULL THEN 'member:' || f.member_id
            WHEN v.joined_at IS NOT NULL THEN 'member:' || v.member_id
            WHEN f.visitor_id IS NOT NULL THEN 'visitor:' || f.visitor_id
            ELSE 'history:' || (f.data ->> 'person') END AS owner, min(f.at) AS first_at
        FROM fact AS f LEFT JOIN visitor AS v ON v.id = f.visitor_id
        GROUP BY 1
    ) AS owners WHERE owner IS NOT NULL ORDER BY first_at, owner
    """
)


def catch_up(db: Session) -> None:
    """Bring every row up to date with the facts that ``db`` can see."""
    while db.scalar(select(exists().select_from(FactDue))):
        keep(db)


def keep(db: Session) -> int:
    """Bring some of those up to date of whom anything new was noted; returns how many waited.

    One keeper works at a time: a second one waits, and finds the work done.
    """
    db.execute(select(func.pg_advisory_xact_lock(LOCK)))
    some = select(FactDue.id).order_by(FactDue.id).limit(AT_ONCE)
    due = db.scalars(delete(FactDue).where(FactDue.id.in_(some)).returning(FactDue.owner)).all()
    db.execute(FOLD)
    if due:
        make(db, set(due))
    return len(due)


def make(db: Session, owners: Collection[str]) -> None:
    """Make the rows of ``owners`` anew, or of whom they have become, and have those days taken
    together again on which anything of theirs changed."""
    lot = _Lot(db, owners)
    before = [due.states(db, lot.named) for due in TOGETHER]
    _forget(db, lot.named)
    _make(db, lot)
    for due, state in zip(TOGETHER, before, strict=True):
        due.mark(db, state, due.states(db, lot.named))


class _Lot:
    """Owners by what they are by now: ``survivors`` are members, ``alone`` visitors who joined
    nobody, ``others`` people from elsewhere, and ``named`` are all of them as rows name them."""

    def __init__(self, db: Session, owners: Collection[str]) -> None:
        names: defaultdict[str, set[str]] = defaultdict(set)
        for owner in owners:
            kind, _, name = owner.partition(":")
            names[kind].add(name)
        visitors, members = set(map(int, names["visitor"])), map(int, names["member"])
        known = select(Visitor.id, Visitor.member_id, Visitor.joined_at)
        found = db.execute(known.where(Visitor.id == func.any(sorted(visitors))))
        joined = {v.id: v.member_id for v in found if v.member_id and v.joined_at}
        self.people = People(db)
        self.survivors = {self.people.survivor(each) for each in (*members, *joined.values())}
        self.alone = visitors - joined.keys()
        self.others = names["history"]
        self.named = {*owners, *(f"member:{each}" for each in self.survivors)}


def _make(db: Session, lot: _Lot) -> None:
    simple = lookers.among(db, lot.alone)
    if simple:
        lookers.make(db, simple)
    _make_others(db, lot.people, lot.survivors, lot.alone - simple, lot.others)


def _forget(db: Session, owners: Collection[str]) -> None:
    for table in OWNED:
        gone = delete(table).where(table.owner == func.any(sorted(owners)))
        db.execute(gone.execution_options(synchronize_session=False))


def _make_others(
    db: Session, people: People, survivors: set[int], alone: set[int], others: set[str]
) -> None:
    members = {each for survivor in survivors for each in people.merged(survivor)}
    browsers = select(Visitor.id, Visitor.member_id, Visitor.joined_at).where(
        Visitor.member_id.in_(members), Visitor.joined_at.is_not(None)
    )
    instants: defaultdict[str, set[datetime]] = defaultdict(set)
    visitors = set(alone)
    for visitor_id, member_id, joined_at in db.execute(browsers):
        assert member_id is not None and joined_at is not None  # asked for by the query
        visitors.add(visitor_id)
        instants[f"member:{people.survivor(member_id)}"].add(joined_at)
    for survivor in survivors:
        instants[f"member:{survivor}"] |= people.changed_at(people.merged(survivor))
    owned: defaultdict[str, list[FactRow]] = defaultdict(list)
    for row in reading.of_owners(db, members, visitors, others):
        owned[_owner(row, people)].append(row)
    journeys: list[Row] = []
    told: list[Row] = []
    paid: list[Row] = []
    for owner, rows in owned.items():
        for span in spans.cut(rows, people, instants[owner]):
            journeys += ways.rows(owner, span)
            told += stories.rows(owner, span)
            paid += paying.rows(owner, span)
    copying.copy(db, Journey, journeys)
    copying.copy(db, TrialStory, told)
    copying.copy(db, Paying, paid)


def _owner(row: FactRow, people: People) -> str:
    member_id = row.member_id or (row.joined_id if row.joined_at else None)
    if member_id is not None:
        return f"member:{people.survivor(member_id)}"
    if row.data.get("person"):
        return f"history:{row.data['person']}"
    return f"visitor:{row.visitor_id}"


def fill(db: Session, *, now: datetime) -> int:
    """Take the looks and trials of days together again where any changed. Returns the days."""
    db.execute(select(func.pg_advisory_xact_lock(LOCK)))
    return first_looks.fill(db, now=now) + trial_days.fill(db)


def rebuild(db: Session, *, now: datetime) -> int:
    """Make all rows anew from the facts: the same ones, byte for byte. Returns whose they are."""
    db.execute(select(func.pg_advisory_xact_lock(LOCK)))
    for table in EVERY:
        db.execute(delete(table).execution_options(synchronize_session=False))
    db.execute(COUNT)
    owners = _survivors(db, db.scalars(OWNERS).all())
    for first in range(0, len(owners), AT_ONCE):
        _make(db, _Lot(db, owners[first : first + AT_ONCE]))
    for due in TOGETHER:
        due.mark_all(db)
    fill(db, now=now)
    return len(owners)


def _survivors(db: Session, owners: Sequence[str]) -> list[str]:
    """Each of ``owners`` as the one whom all of its rows are kept under, once."""
    people, once = People(db), dict[str, None]()
    for owner in owners:
        kind, _, name = owner.partition(":")
        survivor = f"member:{people.survivor(int(name))}" if kind == "member" else owner
        once[survivor] = None
    return list(once)
