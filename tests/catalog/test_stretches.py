"""A page of a list is told which films' moves it shows, however it was found."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from catalog import counts, listings
from catalog.listings import Anchor, Page
from catalog.stretches import Moved
from tests import factories
from tests.catalog import moves

FILMS, MOVES, PAGES, PER_PAGE = 16, 20, 30, 3
NARROWED: tuple[dict[str, Any], ...] = (
    {},
    {"genre": "war"},
    {"genre": "war", "length": "short"},
    {"collection": "evening"},
)


@pytest.mark.parametrize(
    ("sorted_whole", "counted_live"),
    [(8_000, 5_000), (0, 5_000), (0, 4)],
    ids=["found whole", "walked", "walked, and counted once in a while"],
)
def test_a_page_that_is_not_told_reads_the_same_and_one_that_is_told_has_a_reason(
    db: Session, monkeypatch: pytest.MonkeyPatch, sorted_whole: int, counted_live: int
) -> None:
    monkeypatch.setattr(listings, "SORTED_WHOLE", sorted_whole)
    for room in (listings, counts):
        monkeypatch.setattr(room, "COUNTED_LIVE", counted_live)
    chance = random.Random(7)  # noqa: S311  # moves that can be repeated
    ids = _furnish(db, chance)
    places = chance.sample(list(_places(db)), PAGES)
    shown = {place: _read(db, *place) for place in places}
    stale: list[Any] = []
    groundless: list[Any] = []
    told = 0
    for _ in range(MOVES):
        before = moves.rows(db)
        change = {"id": chance.choice(ids), "number": chance.randrange(8)}
        db.execute(text(chance.choice(moves.CHANGES)), change)
        moved = list(moves.moved(before, moves.rows(db)))
        for place, page in shown.items():
            was, at_edge = _reads(page), _has_at_its_edge(page, moved)
            is_told = any(page.stretch.reads_otherwise(film) for film in moved)
            shown[place] = now = _read(db, *place) if is_told else page
            told += is_told
            if is_told and _reads(now) == was and not at_edge:
                groundless.append((place, change))
            if not is_told and _reads(_read(db, *place)) != was:
                stale.append((place, change))

    assert (stale, groundless) == ([], [])
    assert told > MOVES


def _has_at_its_edge(page: Page, moved: list[Moved]) -> bool:
    """Whether a film has moved beyond which the page knows nothing: its first, its last, the one
    that it is found from. A page that has become empty is not kept."""
    known = {key[-1] for key in page.stretch.keys[:1] + page.stretch.keys[-1:]}
    known.add(page.stretch.near)
    return not page.cards or bool(known & {film.title_id for film in moved})


def _furnish(db: Session, chance: random.Random) -> list[int]:
    films = [
        factories.title(
            db,
            name=f"Film {number}",
            genres=[chance.choice(["Drama", "War", "War"])],
            popularity=number % 5,
            year=1990 + number % 3,
            runtime_minutes=chance.choice([80, 85, 100]),
        )
        for number in range(FILMS)
    ]
    for film in films[::2]:
        factories.rating(db, film, score=chance.randrange(8))
    factories.collection(db, "Evening", films[3:12])
    counts.refresh(db)
    return [film.id for film in films]


def _places(db: Session) -> Iterator[tuple[int, str, int, Anchor | None]]:
    """Pages of every list in every order, by number and near a film. One without films is not kept
    unless it is the first."""
    for at, sort in itertools.product(range(len(NARROWED)), listings.SORTS):
        for page in (1, 2, 3):
            yield at, sort, page, None
            for near in (1, 2, 4):
                anchored = _read(db, at, sort, near, None)
                if anchored.cards:
                    yield at, sort, page, Anchor(near, anchored.stretch.keys[-1][-1])


def _read(db: Session, at: int, sort: str, page: int, near: Anchor | None) -> Page:
    narrowed = NARROWED[at]
    return listings.listed(db, sort=sort, page=page, near=near, per_page=PER_PAGE, **narrowed)


def _reads(page: Page) -> tuple[list[int], int]:
    """What is read of a list itself; how a film's card reads, its page is told otherwise."""
    return [key[-1] for key in page.stretch.keys], page.total
