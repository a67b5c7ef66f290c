"""What a worker does of its own accord drops no page that reads as before."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from catalog import counts, listings, similar_finding
from tests import factories
from tests.factories import NOW
from tests.web.kept_site import NAMES, Site, site

__all__ = ["site"]
LATER = NOW + timedelta(hours=25)


def _make_more(session: Session) -> None:
    for number in range(12):
        factories.title(session, genres=["Drama"], year=1990 + number % 3)
    similar_finding.refresh(session, now=NOW)
    assert (session.scalar(text("select count(*) from similar_title")) or 0) > 100


def _take_its_genre(session: Session) -> None:
    genre = "delete from title_genre using title where id = title_id and slug = 'two'"
    session.execute(text(genre))


def _draw_all(site: Site) -> None:
    for address in NAMES:
        site.get(address)


def test_looking_for_similar_films_drops_no_page_while_they_are_the_same(site: Site) -> None:
    # given so many films beside one another that their rows are not looked at one by one
    site.change(_make_more)
    _draw_all(site)

    site.change(lambda session: similar_finding.refresh_some(session, now=LATER))

    assert site.kept() == set(NAMES)


def test_a_film_that_is_no_longer_like_another_leaves_its_page_and_no_other(site: Site) -> None:
    # given a film that has just lost what it had in common with others
    site.change(_make_more)
    site.change(_take_its_genre)
    _draw_all(site)
    before = site.get("/film/one").text

    site.change(lambda session: similar_finding.refresh(session, now=LATER))
    kept, after = site.kept(), site.get("/film/one").text

    assert ["/film/two" in page for page in (before, after)] == [True, False]
    assert set(NAMES) - kept == {"/film/one", "/film/two"}


def test_choosing_what_is_popular_drops_only_the_pages_that_show_it_and_only_if_it_changed(
    site: Site,
) -> None:
    # given the page of a film that nothing is like
    def leave_one_alone(session: Session) -> None:
        session.execute(text("delete from similar_title"))
        session.execute(text("delete from title_genre"))
        similar_finding.refresh(session, now=NOW)

    site.change(leave_one_alone)
    _draw_all(site)

    # when the same is chosen a day later, or a film changes its place in the lists, it stays
    site.change(lambda session: similar_finding.refresh_some(session, now=LATER))
    assert site.kept() == set(NAMES)
    popular = "update title set popularity = 99 where slug = 'two'"
    site.change(lambda session: session.execute(text(popular)))
    assert "/film/next" in site.kept()

    # and when another order is chosen the pages that show it are drawn anew, and no other
    _draw_all(site)
    next_day = LATER + timedelta(hours=25)
    site.change(lambda session: similar_finding.refresh_some(session, now=next_day))
    films = {address for address in NAMES if address.startswith("/film/")}
    assert set(NAMES) - site.kept() == films - {"/film/one/reviews"}

    # and one that is withdrawn leaves them at once
    _draw_all(site)
    withdraw = "update title set status = 'withdrawn' where slug = 'two'"
    site.change(lambda session: session.execute(text(withdraw)))
    assert "/film/next" not in site.kept()
    assert "/film/two" not in site.get("/film/next").text


def test_counting_lists_drops_no_page_that_counts_its_films_itself(site: Site) -> None:
    site.change(lambda session: factories.title(session, genres=["War"]))
    _draw_all(site)

    site.change(counts.refresh)

    assert site.kept() == set(NAMES)


def test_counting_so_many_lists_that_no_message_names_them_drops_all_of_them(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("COUNTED_LIVE", 0), ("ROOM", 20)):
        monkeypatch.setattr(counts, name, value)

    site.change(counts.refresh)

    lists = {one for one in NAMES if one.startswith(("/browse", "/genre", "/collection"))}
    assert set(NAMES) - site.kept() == {"/", *lists}


def test_counting_lists_drops_those_whose_number_is_another(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given lists so long that their numbers are kept, and a film more in one of them
    for module in (counts, listings):
        monkeypatch.setattr(module, "COUNTED_LIVE", 1)
    site.change(counts.refresh)
    site.change(lambda session: factories.title(session, genres=["War"]))
    _draw_all(site)
    before = site.get("/browse").text

    site.change(counts.refresh)
    kept, after = site.kept(), site.get("/browse").text

    assert ["5 films" in page for page in (before, after)] == [False, True]
    lists = {"/browse", "/browse?sort=rating", "/browse?sort=name", "/genre/war"}
    assert set(NAMES) - kept == lists
