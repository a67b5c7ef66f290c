"""Commits that cross each other leave no kept page that reads otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from sqlalchemy.orm import Session

from core import db
from tests import factories
from tests.web.changes import change, give, run
from tests.web.kept_site import NAMES, Change, Site, site

__all__ = ["site"]

PUT_TWO_THERE = run(
    "insert into collection_title (collection_id, title_id, position)"
    " select id, :two, 2 from collection where slug = 'new-this-week'"
)
PUBLISHED = change("two", status="published")


@contextmanager
def _crossing(*acts: Change) -> Iterator[list[Session]]:
    """Transactions of which each has acted before another is over."""
    with ExitStack() as ends:
        under_way = [ends.enter_context(db.session()) for _ in acts]
        for session, act in zip(under_way, acts, strict=True):
            act(session)
            session.flush()
        yield under_way


def _commit(site: Site, session: Session) -> dict[str, str]:
    """Commit and hear; what each page reads then for a visitor. All of them are kept afterwards."""
    session.commit()
    site.hear()
    return {address: site.get(address).text for address in NAMES}


def _drawn(site: Site) -> dict[str, str]:
    return {address: site.draw(address).text for address in NAMES}


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("moves", [change("two", popularity=50), PUBLISHED])
def test_a_film_that_moves_while_it_is_put_into_a_collection_stands_where_it_belongs(
    site: Site, moves: Change, first: int
) -> None:
    if moves is PUBLISHED:
        site.change(change("two", status="withdrawn"))

    with _crossing(PUT_TWO_THERE, moves) as under_way:
        _commit(site, under_way[first])
        found = _commit(site, under_way[1 - first])

    assert found == _drawn(site)


def test_the_last_two_films_of_a_decade_that_leave_at_one_instant_take_it_along(
    site: Site,
) -> None:
    site.change(change("far", year=1933))
    site.change(change("next", year=1934))
    before = site.get("/browse").text

    with _crossing(change("far", year=1971), change("next", status="withdrawn")) as under_way:
        for session in under_way:
            found = _commit(site, session)

    assert ("1930s" in before, "1930s" in found["/browse"]) == (True, False)
    assert found == _drawn(site)


def test_a_film_that_comes_as_the_last_of_its_genre_leaves_keeps_the_genre_on_every_page(
    site: Site,
) -> None:
    site.change(lambda session: factories.genre(session, "Western"))
    site.change(give("one", "Western"))
    leaves = run(
        "delete from title_genre where title_id = :one"
        " and genre_id = (select id from genre where slug = 'western')"
    )

    with _crossing(leaves, give("two", "Western")) as under_way:
        between = _commit(site, under_way[0])
        found = _commit(site, under_way[1])

    assert ("Western" in between["/browse"], "Western" in found["/browse"]) == (False, True)
    assert found == _drawn(site)


def test_a_film_that_leaves_a_genre_that_others_have_drops_no_list_of_other_films(
    site: Site,
) -> None:
    site.change(lambda session: factories.title(session, name="Five", genres=["War"]))
    site.change(give("one", "War"))
    for address in NAMES:
        site.get(address)

    site.change(run("delete from title_genre where title_id = :one and position = 1"))

    kept = {"/browse?certificate=R", "/collection/also-playing", "/film/far"}
    assert kept <= site.kept()
    assert "/genre/war" not in site.kept()
