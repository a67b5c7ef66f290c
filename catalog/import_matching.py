"""Which film a record tells of: among those of its file, and beside what the catalogue has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Text, any_, literal, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from catalog import import_records, plain
from catalog.import_records import Reading
from catalog.models import Credit, Person, Title, TitleSource
from catalog.records import Film

# The index is asked for one name after the other: the planner thinks a thousand names at once so
# many films that it would read all there are, and the offset holds it to this.
NAMED = text(
    """
select distinct title.id, plain_names, title.year, status
from unnest(cast(:names as text[]), cast(:years as int[])) as wanted (name, year)
cross join lateral (
    select id, plain_names, year, status from title
    where string_to_array(plain_names, E'\\n') @> array[wanted.name] offset 0
) as title
where title.year = wanted.year
order by title.id
"""
)
NEVER_TOLD = (None, None, None)
TOLD = (TitleSource.key, TitleSource.digest, TitleSource.import_run_id, Title.status)


@dataclass(frozen=True)
class Told:
    """A record of which a film was understood, with that film."""

    reading: Reading
    film: Film


@dataclass(frozen=True)
class Stored:
    """A title of the catalogue that may be meant; ``key`` and ``digest`` if this source told it,
    and ``run_id``, the last import that did; ``status`` is the title's own."""

    id: int
    key: str | None
    digest: str | None
    run_id: int | None
    status: str
    players: frozenset[str]


def apart(readings: Iterable[Reading]) -> list[list[Told]]:
    """The records of films in queues, in their order: one queue surely tells of other films than
    the next. Those that share an id or a name, two ids apart, stand in one, since what a record
    tells of is known when those before it are stored, as it is in a file's next batch."""
    told = [Told(one, one.film) for one in readings if one.film is not None]
    without_id = (one.film for one in told if not import_records.has_href(one.film))
    loose = {name for film in without_id for name in _names(film)}
    next_of: dict[str, str] = {}
    for one in told:
        for name in _names(one.film) & loose:
            next_of[_last(next_of, f"name {name}")] = _last(next_of, one.film.key)
    queues: dict[str, list[Told]] = {}
    for one in told:
        queues.setdefault(_last(next_of, one.film.key), []).append(one)
    return list(queues.values())


def own_names(film: Film) -> list[str]:
    """The names by which a film is looked for: its own and its original one."""
    return [film.name, *filter(None, [film.original_name])]


def _names(film: Film) -> set[str]:
    return {plain.text(name) for name in (*own_names(film), *film.aliases)}


def _last(next_of: dict[str, str], one: str) -> str:
    """The end of a chain, which stands for all that lead there."""
    while (further := next_of.get(one, one)) != one:
        one = further
    return one


def _players(film: Film) -> frozenset[str]:
    return frozenset(plain.text(player.name) for player in film.cast)


def _may_share(one: frozenset[str], other: frozenset[str]) -> bool:
    return not one or not other or bool(one & other)


def stored(db: Session, films: Sequence[Film]) -> dict[int, Stored | None]:
    """The title of the catalogue that each film is, by its place among ``films``, which are all of
    one source; by its key there, else by name, year and cast, else by its original name, year and
    somebody in both casts. ``None`` where an earlier one of them is that title: what it is then is
    known when that one is stored."""
    if not films:
        return {}
    source = films[0].source
    known = _by_key(db, source, films)
    candidates = _by_name(db, source, [film for film in films if film.key not in known])
    found: dict[int, Stored | None] = {}
    given: set[int] = set()
    for at, film in enumerate(films):
        title = known.get(film.key) or _named(film, candidates)
        if title is not None:
            found[at] = title if title.id not in given else None
            given.add(title.id)
    return found


def _named(film: Film, candidates: Mapping[tuple[str, int | None], list[Stored]]) -> Stored | None:
    alike = candidates.get((plain.text(film.name), film.year), [])
    abroad = candidates.get((plain.text(film.original_name or ""), film.year), [])
    sharing = [one for one in abroad if _players(film) & one.players]
    return next((one for one in (*alike, *sharing) if _is_stored(film, one)), None)


def _is_stored(film: Film, title: Stored) -> bool:
    named = title.key is not None and not import_records.is_key_without_href(title.key)
    two_articles = named and import_records.has_href(film)
    return not two_articles and _may_share(_players(film), title.players)


