"""Lists are read by key from wherever is nearest, and give the same rows from everywhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from reports import listed, lists, questions
from reports.listed import Key, Listed, Near, Stretch
from reports.questions import Question
from tests.queries import counted
from tests.reports.test_ready import NOW, busy, lived
from tests.reports.test_ready_others import linked

SIZE = 1
CELLS = (
    ("funnel", "0", "people"),
    ("funnel", "all", "robots"),
    ("conversion", "all", "starts"),
    ("conversion", "all", "possible"),
    ("films", "all", "starts"),
    ("watching", "all", "viewers"),
    ("mrr", "0", "due"),
)


def walked(found: Listed[lists.Entry], size: int = SIZE) -> list[list[lists.Entry]]:
    """Every page in turn, each found from where the one before it ends."""
    near, pages = None, []
    for number in range(1, -(-len(found) // size) + 1):
        rows = found.page(number, size, near)
        near = Near(number, rows[-1][0])
        pages.append([entry for _, entry in rows])
    return pages


@pytest.mark.parametrize("seed", [603, 606, 609])
def test_a_page_is_the_same_from_wherever_it_is_found(db: Session, seed: int) -> None:
    chance = Random(seed)  # noqa: S311  # the same story each time
    linked(db, lived(db, chance), chance)
    asked = Question(NOW, ZoneInfo("UTC"))
    most = 0

    links = questions.of_origins(db, asked).rows
    came = [("origins", f"{link.kind} {link.name}", "came") for link in links if link.came]
    for report, row, cell in (*CELLS, *came):
        found = lists.behind(db, asked, report, row, cell)
        every = list(found)
        most = max(most, len(every))
        cut = [every[first : first + SIZE] for first in range(0, len(every), SIZE)]
        assert (len(every), walked(found)) == (len(found), cut)
        for near_page in range(1, len(cut) + 1):
            near = Near(near_page, found.page(near_page, SIZE)[-1][0])
            for number, entries in enumerate(cut, start=1):
                assert [each for _, each in found.page(number, SIZE, near)] == entries
    assert most > 3


def test_hundreds_are_walked_page_by_page_without_one_left_out(db: Session) -> None:
    busy(db, Random(901))  # noqa: S311  # the same story each time
    asked = Question(NOW, ZoneInfo("UTC"))

    for report, row, cell in (("funnel", "0", "people"), ("conversion", "all", "starts")):
        found = lists.behind(db, asked, report, row, cell)
        pages = walked(found, 9)
        assert len(pages) > 3
        assert [entry for page in pages for entry in page] == list(found)


def test_a_page_behind_another_passes_over_nothing() -> None:
    asked: list[Stretch] = []

    def read(stretch: Stretch) -> list[tuple[Key, int]]:
        asked.append(stretch)
        return []

    found: Listed[int] = Listed(1_000_000, read)
    near = Near(4000, (7, "g"))
    for number in (4001, 4000, 1, 10_000, 3999):
        found.page(number, 100, near)

    assert asked == [
        Stretch(0, 100, (7, "g")),
        Stretch(0, 100, (7, "g"), back=True),
        Stretch(0, 100),
        Stretch(0, 100, back=True),
        Stretch(100, 100, (7, "g"), back=True),
    ]


def test_a_long_list_is_read_lot_by_lot_each_behind_the_last() -> None:
    asked: list[Stretch] = []

    def read(stretch: Stretch) -> list[tuple[Key, int]]:
        asked.append(stretch)
        first = stretch.key[0] + 1 if stretch.key else 0
        return [((each, ""), each) for each in range(first, first + stretch.most)]

    assert list(Listed(2500, read)) == list(range(2500))
    assert asked == [
        Stretch(0, 1000),
        Stretch(0, 1000, (999, "")),
        Stretch(0, 500, (1999, "")),
    ]


@pytest.mark.parametrize("make", [listed.held, lambda found: listed.joined([found[:3], found[3:]])])
def test_a_list_at_hand_is_paged_as_any_other(make: Callable[[Sequence[int]], Listed[int]]) -> None:
    found = make(list(range(7)))

    assert [each for _, each in found.page(4, 2)] == [6]
    assert [each for _, each in found.page(2, 2, Near(3, (5, "")))] == [2, 3]
    assert (list(found), found[2:5], found[6]) == (list(range(7)), [2, 3, 4], 6)


def test_a_page_far_behind_takes_one_query_of_the_list(db: Session) -> None:
    lived(db, Random(609))  # noqa: S311  # the same story each time
    found = lists.behind(db, Question(NOW, ZoneInfo("UTC")), "funnel", "0", "people")
    near = Near(1, found.page(1, 1)[-1][0])

    with counted(db) as statements:
        found.page(2, 1, near)

    assert len(statements) == 1
    assert "(entered_us, person" in statements[0] and "OFFSET" in statements[0]
