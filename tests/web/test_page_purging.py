"""Kept pages are dropped exactly when something that they show changes."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from billing.models import Offer
from catalog import titles
from catalog.models import (
    CaptionTrack,
    Certificate,
    Person,
    Picture,
    Rating,
    Review,
    Title,
    TitleGenre,
)
from core import clock, db
from tests import factories
from tests.web.kept_site import NAMES, Change, Site, site

__all__ = ["site"]


def _set(film: str = "one", /, **values: object) -> Change:
    return lambda db: db.execute(update(Title).where(Title.slug == film).values(**values))


def _run(statement: str) -> Change:
    """Change what an SQL statement says; ``:one`` in it is the number of film one, and so on."""

    def act(session: Session) -> None:
        films = dict(session.execute(select(Title.slug, Title.id)).all())
        session.execute(text(statement), films)

    return act


def _one(session: Session) -> Title:
    return titles.by_slug(session, "one")


def _change_still(session: Session) -> None:
    session.add(Picture(content="0123456789abcdef", uploaded_at=factories.NOW))
    session.flush()
    _one(session).still = "0123456789abcdef"


def _give(film: str, genre: str, position: int = 1) -> Change:
    """A genre more for a film; one that nobody knows yet is made."""

    def act(session: Session) -> None:
        title_id, genre_id = titles.by_slug(session, film).id, factories.genre(session, genre).id
        session.add(TitleGenre(title_id=title_id, genre_id=genre_id, position=position))

    return act


def _certify(film: str, label: str) -> Change:
    def act(session: Session) -> None:
        of_film = {"title_id": titles.by_slug(session, film).id, "territory": "GB"}
        session.add(Certificate(**of_film, system=f"BBFC {label}", label=label))

    return act


FILM, REVIEWS, SHORT = "/film/one", "/film/one/reviews", "/browse?length=short"
WHOLE = {"/browse", "/browse?sort=rating", "/browse?sort=name"}
NOT_LIKED = "/film/next"  # it shows what is popular, and does not know which films these are
POPULAR = WHOLE | {NOT_LIKED}
NARROW = {SHORT, "/browse?certificate=R", "/genre/drama", "/genre/war"}
RAILS = {"/collection/new-this-week", "/collection/also-playing"}
FORMS = WHOLE | NARROW | RAILS
WITH_ONE = POPULAR | {"/genre/drama", "/collection/new-this-week"}
SHOW_CARD = WITH_ONE | {"/", FILM, REVIEWS, "/film/two", "/person/di-rector"}
GONE = {"/film/far", "/person/far-away"}  # so they are not kept again
CHANGES: dict[str, tuple[Change, set[str]]] = {
    "a film's name": (_set(name="Uno"), SHOW_CARD),
    "a film's place by name": (_set(plain_name="uno"), {"/browse?sort=name"}),
    "a film's story": (_set(synopsis="Otherwise."), {FILM}),
    "a film's languages": (_set(languages=["de"]), {FILM}),
    "what no page shows of a film": (_set(countries=["US"], rights="Public domain"), set()),
    "a film's still": (_change_still, {FILM, REVIEWS, "/person/di-rector"}),
    "a length that makes a film short": (_set(runtime_minutes=80), {FILM, SHORT}),
    "another short length": (_set(runtime_minutes=85), {FILM}),
    "a length that makes a film long": (_set(runtime_minutes=130), {FILM, SHORT}),
    "the language of captions": (
        _run(
            "update caption_track set language = 'de' from title where title.id = :one "
            "and title.video_id = caption_track.video_id"
        ),
        {FILM},
    ),
    "the captions of a trailer": (
        _run(
            "update caption_track set language = 'de' from trailer where title_id = :one "
            "and trailer.video_id = caption_track.video_id"
        ),
        set(),
    ),
    "the name of captions": (lambda db: db.execute(update(CaptionTrack).values(name="Aa")), set()),
    "a trailer's length": (
        _run("update video set seconds = 7 from trailer where video.id = trailer.video_id"),
        {FILM},
    ),
    "the length of a film's own video": (
        _run("update video set seconds = 8 from title where video.id = title.video_id"),
        set(),
    ),
    "a video of no film": (lambda db: factories.video(db), set()),
    "who may see a trailer": (_run("update trailer set gate = 'signed in'"), {FILM}),
    "a film's video": (_set(video_id=None), {FILM}),
    "nothing at all": (_set(name="Uno", updated_at=factories.NOW), set()),
    "where a search finds a film": (_set(tier=0), set()),
    "where a search finds a person": (lambda db: db.execute(update(Person).values(tier=0)), set()),
    "a film's place in lists": (_set(popularity=-9), {"/browse", "/genre/drama", NOT_LIKED}),
    "another film's place in lists": (
        _set("far", popularity=4),
        {"/browse", "/browse?sort=rating", NOT_LIKED},
    ),
    "a popularity that brings a film past no other": (_set("far", popularity=6), {NOT_LIKED}),
    "a review": (lambda db: factories.review(db, _one(db), text="Another."), {FILM, REVIEWS}),
    "a rating": (
        lambda db: db.execute(update(Rating).values(score=2)),
        {FILM},
    ),
    "a rating that brings a film before others": (
        lambda db: factories.rating(db, titles.by_slug(db, "two"), score=9),
        {"/film/two", "/browse?sort=rating"},
    ),
    "a rating by more people": (
        lambda db: db.execute(update(Rating).where(Rating.score == 2).values(count=999)),
        {FILM},
    ),
    "a person's name": (
        lambda db: db.execute(update(Person).where(Person.slug == "di-rector").values(name="Di")),
        {FILM, "/person/di-rector"},
    ),
    "a collection": (
        _run("update collection set name = 'Old' where slug = 'new-this-week'"),
        {"/", "/collection/new-this-week"},
    ),
    "a place in a collection": (_run("update collection_title set position = 3"), {"/"}),
    "a film more in a collection": (
        _run(
            "insert into collection_title select id, :two, 4 from collection "
            "where slug = 'also-playing'"
        ),
        {"/", "/collection/also-playing"},
    ),
    "a genre without films": (lambda db: factories.genre(db, "Western"), set()),
    "a genre that no film had": (_give("two", "Comedy"), FORMS | {"/film/two"}),
    "a genre that others have": (_give("far", "Drama"), {"/film/far", "/genre/drama"}),
    "the order of a film's genres": (
        _run(
            "update title_genre set position = position + 2 where title_id = :far and position > 0"
        ),
        {"/film/far"},
    ),
    "a film's first genre": (
        _run(
            "update title_genre set genre_id = (select id from genre where slug = 'comedy') "
            "where title_id = :next"
        ),
        POPULAR | {"/film/far", "/genre/war"},
    ),
    "a genre's name": (
        _run("update genre set name = 'Horror' where slug = 'drama'"),
        FORMS | SHOW_CARD | {"/film/far"},
    ),
    "a certificate that others have": (
        _certify("two", "R"),
        {"/film/two", "/browse?certificate=R"},
    ),
    "a certificate that no film had": (_certify("two", "12 A"), FORMS | {"/film/two"}),
    "the offer": (lambda db: db.execute(update(Offer).values(amount_minor=999)), set(NAMES)),
    "what Stripe calls the offer": (
        lambda db: db.execute(update(Offer).values(stripe_price_id="price_1", name="Inside")),
        set(),
    ),
    "an offer that no page shows": (
        lambda db: factories.offer(db, code="quiet", on_pages=False),
        set(),
    ),
    "the price of an offer that no page shows": (
        _run("update offer set amount_minor = 499 where code = 'quiet'"),
        set(),
    ),
    "an offer that pages show from now on": (
        _run("update offer set on_pages = true where code = 'quiet'"),
        set(NAMES),
    ),
    "an offer that is over": (
        _run("update offer set active = false where code = 'quiet'"),
        set(NAMES),
    ),
    "the price of an offer that is over": (
        _run("update offer set amount_minor = 399 where code = 'quiet'"),
        set(),
    ),
    "a new film": (lambda db: factories.title(db, name="New"), POPULAR),
    "a new film of a genre": (
        lambda db: factories.title(db, name="Newer", genres=["War"]),
        POPULAR | {"/genre/war"},
    ),
    "a film of a decade that had none": (
        lambda db: factories.title(db, name="Old", year=1921),
        POPULAR | FORMS,
    ),
    "a draft": (lambda db: factories.title(db, name="Draft", status="draft"), set()),
    "a draft's story": (_set("draft", name="Other"), set()),
    "a review that waits": (
        lambda db: factories.review(db, _one(db), text="Wait.", status="waiting"),
        set(),
    ),
    "a review that is approved": (
        lambda db: db.execute(update(Review).values(status="approved")),
        {FILM, REVIEWS},
    ),
    "a film deleted": (
        _run("delete from title where id = :far"),
        POPULAR
        | {"/", "/film/far", "/person/far-away", "/genre/war", "/genre/drama"}
        | {"/browse?certificate=R", "/collection/also-playing"},
    ),
    "a film withdrawn": (_set(status="withdrawn"), SHOW_CARD | GONE),
    "a film's address": (_set(slug="uno", status="published"), SHOW_CARD | GONE),
}


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
    assert have_parts == set(NAMES) - {"/help"}


@pytest.mark.parametrize(
    ("address", "change"),
    [
        ("/browse?certificate=12+A", _certify("one", "12 A")),
        ("/browse?sort=newest", _set("two", year=1991)),
        ("/genre/drama?sort=oldest", _set("two", year=1991)),
        ("/browse?decade=1960", _set("two", year=1961)),
        ("/genre/war?sort=name", _set("next", plain_name="another")),
        ("/genre/war?certificate=R", _certify("next", "R")),
        ("/genre/drama?near=1.4", _set("next", popularity=3)),
        ("/genre/western", _run("update genre set name = 'West' where slug = 'western'")),
    ],
)
def test_a_list_hears_of_the_films_that_it_is_narrowed_to(
    site: Site, address: str, change: Change
) -> None:
    site.change(_certify("two", "12 A"))
    site.change(lambda session: factories.genre(session, "Western"))
    site.get(address)
    is_kept = site.pages.find(address) is not None

    site.change(change)

    assert (is_kept, site.pages.find(address)) == (True, None)


def test_a_film_that_is_published_is_on_every_page_that_did_not_show_it_before(site: Site) -> None:
    # given a film that is withdrawn, whose director made another
    site.change(lambda db: factories.title(db, name="Three", directors=["Di Rector"]))
    site.change(_set(status="withdrawn"))
    gaining = ("/person/di-rector", "/film/two", "/browse")
    before = ["/film/one" in site.get(address).text for address in gaining]
    kept = [site.pages.find(address) is None for address in gaining]

    # when it is published again
    site.change(_set(status="published"))

    # then the pages that were kept without it have it
    after = ["/film/one" in site.get(address).text for address in gaining]
    assert (before, kept, after) == ([False] * 3, [False] * 3, [True] * 3)


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
    site.change(_run("update title set popularity = 100 - id where name like '%long %'"))

    # then the lists on which they stand are made anew, and only they
    dropped = set(NAMES) - site.kept()
    assert dropped == {"/browse", "/browse?sort=rating", NOT_LIKED}
    assert site.get("/browse").text == site.draw("/browse").text != before


def test_a_page_reads_otherwise_as_soon_as_the_change_is_heard(site: Site) -> None:
    before = site.get("/film/one")

    site.change(lambda session: factories.review(session, _one(session), text="I have just come."))
    after = site.get("/film/one")

    assert ("I have just come." in before.text, "I have just come." in after.text) == (False, True)
    assert before.headers["ETag"] != after.headers["ETag"]
    assert site.get("/film/one").headers["ETag"] == after.headers["ETag"]


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
