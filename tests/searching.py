"""What a search finds, as tests compare it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from catalog import search


def found(db: Session, words: str) -> list[tuple[str, str | None]]:
    """The names of the films, in their order, and why each was found."""
    return [(hit.card.name, hit.why) for hit in search.found(db, words).titles]
