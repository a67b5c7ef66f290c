"""Who a fact was of at an instant: browsers joined, accounts merged, staff and tests left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, func, or_, select
from sqlalchemy.orm import Session

from accounts.models import FormerMark, Member, MemberRole

FactRow = Row[Any]
ALWAYS, EVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Mark:
    """The spans in which a member is left out, and since when it is another one."""

    left_out: tuple[tuple[datetime, datetime], ...]
    merged_at: datetime | None
    into: int | None


class People:
    """The members of whom anything but themselves is true. A mark without an instant was always
    there: it is older than our noting of instants."""

    def __init__(self, db: Session) -> None:
        staff = (
            select(
                MemberRole.member_id,
                func.min(func.coalesce(MemberRole.since, ALWAYS)).label("since"),
            )
            .group_by(MemberRole.member_id)
            .subquery()
        )
        former: defaultdict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
        for past in db.execute(select(FormerMark.member_id, FormerMark.since, FormerMark.until)):
            former[past.member_id].append((past.since or ALWAYS, past.until))
        found = db.execute(
            select(
                Member.id,
                Member.is_test,
                Member.test_since,
                Member.merged_into_id,
                Member.merged_at,
                staff.c.since.label("staff_since"),
            )
            .outerjoin(staff, staff.c.member_id == Member.id)
            .where(
                or_(
                    Member.is_test,
                    Member.merged_into_id.is_not(None),
                    staff.c.since.is_not(None),
                    Member.id.in_(list(former)),
                )
            )
        )
        self._marks = {row.id: _mark(row, former[row.id]) for row in found}
        self._merged: defaultdict[int, set[int]] = defaultdict(set)
        for member_id, mark in self._marks.items():
            if mark.into is not None:
                self._merged[mark.into].add(member_id)

    def named(self, row: FactRow, at: datetime) -> str | None:
        """Whose the fact is at ``at``; ``None`` if it is nobody's or of somebody left out."""
        member_id = row.member_id
        if member_id is None and row.joined_at is not None and row.joined_at <= at:
            member_id = row.joined_id
        if member_id is not None:
            return self._member(member_id, at)
        if row.data.get("person"):
            return f"history:{row.data['person']}"
        return f"visitor:{row.visitor_id}" if row.visitor_id is not None else None

    def _member(self, member_id: int, at: datetime) -> str | None:
        seen: set[int] = set()
        while member_id not in seen and (mark := self._marks.get(member_id)):
            if any(since <= at < until for since, until in mark.left_out):
                return None
            if mark.into is None or mark.merged_at is None or mark.merged_at > at:
                break
            seen.add(member_id)
            member_id = mark.into
        return f"member:{member_id}"

    def resolved(self, at: datetime) -> dict[int, int | None]:
        """Every member who is somebody else at ``at``, and who; nobody stands for one left out."""
        found: dict[int, int | None] = {}
        for member_id in self._marks:
            person = self._member(member_id, at)
            if person != f"member:{member_id}":
                found[member_id] = int(person.removeprefix("member:")) if person else None
        return found

    def survivor(self, member_id: int) -> int:
        """The account that ``member_id`` has been merged into by now, or itself."""
        seen: set[int] = set()
        while (mark := self._marks.get(member_id)) and mark.into is not None:
            if member_id in seen:
                return min(seen)
            seen.add(member_id)
            member_id = mark.into
        return member_id

    def merged(self, survivor: int) -> set[int]:
        """``survivor`` and every account that has become it."""
        found, waiting = {survivor}, [survivor]
        while waiting:
            new = self._merged[waiting.pop()] - found
            found |= new
            waiting += new
        return found

    def changed_at(self, members: Iterable[int]) -> set[datetime]:
        """The instants at which a mark of one of ``members`` began or ended."""
        marks = [self._marks[member] for member in members if member in self._marks]
        edges = {at for mark in marks for span in mark.left_out for at in span}
        merged = {mark.merged_at for mark in marks if mark.merged_at is not None}
        return (edges | merged) - {ALWAYS, EVER}


def _mark(row: FactRow, former: list[tuple[datetime, datetime]]) -> _Mark:
    test = (row.test_since or ALWAYS) if row.is_test else None
    since = [(at, EVER) for at in (test, row.staff_since) if at is not None]
    merged = (row.merged_at or ALWAYS) if row.merged_into_id is not None else None
    return _Mark((*since, *former), merged, row.merged_into_id)
