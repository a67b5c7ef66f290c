"""Reviews: what people thought of a film, in three orders, and writing one."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from accounts.models import Member
from catalog import plain
from catalog.models import Review

SORTS = ("newest", "highest", "lowest")
LONGEST_NAME, LONGEST_TEXT = 60, 5_000


def listed(
    db: Session, title_id: int, *, sort: str = "newest", limit: int, offset: int = 0
) -> list[Review]:
    """The approved reviews of a title; the newer first where the order leaves it open."""
    orders: dict[str, list[ColumnElement[Any]]] = {
        "highest": [Review.score.desc()],
        "lowest": [Review.score.asc()],
    }
    rows = db.scalars(
        _approved(title_id)
        .order_by(*orders.get(sort, []), Review.written_on.desc(), Review.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return list(rows)


def count(db: Session, title_id: int) -> int:
    """How many approved reviews a title has."""
    return db.scalar(select(func.count()).select_from(_approved(title_id).subquery())) or 0


def by_member(db: Session, title_id: int, member: Member) -> Review | None:
    """The review that ``member`` wrote of a title, approved or not."""
    mine = select(Review).where(Review.title_id == title_id, Review.member_id == member.id)
    return db.scalar(mine)


def write(
    db: Session,
    title_id: int,
    member: Member,
    *,
    name: str,
    score: int,
    text: str,
    spoiler: bool,
    on: date,
    status: str = "approved",
) -> None:
    """Keep ``member``'s review of a title: one a film, the last one written stands.

    ``score`` is 1 to 10. Who may write is the watch gate's question, asked by the caller.
    """
    said = {
        "name": plain.storable(name)[:LONGEST_NAME],
        "score": score,
        "text": plain.storable(text)[:LONGEST_TEXT],
        "spoiler": spoiler,
        "written_on": on,
        "status": status,
    }
    db.execute(
        insert(Review)
        .values(title_id=title_id, member_id=member.id, **said)
        .on_conflict_do_update(index_elements=["title_id", "member_id"], set_=said)
    )


def _approved(title_id: int) -> Any:
    return select(Review).where(Review.title_id == title_id, Review.status == "approved")
