"""What kind of file an operator brought, and its films one after the other, whatever the kind."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from operator import itemgetter
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from catalog import import_records, plain, scores
from catalog.import_records import Reading
from catalog.imports import (
    imdb,
    imdb_files,
    imdb_names,
    json_records,
    opening,
    tables,
    tmdb,
    wikipedia,
)
from catalog.imports.json_records import Odd
from catalog.imports.opening import Text
from catalog.imports.unreadable import Unreadable

TABLE, JSON, IMDB = "table", "json", "imdb"
LONGEST_SOURCE = 80
USUAL_KINDS = ("movie", "tvMovie")
Record = tuple[int, Any]  # the line on which it starts, and what it says
LOOKED_AT = 10  # records, to tell whose JSON it is


@dataclass(frozen=True)
class Wishes:
    """What the operator said beside the file: the ``source``'s name where it is not the usual one,
    ``columns`` of a table by hand (header to field), and which of IMDb's ``kinds`` to take."""

    source: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()


@dataclass
class Stream:
    """The films of a file in its order, read as they are asked for. ``complete`` finishes a batch
    of readings with what only the database knows; ``remarks`` fill while it is read; ``beside`` are
    the other files that are read for them; ``passed_over`` reads the ids of what the file has and
    nobody wished for."""

    source: str
    text: Text
    readings: Iterator[Reading]
    remarks: list[str]
    complete: Callable[[Session, Sequence[Reading]], list[Reading]]
    prepare: Callable[[Session], None]
    beside: tuple[Path, ...] = ()
    passed_over: Callable[[], Iterable[str]] = tuple

    @property
    def fingerprint(self) -> str:
        """What tells these files from any others."""
        return opening.fingerprint([self.text.path, *self.beside])


def kind_of(path: Path) -> str:
    """``table``, ``json`` or ``imdb``, by the first letter.

    Raises ``Unreadable`` for what is neither a file nor a folder of IMDb's.
    """
    if path.is_dir():
        if imdb.is_folder(path):
            return IMDB
        raise Unreadable(f"{path} is a folder without IMDb's title.basics.tsv.gz.")
    with opening.opened(path) as text:
        return JSON if json_records.Window(text).sign() in ("{", "[") else TABLE


@contextmanager
def stream(path: Path, wishes: Wishes) -> Iterator[Stream]:
    """The films of a table, of JSON or of IMDb.

    Raises ``Unreadable`` where something is wished that this kind of file cannot do.
    """
    kind = kind_of(path)
    _refuse_what_means_nothing(path, kind, wishes)
    basics = imdb_files.found(path, imdb.BASICS) if kind == IMDB else path
    with opening.opened(basics or path) as text:
        if kind == IMDB:
            yield _imdb(path, text, wishes)
        elif kind == JSON:
            yield _json(text, wishes)
        else:
            yield _table(text, wishes)


def _refuse_what_means_nothing(path: Path, kind: str, wishes: Wishes) -> None:
    if wishes.source is not None:
        _refuse_source(wishes.source)
    if wishes.columns and kind != TABLE:
        raise Unreadable(
            f"--map names the columns of a table, and {path.name} is none: its facts have names "
            f"of their own. Leave --map out."
        )
    if wishes.kinds and kind != IMDB:
        raise Unreadable(
            f"--kinds chooses among the titles of IMDb's folder, and {path.name} is none. "
            f"Leave --kinds out."
        )


def _refuse_source(given: str) -> None:
    """The pages name a source beside its scores: nobody may take it for another one."""
    name = import_records.name(given)
    if not name or name != plain.line(given) or len(name) > LONGEST_SOURCE:
        raise Unreadable(
            f"--source is a name of at most {LONGEST_SOURCE} letters that people can see, without "
            f"signs that nobody can see or that turn text round."
        )
    if why := _misnamed(name):
        raise Unreadable(f"“{name}” {why}. Give --source another one.")


def _misnamed(source: str) -> str | None:
    """Why people would take a source for another one, in words behind its name."""
    if scores.may_pass_for_ours(source):
        return "is our own name"
    return "mixes letters of alphabets that look alike" if plain.mixes_alphabets(source) else None


