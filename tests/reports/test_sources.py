"""Where visitors came from, as the desk's filter offers it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from accounts.models import Visitor
from reports import reading
from tests.factories import NOW


def test_every_source_is_told_once_and_in_order(db: Session) -> None:
    for number, source in enumerate(["Zoo", "newsletter", None, "", "a b", "newsletter", "ä"]):
        db.add(Visitor(token_hash=str(number), first_seen_at=NOW, source=source))
    db.flush()

    assert reading.sources(db) == ["Zoo", "a b", "newsletter", "ä"]


def test_before_the_first_visitor_there_is_none(db: Session) -> None:
    assert reading.sources(db) == []
