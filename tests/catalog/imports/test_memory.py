"""A file of any length is imported in the same memory, whatever its kind."""

from __future__ import annotations

import gc
import gzip
import itertools
import json
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from catalog import importing, plain
from catalog.imports import batches, formats, imdb_names, rehearsals
from catalog.imports.formats import Wishes
from tests.factories import NOW

AT_ONCE = 40  # films a batch
NOTHING = 100_000  # bytes: not even the ids of so many films
WORDS = "word" * 500  # as one, which is read sooner


def csv_of(films: int, folder: Path) -> Path:
    """A table in which everybody plays in a film of their own."""
    path = folder / "films.csv"
    with path.open("w") as file:
        file.write("id,title,year,genres,cast,directors,overview\n")
        for number in range(films):
            who = f"Player {number} as Part {number}|Other {number}"
            file.write(f"{number},Film {number},1990,Drama,{who},Director {number},{WORDS}\n")
    return path


def tmdb_films(films: int) -> Iterator[str]:
    """TMDB's films, one a line."""
    for number in range(films):
        yield json.dumps(
            {
                **{"id": number, "title": f"Film {number}", "release_date": "1990-01-01"},
                **{"genres": [{"name": "Drama"}], "overview": WORDS},
                "credits": {
                    "cast": [{"name": f"Player {number}", "character": f"Part {number}"}],
                    "crew": [{"job": "Director", "name": f"Director {number}"}],
                },
            }
        )


def json_of(films: int, folder: Path) -> Path:
    """A list on one line."""
    path = folder / "films.json"
    path.write_text(f"[{','.join(tmdb_films(films))}]")
    return path


def json_lines_of(films: int, folder: Path) -> Path:
    """One film a line, packed."""
    path = folder / "films.jsonl.gz"
    path.write_bytes(gzip.compress("\n".join(tmdb_films(films)).encode(), 1))
    return path


def imdb_of(films: int, folder: Path) -> Path:
    """IMDb's files, packed; of every other title of the lists nobody wishes to know."""
    rows = {
        "title.basics": "tconst titleType primaryTitle startYear genres",
        "title.akas": "titleId title",
        "title.ratings": "tconst averageRating numVotes",
        "title.crew": "tconst directors",
        "title.principals": "tconst nconst category characters",
        "name.basics": "nconst primaryName",
    }
    told = {name: [header.split()] for name, header in rows.items()}
    for number in range(2 * films):
        key, kind = f"tt{number:07}", "movie" if number % 2 else "tvEpisode"
        told["title.basics"].append([key, kind, f"Film {number}", "1990", "Drama"])
        told["title.akas"] += [[key, f"Film {number}"], [key, f"Name {number}"]]
        told["title.ratings"].append([key, "7.5", "12"])
        told["title.crew"].append([key, f"nm{number:07}"])
        told["title.principals"].append([key, f"nm{number:07}", "actor", f'["Part {number}"]'])
        told["name.basics"].append([f"nm{number:07}", f"Player {number}"])
    for name, lines in told.items():
        text = "".join("\t".join(line) + "\n" for line in lines)
        (folder / f"{name}.tsv.gz").write_bytes(gzip.compress(text.encode(), 1))
    return folder


KINDS = (csv_of, json_of, json_lines_of, imdb_of)


@pytest.fixture
def held(monkeypatch):
    """The most memory that was held at once within a block, beyond that of before, a block each."""

    @contextmanager
    def measured():
        gc.collect()
        tracemalloc.reset_peak()
        before, _ = tracemalloc.get_traced_memory()
        yield
        most.append(tracemalloc.get_traced_memory()[1] - before)

    most = []
    monkeypatch.setattr(plain, "text", plain.text.__wrapped__)  # without the names it remembers
    gc.freeze()  # what is there already need not be looked through for what is let go
    tracemalloc.start()
    yield measured, most
    tracemalloc.stop()
    gc.unfreeze()


@pytest.mark.parametrize("write", KINDS)
def test_a_file_ten_times_as_long_is_read_in_the_same_memory(tmp_path, held, write):
    measured, most = held

    for films in (100, 200, 2_000):  # the first is the first of its kind
        with formats.stream(write(films, tmp_path), Wishes()) as stream, measured():
            for read, _ in enumerate(itertools.chain(stream.readings, stream.passed_over())):
                if read % AT_ONCE == 0:
                    gc.collect()  # with what Python keeps of freed things, to use it again
        assert read + 1 in (films, 2 * films)

    _, few, many = most
    assert many < few + NOTHING


def bring(db, stream, store, measured):
    """Import a file as the command does, and undo it."""
    run = batches.begin(db, fingerprint="a", source=stream.source, name="a", now=NOW)
    run_id, undone = run.id, db.begin_nested()
    if store is rehearsals.store:
        rehearsals.begin(db)
    told = {"now": NOW, "keep": db.flush, "hear": lambda entries: gc.collect(), "store": store}
    with measured():
        importing.run(db, stream, run_id, **told)
        batches.see(db, run_id, stream.passed_over())
    undone.rollback()


@pytest.mark.parametrize(
    ("write", "store"), [*((one, batches.store) for one in KINDS), (csv_of, rehearsals.store)]
)
def test_five_times_as_many_films_are_imported_in_the_same_memory(
    db, tmp_path, monkeypatch, held, write, store
):
    measured, most = held
    monkeypatch.setattr(importing, "AT_ONCE", AT_ONCE)
    monkeypatch.setattr(imdb_names, "AT_ONCE", AT_ONCE)
    monkeypatch.setattr(batches, "SEEN_AT_ONCE", AT_ONCE)

    for times in (1, 2, 10):  # the first brings the words of every statement
        with formats.stream(write(times * AT_ONCE, tmp_path), Wishes()) as stream:
            bring(db, stream, store, measured)

    _, few, many = most
    assert many < few + NOTHING