def _table(text: Text, wishes: Wishes) -> Stream:
    remarks: list[str] = []
    source = wishes.source or scores.UNNAMED
    rows = tables.read(text, source, wishes.columns, remarks)
    return Stream(source, text, _of(source, rows), remarks, _as_they_are, _nothing)


def _imdb(folder: Path, text: Text, wishes: Wishes) -> Stream:
    names = imdb_files.found(folder, imdb.NAMES)
    remarks = [] if names else ["no name.basics.tsv.gz beside it: taken without people"]

    def complete(db: Session, readings: Sequence[Reading]) -> list[Reading]:
        return imdb_names.named(db, readings, staged=names is not None)

    def prepare(db: Session) -> None:
        if names is not None:
            imdb_names.stage(db, names)

    def passed_over() -> Iterator[str]:
        return imdb.passed_over(folder, kinds)

    kinds = wishes.kinds or USUAL_KINDS
    source = wishes.source or imdb.SOURCE
    readings = _of(source, imdb.read(folder, text, kinds))
    found = filter(None, (imdb_files.found(folder, name) for name in (*imdb.BESIDE, imdb.NAMES)))
    made = Stream(source, text, readings, remarks, complete, prepare, beside=tuple(found))
    return replace(made, passed_over=passed_over)


def _json(text: Text, wishes: Wishes) -> Stream:
    """TMDB's films where the first records are of TMDB, else Wikipedia's."""
    first, found = _looked_at(_records(text))
    by_tmdb = any(tmdb.is_record(record) for _, record in first)
    kind = tmdb if by_tmdb else wikipedia
    source, remarks = wishes.source or kind.SOURCE, list[str]()
    told = json_records.telling(itertools.chain(first, found), kind.READ, remarks)
    readings = _readings(kind.read, told)
    return Stream(source, text, _of(source, readings), remarks, _as_they_are, _nothing)


def _records(text: Text) -> Iterator[Record]:
    """The records of a JSON file; those of a page of TMDB's begin on its line."""
    for line, record in json_records.read(text):
        if tmdb.is_page(record):
            yield from ((line, one) for one in record["results"])
        else:
            yield line, record


def _looked_at(records: Iterator[Record]) -> tuple[list[Record], Iterator[Record]]:
    """The first of the records, and those behind them. What cannot be read on says so after those
    that can."""
    first: list[Record] = []
    try:
        first.extend(itertools.islice(records, LOOKED_AT))
    except Unreadable as broken:
        return first, _refusing(broken)
    return first, records


def _refusing(broken: Unreadable) -> Iterator[Record]:
    raise broken
    yield  # never reached: it makes this an iterator


def _readings(read: Callable[[int, Any], Reading], found: Iterator[Record]) -> Iterator[Reading]:
    for _, on_a_line in itertools.groupby(found, key=itemgetter(0)):
        for earlier, (line, record) in enumerate(on_a_line):
            yield replace(_reading(read, line, record), earlier=earlier)


def _reading(read: Callable[[int, Any], Reading], line: int, record: Any) -> Reading:
    if isinstance(record, Odd):
        return Reading(line, "", None, (record.value,))
    try:
        return read(line, record)
    except RecursionError:
        return Reading(line, "", None, ("nested too deeply: refused",))


def _of(source: str, readings: Iterator[Reading]) -> Iterator[Reading]:
    """The readings, their films told by ``source``, without a score that is ours to count or whose
    source's name deceives."""
    for reading in readings:
        film = reading.film
        if film is None:
            yield reading
            continue
        theirs = tuple(one for one in film.ratings if not _misnamed(one["source"]))
        told = map(_left_out, (one["source"] for one in film.ratings if one not in theirs))
        is_nowhere = film.source == wikipedia.SOURCE and not import_records.has_href(film)
        if is_nowhere and source != film.source:  # somebody's own texts in that shape
            film = replace(film, rights=None)
        film = replace(film, source=source, ratings=theirs)
        yield replace(reading, film=film, notes=(*reading.notes, *told))


def _left_out(source: str) -> str:
    if scores.may_pass_for_ours(source):
        return f"score of {source}: left out, because it is counted here"
    return f"score of {source}: left out, because its name {_misnamed(source)}"


def _as_they_are(db: Session, readings: Sequence[Reading]) -> list[Reading]:
    return list(readings)


def _nothing(db: Session) -> None:
    """No preparation is needed."""
