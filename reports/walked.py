"""A stretch of a list read from the database by key: an instant, then a name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from reports.listed import Stretch


def read(
    db: Session,
    queries: str | Sequence[str],
    asked: dict[str, Any],
    stretch: Stretch,
    *,
    at: str,
    name: str,
) -> Sequence[Row[Any]]:
    """The rows that ``stretch`` asks for, of one query that ends in its conditions or of several
    that have no row in common. They are ordered by the whole number ``at`` and by ``name`` byte
    for byte, which tell rows apart."""
    order = f'{name} COLLATE "C"'
    way, edge = ("DESC", "<=") if stretch.back else ("ASC", ">")
    after, by = "", f"ORDER BY {at} {way}, {order} {way}"
    if stretch.key is not None:
        # The first half is for the index; a row of two cannot be found by one of its columns.
        after = f" AND {at} {edge[0]}= :key_at AND ({at}, {order}) {edge} (:key_at, :key_name)"
        asked = {**asked, "key_at": stretch.key[0], "key_name": stretch.key[1]}
    every = [queries] if isinstance(queries, str) else queries
    parts = " UNION ALL ".join(f"({each}{after} {by} LIMIT :skip + :most)" for each in every)
    found = db.execute(
        text(f"SELECT * FROM ({parts}) AS part {by} OFFSET :skip LIMIT :most"),  # noqa: S608
        {**asked, "skip": stretch.skip, "most": stretch.most},
    ).all()
    return found[::-1] if stretch.back else found
