"""What is kept in memory: never what changed meanwhile, never past a day, never too much."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core import clock
from web import page_cache
from web.kept_pages import KeptPages
from web.kept_shelves import Page, Parts


def test_a_page_that_was_being_drawn_while_it_changed_is_not_kept() -> None:
    pages = KeptPages(10_000)
    pages.open()
    began = pages.moment
    pages.drop(["film:one"])

    pages.keep("/film/one", _page("film:one"), since=began)
    pages.keep("/film/two", _page("film:two"), since=began)

    assert [pages.find(one) is not None for one in ("/film/one", "/film/two")] == [False, True]


def test_a_lost_line_empties_what_is_kept_and_nothing_is_kept_until_it_is_back() -> None:
    pages = KeptPages(10_000)
    pages.open()
    pages.keep("/", _page(), since=pages.moment)

    pages.close()
    pages.keep("/help", _page(), since=pages.moment)

    assert (pages.is_open, len(pages)) == (False, 0)


@pytest.mark.parametrize("said", ["[broken", "[1]", '[[{"title_id": 1}, null, []]]', "[[null]]"])
def test_news_that_cannot_be_read_may_be_of_anything(said: str) -> None:
    pages = KeptPages(10_000)
    pages.open()
    pages.keep("/", _page("list:"), since=pages.moment)
    pages.keep("/help", _page(), since=pages.moment)

    pages.hear(said)

    assert (pages.is_open, len(pages)) == (True, 0)


def test_what_nobody_asks_for_makes_room_first() -> None:
    pages = KeptPages(3 * len(_page().packed))
    pages.open()
    for name in "abc":
        pages.keep(name, _page(), since=pages.moment)
    assert pages.find("a")

    pages.keep("d", _page(), since=pages.moment)

    assert [name for name in "abcd" if pages.find(name)] == ["a", "c", "d"]


def test_parts_take_half_of_the_room_at_most_and_leave_it_to_pages() -> None:
    pages = KeptPages(8 * len(_page().packed))
    pages.open()
    for number in range(20):
        pages.keep(f"part {number}", _parts(), since=pages.moment)
        pages.keep(f"page {number}", _page(), since=pages.moment)

    parts = [number for number in range(20) if pages.find_parts(f"part {number}")]

    assert parts == [16, 17, 18, 19]
    assert [number for number in range(20) if pages.find(f"page {number}")] == parts


def test_what_is_larger_than_all_the_room_is_not_kept() -> None:
    pages = KeptPages(10)
    pages.open()

    pages.keep("part", _parts(), since=pages.moment)
    pages.keep("page", _page(), since=pages.moment)

    assert (pages.find_parts("part"), pages.find("page")) == (None, None)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kathmandu", "Australia/Adelaide", "Pacific/Apia"])
def test_no_page_is_kept_into_a_new_day_of_any_zone(zone: str) -> None:
    midnight = datetime(2026, 11, 23, tzinfo=ZoneInfo(zone))

    assert page_cache.next_quarter(midnight - timedelta(seconds=1)) == midnight


def test_a_page_whose_time_is_over_is_drawn_anew() -> None:
    pages = KeptPages(10_000)
    pages.open()
    pages.keep("/", _page(), since=pages.moment)
    pages.keep("/old", replace(_page(), until=clock.now()), since=pages.moment)

    assert [pages.find(one) is not None for one in ("/", "/old")] == [True, False]


def _parts() -> Parts:
    until = clock.now() + timedelta(minutes=15)
    return Parts(until, frozenset(), size=len(_page().packed), made={"cast": "x"})


def _page(*tags: str) -> Page:
    return Page.made(b"x" * 100, [], clock.now() + timedelta(minutes=15), tags)
