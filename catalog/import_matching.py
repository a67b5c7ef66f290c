"""Which film a record tells of: among those of its file, and beside what the catalogue has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from catalog import import_candidates, import_identity, import_names, import_records, plain
from catalog.import_candidates import JOBS, Stored
from catalog.import_records import Reading
from catalog.models import Title, TitleSource
from catalog.records import Film


@dataclass(frozen=True)
class Told:
    """A record of which a film was understood, with that film."""

    reading: Reading
    film: Film


def apart(readings: Iterable[Reading]) -> list[list[Told]]:
    """The records of films in queues, in their order: one queue surely tells of other films than
    the next. Those that share an id or a name, two ids apart, stand in one, since what a record
    tells of is known when those before it are stored, as it is in a file's next batch."""
    told = [Told(one, one.film) for one in readings if one.film is not None]
    without_id = (one.film for one in told if not import_records.has_href(one.film))
    loose = {name for film in without_id for name in import_names.every(film)}
    next_of: dict[str, str] = {}
    for one in told:
        for name in import_names.every(one.film) & loose:
            next_of[_last(next_of, f"name {name}")] = _last(next_of, one.film.key)
    queues: dict[str, list[Told]] = {}
    for one in told:
        queues.setdefault(_last(next_of, one.film.key), []).append(one)
    return list(queues.values())


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
    one source; by its key there, else by its id of IMDb's, else by name, year and cast, else by its
    original name, year and somebody in both casts, else by name, year and cast as this source told
    them before. ``None`` where an earlier one of them is that title: what it is then is known when
    that one is stored."""
    if not films:
        return {}
    source = films[0].source
    known = _with_doubts(db, films, _by_key(db, source, films))
    known |= _by_imdb_id(db, source, [film for film in films if film.key not in known])
    candidates = import_candidates.by_name(
        db, source, [film for film in films if film.key not in known]
    )
    meant = {film.key: known.get(film.key) or _named(film, candidates) for film in films}
    meant |= _told_so(db, source, [film for film in films if meant[film.key] is None])
    found: dict[int, Stored | None] = {}
    given: set[int] = set()
    for at, film in enumerate(films):
        title = meant[film.key]
        if title is not None:
            found[at] = title if title.id not in given else None
            given.add(title.id)
    return found


def _by_imdb_id(db: Session, source: str, films: Sequence[Film]) -> dict[str, Stored]:
    """The titles, by the keys of these films, that another source told by the same id of IMDb's,
    and that agree with them in a name or the year; such ids are mistyped as well."""
    found = import_candidates.by_imdb_id(db, source, films)
    meant = ((film, found[film.key]) for film in films if film.key in found)
    return {
        film.key: title
        for film, title in meant
        if (title.key is None or import_records.is_key_without_href(title.key))
        and import_identity.agree(film, import_names.every(title), title.year)
    }


def _named(film: Film, candidates: Mapping[tuple[str, int | None], list[Stored]]) -> Stored | None:
    alike = candidates.get((import_names.comparable(film.name), film.year), [])
    abroad = candidates.get((import_names.comparable(film.original_name or ""), film.year), [])
    sharing = [one for one in abroad if _players(film) & one.players]
    return next((one for one in (*alike, *sharing) if _is_stored(film, one)), None)


def _told_so(db: Session, source: str, films: Sequence[Film]) -> dict[str, Stored | None]:
    """The titles, by the keys of these films, that this source told without an id and that have
    another name or year since."""
    loose = [one for one in films if one.year is not None and not import_records.has_href(one)]
    told = import_candidates.told_so(db, source, loose)
    sharing = {
        film.key: [one for one in told.get(film.key, []) if _is_stored(film, one)] for film in loose
    }
    return {key: titles[0] for key, titles in sharing.items() if titles}


def _is_stored(film: Film, title: Stored) -> bool:
    named = title.key is not None and not import_records.is_key_without_href(title.key)
    two_articles = named and import_records.has_href(film)
    return not two_articles and _may_share(_players(film), title.players)


def _by_key(db: Session, source: str, films: Sequence[Film]) -> dict[str, Stored]:
    """The titles that this source told by the keys of these films."""
    keys = [film.key for film in films]
    known = {row.key or "": row for row in import_candidates.told_before(db, source, keys)}
    if _keep_whole(db, source, [film for film in films if film.key not in known]):
        known = {row.key or "": row for row in import_candidates.told_before(db, source, keys)}
    return known


def _with_doubts(
    db: Session, films: Sequence[Film], known: Mapping[str, Stored]
) -> dict[str, Stored]:
    """The titles by their keys, those marked that are other films than the records tell of."""
    doubted = [
        (film, title)
        for film in films
        if (title := known.get(film.key)) is not None
        and import_records.has_href(film)
        and film.digest not in (title.digest or "").split()
        and not import_identity.agree(film, import_names.every(title), title.year)
    ]
    ids = [title.id for _, title in doubted]
    people = import_candidates.stored_people(db, ids, JOBS) if ids else {}
    others = {
        film.key: replace(title, is_another=True)
        for film, title in doubted
        if not import_identity.share_somebody(film, people.get(title.id, ()))
    }
    return {**known, **others}


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
    players = import_candidates.stored_people(db, [row.id for row in rows])
    for row in rows:
        has, names = frozenset(players.get(row.id, ())), row.plain_names.split("\n")
        for film in wanted[row.key]:
            named = plain.text(film.name) in names and film.year == row.year
            if named and _may_share(_players(film), has):
                mine = (TitleSource.source == source) & (TitleSource.key == row.key)
                db.execute(update(TitleSource).where(mine).values(key=film.key))
                break
    return bool(rows)
