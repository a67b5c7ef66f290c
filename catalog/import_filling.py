"""Completing films with what another record adds: what is there, and what was emptied, stays."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from catalog import (
    import_names,
    import_records,
    indexing,
    plain,
    slugs,
    storing,
    storing_parts,
    taken_out,
)
from catalog.models import Certificate, Credit, Rating, Release, Title
from catalog.records import Film
from catalog.taken_out import PLAIN_FACTS

NAMES_SAID = 5
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
        title.id: list(_differences(title, films[title.id])) for title in _with_parts(db, films)
    }


def _with_parts(db: Session, ids: Iterable[int]) -> Sequence[Title]:
    credits = selectinload(Title.credits).selectinload(Credit.person)
    asked = select(Title).where(Title.id.in_(ids)).options(*map(selectinload, PARTS), credits)
    # parts are stored beside the session, also by an earlier record of this batch
    return db.scalars(asked.execution_options(populate_existing=True)).all()


def _fill(db: Session, title: Title, film: Film, is_mended: bool) -> Done:
    kept = list(_differences(title, film))
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
            yield _word(fact)


def _synopsis(title: Title, film: Film) -> Iterator[str]:
    if film.synopsis and not title.synopsis:
        title.synopsis = film.synopsis
        title.synopsis_long = title.synopsis_long or film.synopsis_long
        title.rights = title.rights or film.rights
        yield "synopsis"
    elif film.synopsis in (None, title.synopsis):
        if film.synopsis_long and not title.synopsis_long:
            title.synopsis_long = film.synopsis_long
            yield "long synopsis"
        if film.rights and not title.rights:
            title.rights = film.rights
            yield "rights"


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


def _differences(title: Title, film: Film) -> Iterator[str]:
    """Where both say something, and not the same; and where the desk wants nothing said."""
    if import_names.comparable(film.name) not in import_names.every(title):
        yield f"name: the catalogue says {title.name}, the file {film.name}: kept"
    for fact in PLAIN_FACTS:
        ours, told = getattr(title, fact), getattr(film, fact)
        if ours and told and _plain(ours) != _plain(told):
            yield f"{_word(fact)}: the catalogue says {_say(ours)}, the file {_say(told)}: kept"
    if title.synopsis and film.synopsis and title.synopsis != film.synopsis:
        yield "synopsis: the file has another text: kept"
    if not title.synopsis or film.synopsis == title.synopsis:
        for fact in ("synopsis_long", "rights"):
            ours, told = getattr(title, fact), getattr(film, fact)
            if ours and told and ours != told:
                yield f"{_word(fact)}: the file has another text: kept"
    for fact in taken_out.facts(title, film):
        why = "emptied at the desk" if fact in title.emptied else "of a text emptied at the desk"
        yield f"{_word(fact)}: {why}: left empty"
    for name in taken_out.rows(title, film):
        yield f"{name}: taken out at the desk: left out"
    yield from _other_names(title, film)
    yield from _other_scores(title, film)
    labels = {import_records.system(one.system): one.label for one in title.certificates}
    for row in film.certificates:
        ours = labels.get(row["system"], row["label"])
        if ours != row["label"]:
            yield f"certificate: the catalogue says {ours}, the file {row['label']}: kept"
    days = {(one.territory, one.kind): one.on for one in title.releases}
    for row in film.releases:
        on = days.get((row["territory"], row["kind"]), row["on"])
        if on != row["on"]:
            yield f"release date: the catalogue says {on}, the file {row['on']}: kept"


def _other_names(title: Title, film: Film) -> Iterator[str]:
    """Where the record credits others, or calls the film by other genres; one that was stored under
    another source's name is the same."""
    for job, told in (("director", film.directors), ("cast", [one.name for one in film.cast])):
        ours = [credit.person.name for credit in title.credits if credit.job == job]
        known = {plain.text(name) for name in ours}
        others = [name for name in told if plain.text(name) not in known]
        if ours and others:
            yield f"{job}: the file also names {_some(others)}: kept as it is"
    ours = [one.name for one in title.genres]
    known = {slugs.for_group(import_records.genre(name)) for name in ours}
    others = [name for name in film.genres if slugs.for_group(name) not in known]
    if ours and others:
        yield f"genre: the catalogue says {_say(ours)}, the file {_say(film.genres)}: kept"


def _other_scores(title: Title, film: Film) -> Iterator[str]:
    """Where the record tells a score of somebody else's, who has told another."""
    ours = {plain.text(one.source): one for one in title.ratings}
    for row in film.ratings:
        known = ours.get(plain.text(row["source"]))
        if known is None or row["source"] == film.source:
            continue
        if (known.score, known.count) != (row["score"], row["count"]):
            yield (
                f"score of {row['source']}: the catalogue says {known.score} by {known.count:,}, "
                f"the file {row['score']} by {row['count']:,}: kept"
            )


def _some(names: list[str]) -> str:
    """The first of these names, and how many more there are."""
    more = len(names) - NAMES_SAID
    return _say(names[:NAMES_SAID]) + (f" and {more} more" if more > 0 else "")


def _word(fact: str) -> str:
    return fact.removesuffix("_minutes").replace("_", " ")


def _plain(value: Any) -> Any:
    """A value as it is compared: names by their letters, lists in any order."""
    if isinstance(value, list | tuple):
        return {plain.text(one) for one in value}
    return import_names.comparable(value) if isinstance(value, str) else value


def _say(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list | tuple) else str(value)
