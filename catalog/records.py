"""A film as a source tells it, before it is in the catalogue."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from typing import Any

FIRST_YEAR, LAST_YEAR = 1870, 2100  # that a film may be of


@dataclass(frozen=True)
class Player:
    """Somebody in the cast, and as whom where that is known."""

    name: str
    role: str | None = None


@dataclass(frozen=True)
class Film:
    """Everything a source may say of one film. ``key`` is its name there, ``digest`` its content.

    ``releases``, ``certificates``, ``ratings`` and ``reviews`` are rows without their title;
    ``trailer`` has a name and a gate; ``collections`` are names. ``imdb_id`` is what IMDb calls it,
    where the record says so.
    """

    source: str
    key: str
    digest: str
    name: str
    year: int | None
    slug: str | None = None
    original_name: str | None = None
    aliases: tuple[str, ...] = ()
    runtime_minutes: int | None = None
    languages: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
    synopsis: str | None = None
    synopsis_long: str | None = None
    content_notices: tuple[str, ...] = ()
    rights: str | None = None
    directors: tuple[str, ...] = ()
    cast: tuple[Player, ...] = ()
    releases: tuple[dict[str, Any], ...] = ()
    certificates: tuple[dict[str, Any], ...] = ()
    ratings: tuple[dict[str, Any], ...] = ()
    trailer: dict[str, Any] | None = None
    reviews: tuple[dict[str, Any], ...] = ()
    collections: tuple[str, ...] = ()
    status: str | None = None
    imdb_id: str | None = None

    @property
    def people(self) -> list[str]:
        """Everybody's name, directors first."""
        return [*self.directors, *(player.name for player in self.cast)]


def digest(record: Any) -> str:
    """A fingerprint of what a record says, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(record, sort_keys=True, default=str).encode()).hexdigest()


def day(text: str) -> date:
    """A calendar day written as 1995-10-27."""
    return date.fromisoformat(text)
