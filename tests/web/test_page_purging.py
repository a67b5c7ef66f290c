"""Kept pages are dropped exactly when something that they show changes."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import text

from catalog import detailing
from core import clock, db
from tests import factories
from tests.web.changes import CHANGES, NOT_LIKED, certify, change, film_one, give, run
from tests.web.kept_site import NAMES, Change, Site, site

__all__ = ["site"]


def test_a_change_drops_the_pages_that_show_it_and_no_others(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)  # no page ends with its quarter of an hour
    dropped, dropped_parts, stale = {}, {}, set()
    have_parts = site.with_parts()
    for what, (act, _) in CHANGES.items():
        site.change(act)
        kept, parts = site.kept(), site.with_parts()
        drawn = {one: site.draw(one).data for one in NAMES}
        stale |= {(what, one) for one in kept if site.get(one).data != drawn[one]}
        stale |= {(what, f"{one}, filled") for one in parts if site.fill(one).data != drawn[one]}
        dropped[what], dropped_parts[what] = set(NAMES) - kept, have_parts - parts
        for address in dropped[what]:
            site.get(address)

    assert stale == set()
    assert dropped == {what: shown for what, (_, shown) in CHANGES.items()}
    assert dropped_parts == {what: shown & have_parts for what, shown in dropped.items()}
    assert have_parts == set(NAMES) - {"/help", "/search"}


def detail(name: str, lines: list[str]) -> Change:
    return lambda db: detailing.change(db, film_one(db), {name: lines}, now=clock.now())


DETAILS = {
    "genres": ["War", "Western"],
    "certificates": ["BBFC, 15"],
    "releases": ["GB, cinema, 1995-10-27"],
    "directors": ["Far Away"],
    "cast": ["Di Rector | Ben"],
    "languages": ["French"],
    "content_notices": ["Violence"],
    "aliases": ["Uno"],
}


def test_details_that_the_desk_puts_right_leave_no_kept_page_as_it_was(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)  # no page ends with its quarter of an hour
    kept, stale = set(), set()
    for name, lines in DETAILS.items():
        site.change(detail(name, lines))
        kept |= {(name, one) for one in site.kept() if one == "/film/one"}
        drawn = {one: site.draw(one).data for one in NAMES}
        stale |= {(name, one) for one in NAMES if site.get(one).data != drawn[one]}

    assert (kept, stale) == (set(), set())


@pytest.mark.parametrize(
    ("address", "act"),
    [
        ("/browse?certificate=12+A", certify("one", "12 A")),
        ("/browse?sort=newest", change("two", year=1991)),
        ("/genre/drama?sort=oldest", change("two", year=1991)),
        ("/browse?decade=1960", change("two", year=1961)),
        ("/genre/war?sort=name", change("next", plain_name="another")),
        ("/genre/war?certificate=R", certify("next", "R")),
        ("/genre/drama?near=1.4", change("next", popularity=3)),
        ("/genre/western", run("update genre set name = 'West' where slug = 'western'")),
    ],
)
def test_a_list_hears_of_the_films_that_it_is_narrowed_to(
    site: Site, address: str, act: Change
) -> None:
    site.change(certify("two", "12 A"))
    site.change(lambda session: factories.genre(session, "Western"))
    site.get(address)
    is_kept = site.pages.find(address) is not None

    site.change(act)

    assert (is_kept, site.pages.find(address)) == (True, None)


def test_a_film_that_is_published_is_on_every_page_that_did_not_show_it_before(site: Site) -> None:
    # given a film that is withdrawn, whose director made another
    site.change(lambda db: factories.title(db, name="Three", directors=["Di Rector"]))
    site.change(change(status="withdrawn"))
    gaining = ("/person/di-rector", "/film/two", "/browse")
    before = ["/film/one" in site.get(address).text for address in gaining]
    kept = [site.pages.find(address) is None for address in gaining]

    # when it is published again
    site.change(change(status="published"))

    # then the pages that were kept without it have it
    after = ["/film/one" in site.get(address).text for address in gaining]
    assert (before, kept, after) == ([False] * 3, [False] * 3, [True] * 3)


def test_a_year_that_moves_a_film_to_another_page_of_its_people_is_told_to_both(site: Site) -> None:
    # given somebody with two pages of films, of which the oldest is alone on the second
    site.change(
        lambda session: [
            factories.title(session, name=f"Part {number}", year=2000 - number, cast=["Ada Long"])
            for number in range(49)
        ]
    )
    pages = ("/person/ada-long", "/person/ada-long?page=2")
    before = ["Part 48" in site.get(address).text for address in pages]
    kept = [site.pages.find(address) is not None for address in pages]

    # when it turns out to be the newest
    site.change(change("part-48", year=2001))

    # then it stands on the first, and another one on the second
    after = ["Part 48" in site.get(address).text for address in pages]
    assert (before, kept, after) == ([False, True], [True] * 2, [True, False])
    assert "Part 47" in site.get(pages[1]).text
    assert site.pages.find("/person/di-rector") is not None


def test_many_films_that_move_at_once_are_told_one_by_one(site: Site) -> None:
    # given more films than there is room for in a message, and a list that none of them is on
    site.change(
        lambda session: [
            factories.title(session, name=f"{number} {'long ' * 60}") for number in range(90)
        ]
    )
    for address in NAMES:
        site.get(address)
    before = site.get("/browse").text

    # when all of them move
    site.change(run("update title set popularity = 100 - id where name like '%long %'"))

    # then the lists on which they stand are made anew, and only they
    dropped = set(NAMES) - site.kept()
    assert dropped == {"/browse", "/browse?sort=rating", NOT_LIKED}
    assert site.get("/browse").text == site.draw("/browse").text != before


def test_a_page_reads_otherwise_as_soon_as_the_change_is_heard(site: Site) -> None:
    before = site.get("/film/one")

    site.change(
        lambda session: factories.review(session, film_one(session), text="I have just come.")
    )
    after = site.get("/film/one")

    assert ("I have just come." in before.text, "I have just come." in after.text) == (False, True)
    assert before.headers["ETag"] != after.headers["ETag"]
    assert site.get("/film/one").headers["ETag"] == after.headers["ETag"]


def test_a_home_page_without_collections_hears_of_what_its_rows_show(site: Site) -> None:
    # given more films than a row has room for, and no collection
    site.change(run("delete from collection_title"))
    site.change(
        lambda session: [
            factories.title(session, name=f"Part {number}", genres=["War"], year=1940)
            for number in range(12)
        ]
    )
    before = site.get("/")
    assert re.findall(r'<h2 id="rail-.">(.*?)<', before.text) == ["Most popular", "Newest", "War"]

    # when something changes that no row shows, then it stays
    site.change(lambda session: factories.review(session, film_one(session), text="Not there."))
    site.change(change("next", popularity=-7))
    assert site.pages.find("/") is not None
    assert site.draw("/").text == before.text

    # when a film comes into a row, a genre gains one, or a collection comes, then it is made anew
    for act in (
        change("next", popularity=9),
        give("two", "War"),
        lambda session: factories.collection(session, "Picked", [film_one(session)]),
    ):
        past = site.get("/").headers["ETag"]
        site.change(act)
        assert site.pages.find("/") is None
        assert site.get("/").text == site.draw("/").text
        assert site.get("/").headers["ETag"] != past


EXEMPT = {  # what they change is told by another table, or is on no page
    *("former_slug", "import_run", "picture", "picture_cut", "review_report", "review_vote"),
    *("search_prefix", "search_word", "similar_search", "title_source"),
    *("listing_count", "watched_together"),
}


def test_every_table_of_the_catalogue_says_what_changes_in_it(fresh_database: str) -> None:
    with db.transaction() as session:
        watched = set(
            session.scalars(
                text(
                    "select relname from pg_trigger join pg_class on pg_class.oid = tgrelid "
                    "where tgname like 'pages_%' group by relname having count(*) = 4"
                )
            )
        )
    tables = {
        mapper.class_.__tablename__
        for mapper in db.Base.registry.mappers
        if mapper.class_.__module__.startswith("catalog.")
    }

    assert tables - watched == EXEMPT
