"""The demo catalogue: loaded again and again without doubles."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import popularity, records, storing, tiers
from catalog.models import TitleSource
from catalog.records import Film, Player

SOURCE = "demo"
FILMS = Path(__file__).parent / "demo" / "films.json"


@dataclass(frozen=True)
class Seeded:
    """How many films a seeding added, brought up to date and found unchanged."""

    added: int
    changed: int
    unchanged: int


def load(db: Session, *, now: datetime, path: Path = FILMS) -> Seeded:
    """Bring the demo films into the catalogue. Repeatable: a film that has not changed in the
    file is left alone, and what members wrote or operators filmed always stays."""
    storing.alone(db)
    films = [film(record) for record in json.loads(path.read_text(encoding="utf-8"))]
    known = _known(db)
    new = [found for found in films if found.key not in known]
    changed = [found for found in films if known.get(found.key, (0, ""))[1] != found.digest]
    changed = [found for found in changed if found.key in known]
    storing.add(db, new, now=now)
    for found in changed:
        storing.rewrite(db, known[found.key][0], found, now=now)
    popularity.refresh(db)
    if new or changed:
        tiers.refresh(db)
    return Seeded(len(new), len(changed), len(films) - len(new) - len(changed))


def _known(db: Session) -> dict[str, tuple[int, str]]:
    rows = db.execute(
        select(TitleSource.key, TitleSource.title_id, TitleSource.digest).where(
            TitleSource.source == SOURCE
        )
    )
    return {key: (title_id, digest) for key, title_id, digest in rows}


def film(record: dict[str, Any]) -> Film:
    """One film of the demo file."""
    return Film(
        source=SOURCE,
        key=record["slug"],
        digest=records.digest(record),
        name=record["title"],
        year=record.get("year"),
        slug=record["slug"],
        original_name=record.get("original_title"),
        aliases=tuple(record.get("aliases", ())),
        runtime_minutes=record.get("runtime_minutes"),
        languages=tuple(record.get("languages", ())),
        countries=tuple(record.get("countries", ())),
        genres=tuple(record.get("genres", ())),
        synopsis=record.get("synopsis"),
        synopsis_long=record.get("synopsis_long"),
        content_notices=tuple(record.get("content_notices", ())),
        rights=record.get("rights"),
        directors=tuple(record.get("directors", ())),
        cast=tuple(Player(one["name"], one.get("role")) for one in record.get("cast", ())),
        releases=tuple(_dated(one) for one in record.get("releases", ())),
        certificates=tuple(record.get("certificates", ())),
        ratings=tuple(_scored(one) for one in record.get("ratings", ())),
        trailer=_trailer(record.get("trailer")),
        reviews=tuple(_review(one) for one in record.get("reviews", ())),
        collections=tuple(record.get("collections", ())),
    )


def _dated(release: dict[str, Any]) -> dict[str, Any]:
    return release | {"on": records.day(release["on"])}


def _scored(rating: dict[str, Any]) -> dict[str, Any]:
    return rating | {"score": Decimal(str(rating["score"]))}


def _trailer(trailer: dict[str, Any] | None) -> dict[str, Any] | None:
    return None if trailer is None else {"name": trailer["title"], "gate": trailer["gate"]}


def _review(review: dict[str, Any]) -> dict[str, Any]:
    facts = {key: review[key] for key in ("name", "score", "text")}
    return facts | {
        "written_on": records.day(review["on"]),
        "spoiler": review.get("spoiler", False),
    }
