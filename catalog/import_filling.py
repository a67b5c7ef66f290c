"""Completing films with what another record adds: what is there, and what was emptied, stays."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from catalog import (
    import_differences,
    import_names,
    import_records,
    indexing,
    plain,
    storing,
    storing_parts,
    taken_out,
)
from catalog.models import Certificate, Credit, Rating, Release, Title
from catalog.records import Film
from catalog.taken_out import PLAIN_FACTS

PARTS = (Title.genres, Title.releases, Title.certificates, Title.ratings)


@dataclass(frozen=True)
class Done:
    """``filled``: what was filled in. ``kept``: where the record says something else than the
    catalogue, what each of them says; the catalogue's stays."""

    filled: list[str]
    kept: list[str]


def fill(
    db: Session, films: Mapping[int, Film], *, now: datetime, mended: Collection[int] = ()
) -> dict[int, Done]:
    """Fill in what the titles, by id, lack and ``films`` tell. A score of a film's own source is
    brought up to date, since it is that source's to say. Of those that are ``mended`` the record's
    own name is told and not added: the desk may have put it right."""
    titles = _with_parts(db, films)
    done = {title.id: _fill(db, title, films[title.id], title.id in mended) for title in titles}
    for title in titles:
        if done[title.id].filled:
            title.updated_at = now
            indexing.refresh(db, title)
        storing.remember_source(db, title.id, films[title.id])
    return done


def differences(db: Session, films: Mapping[int, Film]) -> dict[int, list[str]]:
    """Where ``films`` say something else than the titles, by id; nothing is filled in."""
    return {
        title.id: list(import_differences.between(title, films[title.id]))
        for title in _with_parts(db, films)
    }


def _with_parts(db: Session, ids: Iterable[int]) -> Sequence[Title]:
    credits = selectinload(Title.credits).selectinload(Credit.person)
    asked = select(Title).where(Title.id.in_(ids)).options(*map(selectinload, PARTS), credits)
    # parts are stored beside the session, also by an earlier record of this batch
    return db.scalars(asked.execution_options(populate_existing=True)).all()


def _fill(db: Session, title: Title, film: Film, is_mended: bool) -> Done:
    kept = list(import_differences.between(title, film))
    film = taken_out.without(title, film)
    filled = [
        *_plain_facts(title, film),
        *_synopsis(title, film),
        *_people(db, title, film),
        *_dated_and_scored(title, film),
        *_names(title, film.aliases if is_mended else (film.name, *film.aliases)),
    ]
    return Done(filled, kept)


def _plain_facts(title: Title, film: Film) -> Iterator[str]:
    for fact in PLAIN_FACTS:
        told = getattr(film, fact)
        if told and not getattr(title, fact):
            setattr(title, fact, list(told) if isinstance(told, tuple) else told)
            yield import_differences.word(fact)


def _synopsis(title: Title, film: Film) -> Iterator[str]:
    if film.synopsis and not title.synopsis:
        title.synopsis = film.synopsis
        title.synopsis_long = title.synopsis_long or film.synopsis_long
        title.rights = title.rights or film.rights
        yield "synopsis"
    elif film.synopsis in (None, title.synopsis):
        if film.synopsis_long and _lacks(title.synopsis_long, film.synopsis_long):
            title.synopsis_long = film.synopsis_long
            yield "long synopsis"
        if film.rights and not title.rights:
            title.rights = film.rights
            yield "rights"


def _lacks(ours: str | None, told: str) -> bool:
    """Whether a text is missing, or only the paragraphs into which it is parted."""
    return not ours or (ours != told and ours == plain.line(told))


def _people(db: Session, title: Title, film: Film) -> Iterator[str]:
    has = {credit.job for credit in title.credits}
    for job, told, word in (("director", film.directors, "director"), ("cast", film.cast, "cast")):
        if told and job not in has:
            storing_parts.credit(db, {title.id: film}, jobs=(job,))
            yield word
    parts = [_role(credit, film) for credit in title.credits]
    if any(parts):
        yield "role"
    if film.genres and not title.genres:
        storing_parts.classify(db, {title.id: film})
        yield "genre"
    if film.collections and storing_parts.collect(db, {title.id: film}):
        yield "collection"


def _role(credit: Credit, film: Film) -> bool:
    """Take the part of somebody who plays in it, where none is known. Answers whether one was."""
    if credit.job != "cast" or credit.role:
        return False
    who = plain.text(credit.person.name)
    credit.role = next((one.role for one in film.cast if plain.text(one.name) == who), None)
    return credit.role is not None


def _dated_and_scored(title: Title, film: Film) -> Iterator[str]:
    places = {(one.territory, one.kind) for one in title.releases}
    releases = [row for row in film.releases if (row["territory"], row["kind"]) not in places]
    title.releases += [Release(**row) for row in releases]
    if releases:
        yield "release date"
    known = {import_records.system(one.system) for one in title.certificates}
    certificates = [row for row in film.certificates if row["system"] not in known]
    title.certificates += [Certificate(**row) for row in certificates]
    if certificates:
        yield "certificate"
    changed = [_score(title, row, film.source) for row in film.ratings]
    if any(changed):
        yield "score"


def _score(title: Title, row: dict[str, Any], source: str) -> bool:
    """Take a score that is new, or newer and told by its own source. Answers whether anything
    changed."""
    by = plain.text(row["source"])
    known = next((one for one in title.ratings if plain.text(one.source) == by), None)
    if known is None:
        title.ratings.append(Rating(**row))
        return True
    if row["source"] != source:
        return False
    changed = any(getattr(known, name) != value for name, value in row.items())
    for name, value in row.items():
        setattr(known, name, value)
    return changed


def _names(title: Title, told: Iterable[str]) -> Iterator[str]:
    known = import_names.every(title)
    names = plain.once(taken_out.names(title, told))
    others = [name for name in names if import_names.comparable(name) not in known]
    if others:
        title.aliases = [*title.aliases, *others]
        yield "other name"
