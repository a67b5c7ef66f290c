"""Changes that move films about in lists, and what the database says of those that have moved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from catalog.stretches import Moved

ROWS = """
    select to_jsonb(listing), array(
        select 'collection:' || slug from collection_title join collection on id = collection_id
        where title_id = listing.title_id
    ) from listing
"""
CHANGES = (
    "update title set popularity = :number where id = :id",
    "update title set plain_name = chr(97 + :number) where id = :id",
    "update title set year = 1990 + :number where id = :id",
    "update title set runtime_minutes = 80 + 5 * :number where id = :id",
    "update title set status = case when :number < 2 then 'withdrawn' else 'published' end "
    "where id = :id",
    "update rating set score = :number where title_id = :id",
    "update rating set count = :number where title_id = :id",
    "update title_genre set genre_id = (select max(id) - :number % 2 from genre) "
    "where title_id = :id",
)


def rows(db: Session) -> dict[int, tuple[dict[str, Any], list[str]]]:
    return {row["title_id"]: (row, inside) for row, inside in db.execute(text(ROWS))}


def moved(
    before: dict[int, tuple[dict[str, Any], list[str]]],
    after: dict[int, tuple[dict[str, Any], list[str]]],
) -> Iterator[Moved]:
    """What the database says of the films that changed; that it does, the pages' own test shows."""
    for title_id in before.keys() | after.keys():
        past, inside = before.get(title_id, (None, []))
        fresh, inside = after.get(title_id, (None, inside))
        if past != fresh:
            yield Moved(past, fresh, frozenset(inside))
