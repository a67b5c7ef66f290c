"""The rows of the front page: collections, and where there are none the beginnings of lists."""

from __future__ import annotations

import random
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from catalog import counts, genres, listings, rails
from catalog.rails import Rails
from catalog.stretches import Moved, Stretch
from tests import factories
from tests.catalog import moves
from tests.queries import counted

FILMS, MOVES = 30, 150
QUERIES = 4
Rows = list[tuple[str, list[str], int]]


def test_a_rail_shows_twelve_films_of_its_collection_and_says_how_many_there_are(db):
    films = [factories.title(db, name=f"Film {number:02}") for number in range(14)]
    hidden = factories.title(db, status="withdrawn")
    factories.collection(db, "Second", films[:1], position=2)
    factories.collection(db, "First", [hidden, *films], position=1)
    factories.collection(db, "Empty", [hidden], position=0)

    with counted(db) as asked:
        rows = rails.drawn(db).rows

    assert [(rail.name, rail.slug, len(rail.cards), rail.total) for rail in rows] == [
        ("First", "first", 12, 14),
        ("Second", "second", 1, 1),
    ]
    assert [card.name for card in rows[0].cards] == [f"Film {number:02}" for number in range(12)]
    assert len(asked) == 1


def test_a_catalogue_without_collections_has_rows_of_what_is_popular_new_and_of_its_genres(db):
    for number in range(10):
        factories.title(
            db, name=f"War {number}", genres=["War"], popularity=number, year=1950 + number
        )
    for number in range(5):
        factories.title(db, name=f"Drama {number}", genres=["Drama"], popularity=20, year=1940)
    for number in range(3):
        factories.title(db, name=f"Rare {number}", genres=["Western"], popularity=-1, year=1930)
    factories.title(db, name="Draft", genres=["War"], popularity=99, status="draft")

    found = _read(rails.drawn(db))

    assert [(name, len(cards), total) for name, cards, total in found] == [
        ("Most popular", 12, 18),
        ("Newest", 12, 18),
        ("War", 10, 10),
        ("Drama", 5, 5),
    ]
    assert found[0][1][:6] == ["Drama 0", "Drama 1", "Drama 2", "Drama 3", "Drama 4", "War 9"]
    assert found[1][1][:2] == ["War 9", "War 8"]
    assert found[2][1] == [f"War {number}" for number in reversed(range(10))]


def test_each_row_is_the_beginning_of_the_list_that_it_leads_to(db):
    _furnish(db, random.Random(3))  # noqa: S311  # films that can be made again

    rows = rails.drawn(db).rows

    assert len(rows) == 5
    for rail in rows:
        full = listings.listed(db, per_page=rails.CARDS_IN_RAIL, **rail.query)
        assert (rail.cards, rail.total) == (full.cards, full.total)


def test_a_catalogue_that_fits_one_row_has_one_and_an_empty_one_none(db):
    assert rails.drawn(db).rows == []

    for number in range(rails.CARDS_IN_RAIL):
        factories.title(db, name=f"Film {number}", genres=["Drama"])

    assert [rail.name for rail in rails.drawn(db).rows] == ["Most popular"]


def test_the_rows_take_the_same_number_of_queries_however_many_films_there_are(db):
    asked = []
    for times in range(3):
        for number in range(14):
            genres_of_it = ["Drama", "War"][: 1 + number % 2]
            factories.title(db, name=f"Film {times} {number}", genres=genres_of_it)
        with counted(db) as statements:
            rails.drawn(db)
        asked.append(len(statements))

    assert asked == [QUERIES] * 3


def test_a_page_that_shows_one_row_asks_for_no_more(db):
    for number in range(20):
        factories.title(db, name=f"Film {number:02}", genres=["Drama"])
    every = rails.drawn(db).rows

    with counted(db) as statements:
        first = rails.drawn(db, most=1).rows

    assert (first, len(every), len(statements)) == (every[:1], 3, QUERIES - 1)


@pytest.mark.parametrize("counted_live", [5_000, 4], ids=["counted", "counted once in a while"])
def test_rows_that_are_not_told_read_the_same_and_those_that_are_have_a_reason(
    db: Session, monkeypatch: pytest.MonkeyPatch, counted_live: int
) -> None:
    for room in (listings, counts, genres, rails):
        monkeypatch.setattr(room, "COUNTED_LIVE", counted_live)
    chance = random.Random(5)  # noqa: S311  # moves that can be repeated
    ids = _furnish(db, chance)
    counts.refresh(db)
    shown = rails.drawn(db)
    stale: list[Any] = []
    groundless: list[Any] = []
    told = 0
    for _ in range(MOVES):
        before = moves.rows(db)
        change = {"id": chance.choice(ids), "number": chance.randrange(8)}
        db.execute(text(chance.choice(moves.CHANGES)), change)
        moved = list(moves.moved(before, moves.rows(db)))
        was, may_move = _read(shown), _may_move(shown, moved)
        is_told = any(one.reads_otherwise(film) for one in _stretches(shown) for film in moved)
        now = rails.drawn(db)
        told += is_told
        if is_told and _read(now) == was and not may_move:
            groundless.append(change)
        if not is_told and _read(now) != was:
            stale.append(change)
        shown = now if is_told else shown

    assert (stale, groundless) == ([], [])
    assert told > MOVES / 10


def _may_move(shown: Rails, moved: list[Moved]) -> bool:
    """Whether a film has moved that is at the edge of a row, or that a genre gains or loses, so
    that another one may have more."""
    edges = {key[-1] for one in _stretches(shown) for key in one.keys[:1] + one.keys[-1:]}
    joins = any(film.facets(film.past) ^ film.facets(film.fresh) for film in moved)
    return joins or bool(edges & {film.title_id for film in moved})


def _stretches(shown: Rails) -> list[Stretch]:
    return [tag for tag in shown.tags if isinstance(tag, Stretch)]


def _read(found: Rails) -> Rows:
    return [(rail.name, [card.name for card in rail.cards], rail.total) for rail in found.rows]


def _furnish(db: Session, chance: random.Random) -> list[int]:
    films = [
        factories.title(
            db,
            name=f"Film {number}",
            genres=[chance.choice(["Crime", "Drama", "War", "War"])],
            popularity=number % 5,
            year=1990 + number % 3,
        )
        for number in range(FILMS)
    ]
    for film in films[::2]:
        factories.rating(db, film, score=chance.randrange(8))
    return [film.id for film in films]
