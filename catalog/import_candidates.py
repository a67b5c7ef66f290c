"""The titles of the catalogue that records may tell of, asked for a batch at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Text, any_, literal, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from catalog import import_names, import_records
from catalog.models import Credit, ImportRun, Person, Title, TitleSource
from catalog.records import Film

# The index is asked for one name after the other: the planner thinks a thousand names at once so
# many films that it would read all there are, and the offset holds it to this.
NAMED = text(
    """
select distinct title.id, status, edited_at, title.year, title.name, original_name, aliases
from unnest(cast(:names as text[]), cast(:years as int[])) as wanted (name, year)
cross join lateral (
    select id, status, edited_at, year, title.name, original_name, aliases from title
    where string_to_array(plain_names, E'\\n') @> array[wanted.name] offset 0
) as title
where title.year = wanted.year
order by title.id
"""
)
# One beginning of a key after the other, as above; what stands behind it are small letters and
# digits, so that it lies between these in the order of any language.
TOLD_SO = text(
    """
select wanted.beginning, key
from unnest(cast(:beginnings as text[])) as wanted (beginning)
cross join lateral (
    select key from title_source
    where source = :source and key between wanted.beginning || '0' and wanted.beginning || 'g'
    offset 0
) as told
where starts_with(key, wanted.beginning)
order by key
"""
)
JOBS = ("cast", "director")
NEVER_TOLD = (None, None, None, None)
TOLD = (TitleSource.key, TitleSource.digest, TitleSource.import_run_id, ImportRun.started_at)
NAMES = (Title.name, Title.original_name, Title.aliases)
FACTS = (Title.status, Title.edited_at, Title.year, *NAMES)


@dataclass(frozen=True)
class Stored:
    """A title of the catalogue that may be meant; ``key`` and ``digest`` if this source told it,
    ``run_id`` and ``told_at``, the last import that did and when it began. ``is_another``: it has
    the id of a record that tells of another film."""

    id: int
    key: str | None
    digest: str | None
    run_id: int | None
    told_at: datetime | None
    status: str
    edited_at: datetime | None
    year: int | None
    name: str
    original_name: str | None
    aliases: Sequence[str]
    players: frozenset[str] = frozenset()
    is_another: bool = False

    @property
    def is_told(self) -> bool:
        """Whether this source has told of it before."""
        return self.key is not None

    @property
    def is_edited_since(self) -> bool:
        """Whether the desk has changed its facts since this source told of it."""
        return self.edited_at is not None and (
            self.told_at is None or self.edited_at > self.told_at
        )


def told_before(db: Session, source: str, keys: Sequence[str]) -> list[Stored]:
    """The titles that this source told by these keys, without their casts."""
    rows: Iterable[Any] = db.execute(
        select(TitleSource.title_id, *TOLD, *FACTS)
        .join(Title, Title.id == TitleSource.title_id)
        .outerjoin(ImportRun, ImportRun.id == TitleSource.import_run_id)
        .where(
            TitleSource.source == source, TitleSource.key == any_(literal(list(keys), ARRAY(Text)))
        )
    )
    return [Stored(*row) for row in rows]


def told_so(db: Session, source: str, films: Sequence[Film]) -> dict[str, list[Stored]]:
    """The titles that this source told by the name and the year of these films without an id, with
    another cast, by the keys of the films; with the casts that they have."""
    keys = {import_records.beginning_of_key(film.key): film.key for film in films}
    if not keys:
        return {}
    rows = db.execute(TOLD_SO, {"source": source, "beginnings": [*keys]}).all()
    known = {one.key: one for one in told_before(db, source, [row.key for row in rows])}
    players = stored_people(db, [one.id for one in known.values()])
    found: dict[str, list[Stored]] = {}
    for beginning, key in rows:
        one = replace(known[key], players=frozenset(players.get(known[key].id, ())))
        found.setdefault(keys[beginning], []).append(one)
    return found


def by_name(
    db: Session, source: str, films: Sequence[Film]
) -> dict[tuple[str, int | None], list[Stored]]:
    """The titles that have a name and the year of one of these films, with their casts."""
    named = {(name, film.year) for film in films for name in import_names.own(film) if film.year}
    meant = {(import_names.comparable(name), year) for name, year in named}
    wanted = {(one, year) for name, year in named for one in import_names.spellings(name)}
    given = {"names": [name for name, _ in wanted], "years": [year for _, year in wanted]}
    rows = db.execute(NAMED, given).all()
    ids = [row.id for row in rows]
    told, players = _told_of(db, source, ids), stored_people(db, ids)
    found: dict[tuple[str, int | None], list[Stored]] = {}
    for id_, *facts in rows:
        told_by, cast = told.get(id_, NEVER_TOLD), frozenset(players.get(id_, ()))
        parts: tuple[Any, ...] = (id_, *told_by, *facts, cast)
        one = Stored(*parts)
        for name in meant & {(name, one.year) for name in import_names.every(one)}:
            found.setdefault(name, []).append(one)
    return found


def by_imdb_id(db: Session, source: str, films: Sequence[Film]) -> dict[str, Stored]:
    """The titles that any import told by what IMDb calls one of these films, by the keys of the
    films; without their casts."""
    wanted = [film.imdb_id for film in films if film.imdb_id]
    if not wanted:
        return {}
    rows = db.execute(
        select(TitleSource.key, Title.id, *FACTS)
        .join(Title, Title.id == TitleSource.title_id)
        .where(
            TitleSource.source.in_(select(ImportRun.source)),
            TitleSource.key == any_(literal(wanted, ARRAY(Text))),
        )
        .order_by(Title.id.desc())  # of several the first stays
    ).all()
    told = _told_of(db, source, [row.id for row in rows])
    known: dict[str, Stored] = {}
    for imdb_id, id_, *facts in rows:
        parts: tuple[Any, ...] = (id_, *told.get(id_, NEVER_TOLD), *facts)
        known[imdb_id] = Stored(*parts)
    return {film.key: known[film.imdb_id] for film in films if film.imdb_id in known}


def _told_of(db: Session, source: str, title_ids: Sequence[int]) -> dict[int, tuple[Any, ...]]:
    """What this source has told of these titles: ``TOLD``. One that it told by an id
    and without one is known by the id."""
    rows = db.execute(
        select(TitleSource.title_id, *TOLD)
        .outerjoin(ImportRun, ImportRun.id == TitleSource.import_run_id)
        .where(TitleSource.title_id == _one_of(title_ids), TitleSource.source == source)
        .order_by(TitleSource.key)
    )
    found: dict[int, tuple[Any, ...]] = {}
    for id_, key, *told in rows:
        if id_ not in found or not import_records.is_key_without_href(key):
            found[id_] = (key, *told)
    return found


def _one_of(title_ids: Sequence[int]) -> Any:
    return any_(literal(list(title_ids), ARRAY(BigInteger)))


def stored_people(
    db: Session, title_ids: Sequence[int], jobs: Sequence[str] = ("cast",)
) -> dict[int, set[str]]:
    """The plain names of those who did one of these ``jobs`` for each title."""
    rows = db.execute(
        select(Credit.title_id, Person.plain_name)
        .join(Person, Person.id == Credit.person_id)
        .where(Credit.job.in_(jobs), Credit.title_id == _one_of(title_ids))
    )
    found: dict[int, set[str]] = {}
    for title_id, name in rows:
        found.setdefault(title_id, set()).add(name)
    return found