def _by_key(db: Session, source: str, films: Sequence[Film]) -> dict[str, Stored]:
    """The titles that this source told by the keys of these films."""
    keys = [film.key for film in films]
    known = {row.key or "": row for row in _told_before(db, source, keys)}
    if _keep_whole(db, source, [film for film in films if film.key not in known]):
        known = {row.key or "": row for row in _told_before(db, source, keys)}
    return known


def _keep_whole(db: Session, source: str, films: Sequence[Film]) -> bool:
    """Give the titles whose id was too long and once cut the key of the whole, where name, year and
    cast agree as well: of two such ids one alone is theirs. Answers whether there were any."""
    wanted: dict[str, list[Film]] = {}
    for film in films:
        if cut := import_records.key_once_cut(film.key):
            wanted.setdefault(cut, []).append(film)
    if not wanted:
        return False
    rows = db.execute(
        select(TitleSource.key, Title.id, Title.plain_names, Title.year)
        .join(Title, Title.id == TitleSource.title_id)
        .where(TitleSource.source == source, TitleSource.key.in_(wanted))
    ).all()
    players = _stored_players(db, [row.id for row in rows])
    for row in rows:
        has, names = frozenset(players.get(row.id, ())), row.plain_names.split("\n")
        for film in wanted[row.key]:
            named = plain.text(film.name) in names and film.year == row.year
            if named and _may_share(_players(film), has):
                mine = (TitleSource.source == source) & (TitleSource.key == row.key)
                db.execute(update(TitleSource).where(mine).values(key=film.key))
                break
    return bool(rows)


def _told_before(db: Session, source: str, keys: Sequence[str]) -> list[Stored]:
    rows = db.execute(
        select(TitleSource.title_id, *TOLD)
        .join(Title, Title.id == TitleSource.title_id)
        .where(
            TitleSource.source == source, TitleSource.key == any_(literal(list(keys), ARRAY(Text)))
        )
    )
    return [Stored(*row, frozenset()) for row in rows]


def _by_name(
    db: Session, source: str, films: Sequence[Film]
) -> dict[tuple[str, int | None], list[Stored]]:
    """The titles that have a name and the year of one of these films, with their casts."""
    named = [(name, film.year) for film in films for name in own_names(film)]
    wanted = {(plain.text(name), year) for name, year in named if year is not None}
    given = {"names": [name for name, _ in wanted], "years": [year for _, year in wanted]}
    rows = db.execute(NAMED, given)
    meant = [
        (wanted & {(name, year) for name in names.split("\n")}, id_, status)
        for id_, names, year, status in rows
    ]
    ids = [id_ for _, id_, _ in meant]
    told, players = _told_of(db, source, ids), _stored_players(db, ids)
    found: dict[tuple[str, int | None], list[Stored]] = {}
    for told_by, id_, status in meant:
        one = Stored(id_, *told.get(id_, NEVER_TOLD), status, frozenset(players.get(id_, ())))
        for name in told_by:
            found.setdefault(name, []).append(one)
    return found


def _told_of(
    db: Session, source: str, title_ids: Sequence[int]
) -> dict[int, tuple[str | None, str | None, int | None]]:
    """What this source has told of these titles: key, digest and import. One that it told by an id
    and without one is known by the id."""
    rows = db.execute(
        select(TitleSource.title_id, TitleSource.key, TitleSource.digest, TitleSource.import_run_id)
        .where(TitleSource.title_id == _one_of(title_ids), TitleSource.source == source)
        .order_by(TitleSource.key)
    )
    found: dict[int, tuple[str | None, str | None, int | None]] = {}
    for id_, key, digest, run_id in rows:
        if id_ not in found or not import_records.is_key_without_href(key):
            found[id_] = (key, digest, run_id)
    return found


def _one_of(title_ids: Sequence[int]) -> Any:
    return any_(literal(list(title_ids), ARRAY(BigInteger)))


def _stored_players(db: Session, title_ids: Sequence[int]) -> dict[int, set[str]]:
    rows = db.execute(
        select(Credit.title_id, Person.plain_name)
        .join(Person, Person.id == Credit.person_id)
        .where(Credit.job == "cast", Credit.title_id == _one_of(title_ids))
    )
    found: dict[int, set[str]] = {}
    for title_id, name in rows:
        found.setdefault(title_id, set()).add(name)
    return found
