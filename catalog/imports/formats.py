"""What kind of file an operator brought, and its films one after the other, whatever the kind."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.orm import Session

from catalog import import_file
from catalog.import_file import Unreadable
from catalog.import_records import Reading
from catalog.imports import imdb, imdb_names, opening, tables, tmdb
from catalog.imports.opening import Text

LIST, TABLE, TMDB, IMDB = "list", "table", "tmdb", "imdb"
USUAL_SOURCE = "import"


@dataclass(frozen=True)
class Wishes:
    """What the operator said beside the file: the ``source``'s name for a table, ``columns`` by
    hand (header to field), and which of IMDb's ``kinds`` to take."""

    source: str = USUAL_SOURCE
    columns: Mapping[str, str] = field(default_factory=dict)
    kinds: tuple[str, ...] = ("movie", "tvMovie")


@dataclass
class Stream:
    """The films of a file in its order, read as they are asked for. ``complete`` finishes a batch
    of readings with what only the database knows; ``remarks`` fill while it is read."""

    source: str
    text: Text
    readings: Iterator[Reading]
    remarks: list[str]
    complete: Callable[[Session, Sequence[Reading]], list[Reading]]
    prepare: Callable[[Session], None]


def kind_of(path: Path) -> str:
    """``list`` (Wikipedia's films as one JSON list), ``table``, ``tmdb`` or ``imdb``.

    Raises ``Unreadable`` for what is neither a file nor a folder of IMDb's.
    """
    if path.is_dir():
        if imdb.is_folder(path):
            return IMDB
        raise Unreadable(f"{path} is a folder without IMDb's title.basics.tsv.gz.")
    with opening.opened(path) as text:
        first = next((line.strip() for line in text if line.strip()), "")
    if first.startswith("{"):
        return TMDB
    if first.startswith("["):
        return TMDB if _is_list_of_tmdb(path) else LIST
    return TABLE


def _is_list_of_tmdb(path: Path) -> bool:
    return any(tmdb.is_record(record) for _, record in import_file.records(path)[:10])


@contextmanager
def stream(path: Path, wishes: Wishes) -> Iterator[Stream]:
    """The films of a table, of TMDB or of IMDb."""
    kind = kind_of(path)
    basics = imdb.found(path, imdb.BASICS) if kind == IMDB else path
    with opening.opened(basics or path) as text:
        remarks: list[str] = []
        if kind == IMDB:
            yield _imdb(path, text, wishes, remarks)
        elif kind == TMDB:
            readings = _tmdb(path, text)
            yield Stream(tmdb.SOURCE, text, readings, remarks, _as_they_are, _nothing)
        else:
            rows = tables.read(text, wishes.source, wishes.columns, remarks)
            yield Stream(wishes.source, text, rows, remarks, _as_they_are, _nothing)


def _imdb(folder: Path, text: Text, wishes: Wishes, remarks: list[str]) -> Stream:
    names = imdb.found(folder, imdb.NAMES)
    if names is None:
        remarks.append("no name.basics.tsv.gz beside it: taken without people")

    def complete(db: Session, readings: Sequence[Reading]) -> list[Reading]:
        return imdb_names.named(db, readings, staged=names is not None)

    def prepare(db: Session) -> None:
        if names is not None:
            imdb_names.stage(db, names)

    readings = imdb.read(folder, text, wishes.kinds)
    return Stream(imdb.SOURCE, text, readings, remarks, complete, prepare)


def _tmdb(path: Path, text: Text) -> Iterator[Reading]:
    """TMDB's films from a JSON list or one object, or from one object a line."""
    lines = iter(text)
    first = next((line for line in lines if line.strip()), "")
    try:
        json.loads(first)
        is_line = first.lstrip().startswith("{")
    except ValueError:
        is_line = False
    if not is_line:
        yield from (tmdb.read(line, record) for line, record in import_file.one_or_more(path))
        return
    yield _on_a_line(text.line, first)
    yield from (_on_a_line(text.line, line) for line in lines if line.strip())


def _on_a_line(number: int, line: str) -> Reading:
    try:
        return tmdb.read(number, json.loads(line))
    except (ValueError, RecursionError):
        return Reading(number, "", None, ("not JSON: refused",))


def _as_they_are(db: Session, readings: Sequence[Reading]) -> list[Reading]:
    return list(readings)


def _nothing(db: Session) -> None:
    """No preparation is needed."""
