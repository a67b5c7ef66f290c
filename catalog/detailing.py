"""A film's details as an editor changes them: stored, found by searches, kept from imports."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from catalog import (
    detail_lines,
    editing,
    indexing,
    plain,
    records,
    scores,
    storing,
    storing_parts,
    taken_out,
)
from catalog.models import Certificate, Credit, Release, Title, TitleGenre
from catalog.records import Film

PARTS = ("genres", "certificates", "releases", "credits", "ratings")
Lines = dict[str, list[str]]


def held(db: Session, title_id: int) -> Title:
    """The title as it is now, which neither another editor nor an import changes until the commit.
    Raises ``NotFound``."""
    storing.alone(db)  # both make genres and people, each of them once
    return editing.held(db, title_id)


def fingerprint(title: Title) -> str:
    """What tells these details from any that somebody else puts in their place."""
    return records.digest(detail_lines.told(title))[:24]


def change(
    db: Session, title: Title, typed: Mapping[str, Sequence[str]], *, now: datetime
) -> tuple[Lines, Lines]:
    """Make ``title`` tell these lines, by detail; returns what it told before and tells now, of
    what differs. What nobody touched stays, however it came. What is taken out is remembered, for
    imports to leave it out. Raises ``WrongLines``."""
    past, stood = detail_lines.told(title), taken_out.standing(title)
    touched = {name: lines for name, lines in typed.items() if lines != past[name]}
    meant = detail_lines.read(touched, past)
    film = Film(source="", key="", digest="", name=title.name, year=title.year, **meant)
    for name in meant:
        STORED[name](db, title, film)
    db.flush()  # the parts are read from their rows
    db.expire(title, PARTS)
    fresh = detail_lines.told(title)
    changed = [name for name in past if fresh[name] != past[name]]
    if changed:
        taken_out.remember(title, stood)
        title.updated_at = title.edited_at = now
        indexing.refresh(db, title)
    return {name: past[name] for name in changed}, {name: fresh[name] for name in changed}


def _classify(db: Session, title: Title, film: Film) -> None:
    db.execute(delete(TitleGenre).where(TitleGenre.title_id == title.id))
    storing_parts.classify(db, {title.id: film})


def _certify(db: Session, title: Title, film: Film) -> None:
    title.certificates = [Certificate(**row) for row in film.certificates]


def _release(db: Session, title: Title, film: Film) -> None:
    title.releases = [Release(**row) for row in film.releases]


def _direct(db: Session, title: Title, film: Film) -> None:
    _credit(db, title, film, "director")


def _cast(db: Session, title: Title, film: Film) -> None:
    _credit(db, title, film, "cast")


def _credit(db: Session, title: Title, film: Film, job: str) -> None:
    db.execute(delete(Credit).where(Credit.title_id == title.id, Credit.job == job))
    storing_parts.credit(db, {title.id: film}, jobs=(job,))


def _speak(db: Session, title: Title, film: Film) -> None:
    title.languages = list(film.languages)


def _warn(db: Session, title: Title, film: Film) -> None:
    title.content_notices = list(film.content_notices)


def _call(db: Session, title: Title, film: Film) -> None:
    others = (title.name, title.original_name or "")
    title.aliases = plain.once(film.aliases, besides=others)


def _score(db: Session, title: Title, film: Film) -> None:
    stay = {scores.OURS, *(row["source"] for row in film.ratings)}
    title.ratings = [one for one in title.ratings if plain.line(one.source) in stay]


STORED: dict[str, Callable[[Session, Title, Film], None]] = {
    "genres": _classify,
    "certificates": _certify,
    "releases": _release,
    "directors": _direct,
    "cast": _cast,
    "languages": _speak,
    "content_notices": _warn,
    "aliases": _call,
    "ratings": _score,
}
