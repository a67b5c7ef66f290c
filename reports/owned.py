"""The facts of those to whom something happened in a period, instead of everybody's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Visitor
from reports import reading, records
from reports.models import Fact
from reports.people import FactRow, People
from reports.periods import Period
from reports.records import Record, Records

AT_ONCE = 2000


def known(
    db: Session,
    kind: str,
    *,
    within: Period,
    as_of: datetime,
    kinds: Collection[str],
    source: str | None = None,
) -> Records:
    """Everything of ``kinds`` that was known at ``as_of`` of whoever has a fact of ``kind`` inside
    the period, and first came from ``source`` if one is given: for a report on such facts the same
    as everything of everybody."""
    people = People(db)
    owners = _owners(db, kind, within, as_of)
    asked = kinds if source is None else {*kinds, "visit"}
    found = records.gathered(_records(db, people, owners, as_of, asked), as_of=as_of)
    return found if source is None else records.only_from(found, source)


def of(db: Session, owners: Collection[str], *, as_of: datetime, kinds: Collection[str]) -> Records:
    """Everything of ``kinds`` that was known at ``as_of`` of these owners of ready-made rows."""
    people, every = People(db), sorted(owners)
    lots = (every[first : first + AT_ONCE] for first in range(0, len(every), AT_ONCE))
    found = (each for lot in lots for each in _of_lot(db, people, lot, as_of, kinds))
    return records.gathered(found, as_of=as_of)


def _of_lot(
    db: Session, people: People, owners: list[str], as_of: datetime, kinds: Collection[str]
) -> Iterator[Record]:
    names: defaultdict[str, set[str]] = defaultdict(set)
    for owner in owners:
        kind, _, name = owner.partition(":")
        names[kind].add(name)
    members = {each for name in names["member"] for each in people.merged(int(name))}
    browsers = select(Visitor.id).where(Visitor.member_id.in_(members))
    visitors = set(db.scalars(browsers)) | set(map(int, names["visitor"]))
    for row in reading.of_owners(db, members, visitors, names["history"], kinds):
        person = people.named(row, as_of) if row.at <= as_of else None
        if person is not None:
            yield reading.built(row, person)


class _Owners:
    """Members, visitors and people from elsewhere, as the facts name them."""

    def __init__(self, rows: Collection[FactRow], people: People) -> None:
        self.members: set[int] = set()
        self.visitors: set[int] = set()
        self.others: set[str] = set()
        for row in rows:
            member_id = row.member_id or row.joined_id
            if member_id is not None:
                self.members |= people.merged(people.survivor(member_id))
            if row.visitor_id is not None:
                self.visitors.add(row.visitor_id)
            if row.other:
                self.others.add(row.other)


def _owners(db: Session, kind: str, within: Period, as_of: datetime) -> list[FactRow]:
    asked = (
        select(
            Fact.member_id,
            Fact.visitor_id,
            Fact.data["person"].astext.label("other"),
            Visitor.member_id.label("joined_id"),
        )
        .outerjoin(Visitor, Visitor.id == Fact.visitor_id)
        .where(Fact.kind == kind, Fact.at >= within.start, Fact.at < within.end, Fact.at <= as_of)
        .distinct()
    )
    return list(db.execute(asked))


def _records(
    db: Session,
    people: People,
    owners: list[FactRow],
    as_of: datetime,
    kinds: Collection[str],
) -> Iterator[Record]:
    """Lot by lot: a statement has room for some thousands of names."""
    for first in range(0, len(owners), AT_ONCE):
        lot = _Owners(owners[first : first + AT_ONCE], people)
        browsers = select(Visitor.id).where(Visitor.member_id.in_(lot.members))
        visitors = lot.visitors | set(db.scalars(browsers))
        for row in reading.of_owners(db, lot.members, visitors, lot.others, kinds):
            person = people.named(row, as_of) if row.at <= as_of else None
            if person is not None:
                yield reading.built(row, person)
