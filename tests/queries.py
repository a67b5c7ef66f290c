"""Counting what a piece of code asks the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session


@contextmanager
def counted(db: Session) -> Iterator[list[str]]:
    """The statements that ``db``'s connection runs during the block, savepoints among them."""
    connection = db.connection()
    asked: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    def begin(_c: Any, _name: Any) -> None:
        asked.append("SAVEPOINT")

    def release(_c: Any, name: str, _context: Any) -> None:
        asked.append(f"RELEASE SAVEPOINT {name}")

    heard: dict[str, Callable[..., None]] = {
        "before_cursor_execute": note,
        "savepoint": begin,
        "release_savepoint": release,
    }
    for name, hears in heard.items():
        event.listen(connection, name, hears)
    try:
        yield asked
    finally:
        for name, hears in heard.items():
            event.remove(connection, name, hears)
