"""How the desk calls those who act and those who are concerned."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Member
from billing.models import Audit
from core import keyset
from web.filters import day_and_time

MACHINES = {"matinee": "Matinee", "stripe": "Stripe"}


class Names:
    """Who is who among some rows: members by id, actors as they are written down."""

    def __init__(self, emails: dict[int, str]) -> None:
        self._emails = emails

    def member(self, member_id: int) -> str:
        """The member's address, or the number of one who is gone."""
        return self._emails.get(member_id, f"Member {member_id}")

    def actor(self, actor: str) -> str:
        """``operator:3`` by the operator's address, a machine by its name."""
        member_id = _member_of(actor)
        if member_id is None:
            return MACHINES.get(actor, actor)
        return self.member(member_id)


def of_rows(db: Session, rows: Iterable[Audit]) -> Names:
    """The names of everybody in some rows of the audit, in one query."""
    wanted = {_member_of(row.actor) for row in rows} | {row.member_id for row in rows}
    return of_ids(db, wanted)


def of_actors(db: Session, actors: Iterable[str]) -> Names:
    """The names of some actors, in one query."""
    return of_ids(db, map(_member_of, actors))


def of_ids(db: Session, wanted: Iterable[int | None]) -> Names:
    """The names of some members, in one query."""
    ids = {one for one in wanted if one is not None}
    found = db.execute(select(Member.id, Member.email).where(Member.id.in_(ids))) if ids else ()
    return Names({row.id: row.email for row in found})


def actor_named(db: Session, text: str) -> str:
    """Who is meant by what was typed: an address of staff, a machine, or an actor as written."""
    if "@" not in text:
        return text.lower()
    member_id = db.scalar(select(Member.id).where(Member.email == text.lower()))
    return f"operator:{member_id or 0}"


def said(state: dict[str, Any]) -> list[tuple[str, str]]:
    """What stood before or after an act, as pairs of words."""
    return [(name.replace("_", " "), _value(value)) for name, value in state.items()]


def _value(value: Any) -> str:
    if value is None or value == "":
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        parts = list(map(str, value))  # "MPA, R" is one of them
        return ("; " if any("," in one for one in parts) else ", ").join(parts) or "none"
    return _instant(value) if isinstance(value, str) else str(value)


def _instant(text: str) -> str:
    """An instant as a page shows it; any other text as it stands."""
    try:
        return day_and_time(datetime.fromisoformat(text)) if "T" in text else text
    except ValueError:
        return text


def _member_of(actor: str) -> int | None:
    kind, _, name = actor.partition(":")
    return keyset.number(name) if kind in ("member", "operator") else None
