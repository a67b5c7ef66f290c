"""Changes of what pages show, and which pages of ``kept_site.NAMES`` each of them drops."""

from __future__ import annotations

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
from tests import factories
from tests.web.kept_site import NAMES, Change


def change(film: str = "one", /, **values: object) -> Change:
    return lambda db: db.execute(update(Title).where(Title.slug == film).values(**values))


def run(statement: str) -> Change:
    """Change what an SQL statement says; ``:one`` in it is the number of film one, and so on."""

    def act(session: Session) -> None:
        films = dict(session.execute(select(Title.slug, Title.id)).all())
        session.execute(text(statement), films)

    return act


def film_one(session: Session) -> Title:
    return titles.by_slug(session, "one")


def change_still(session: Session) -> None:
    session.add(Picture(content="0123456789abcdef", uploaded_at=factories.NOW))
    session.flush()
    film_one(session).still = "0123456789abcdef"


def give(film: str, genre: str, position: int = 1) -> Change:
    """A genre more for a film; one that nobody knows yet is made."""

    def act(session: Session) -> None:
        title_id, genre_id = titles.by_slug(session, film).id, factories.genre(session, genre).id
        session.add(TitleGenre(title_id=title_id, genre_id=genre_id, position=position))

    return act


def certify(film: str, label: str) -> Change:
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
    "a film's name": (change(name="Uno"), SHOW_CARD),
    "a film's place by name": (change(plain_name="uno"), {"/browse?sort=name"}),
    "a film's story": (change(synopsis="Otherwise."), {FILM}),
    "a film's languages": (change(languages=["de"]), {FILM}),
    "what no page shows of a film": (change(countries=["US"]), set()),
    "whose words a film is told in": (change(rights="From Wikipedia, CC BY-SA 4.0"), {FILM}),
    "a film's still": (change_still, {FILM, REVIEWS, "/person/di-rector"}),
    "a length that makes a film short": (change(runtime_minutes=80), {FILM, SHORT}),
    "another short length": (change(runtime_minutes=85), {FILM}),
    "a length that makes a film long": (change(runtime_minutes=130), {FILM, SHORT}),
    "the language of captions": (
        run(
            "update caption_track set language = 'de' from title where title.id = :one "
            "and title.video_id = caption_track.video_id"
        ),
        {FILM},
    ),
    "the captions of a trailer": (
        run(
            "update caption_track set language = 'de' from trailer where title_id = :one "
            "and trailer.video_id = caption_track.video_id"
        ),
        set(),
    ),
    "the name of captions": (lambda db: db.execute(update(CaptionTrack).values(name="Aa")), set()),
    "a trailer's length": (
        run("update video set seconds = 7 from trailer where video.id = trailer.video_id"),
        {FILM},
    ),
    "the length of a film's own video": (
        run("update video set seconds = 8 from title where video.id = title.video_id"),
        set(),
    ),
    "a video of no film": (lambda db: factories.video(db), set()),
    "who may see a trailer": (run("update trailer set gate = 'signed in'"), {FILM}),
    "a film's video": (change(video_id=None), {FILM}),
    "nothing at all": (change(name="Uno", updated_at=factories.NOW), set()),
    "where a search finds a film": (change(tier=0), set()),
    "where a search finds a person": (lambda db: db.execute(update(Person).values(tier=0)), set()),
    "a film's place in lists": (change(popularity=-9), {"/browse", "/genre/drama", NOT_LIKED}),
    "another film's place in lists": (
        change("far", popularity=4),
        {"/browse", "/browse?sort=rating", NOT_LIKED},
    ),
    "a popularity that brings a film past no other": (change("far", popularity=6), {NOT_LIKED}),
    "a review": (lambda db: factories.review(db, film_one(db), text="Another."), {FILM, REVIEWS}),
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
    "a score of too few votes": (
        lambda db: factories.rating(db, titles.by_slug(db, "far"), score=10, count=4),
        {"/film/far"},
    ),
    "the vote by which a score is shown": (
        run("update rating set count = 5 where title_id = :far"),
        {"/film/far", "/browse?sort=rating"},
    ),
    "a person's name": (
        lambda db: db.execute(update(Person).where(Person.slug == "di-rector").values(name="Di")),
        {FILM, "/person/di-rector"},
    ),
    "a collection": (
        run("update collection set name = 'Old' where slug = 'new-this-week'"),
        {"/", "/collection/new-this-week"},
    ),
    "a place in a collection": (run("update collection_title set position = 3"), {"/"}),
    "a film more in a collection": (
        run(
            "insert into collection_title select id, :two, 4 from collection "
            "where slug = 'also-playing'"
        ),
        {"/", "/collection/also-playing"},
    ),
    "a genre without films": (lambda db: factories.genre(db, "Western"), set()),
    "a genre that no film had": (give("two", "Comedy"), FORMS | {"/film/two"}),
    "a genre that others have": (give("far", "Drama"), {"/film/far", "/genre/drama"}),
    "the order of a film's genres": (
        run(
            "update title_genre set position = position + 2 where title_id = :far and position > 0"
        ),
        {"/film/far"},
    ),
    "a film's first genre": (
        run(
            "update title_genre set genre_id = (select id from genre where slug = 'comedy') "
            "where title_id = :next"
        ),
        POPULAR | {"/film/far", "/genre/war"},
    ),
    "a genre's name": (
        run("update genre set name = 'Horror' where slug = 'drama'"),
        FORMS | SHOW_CARD | {"/film/far"},
    ),
    "a certificate that others have": (
        certify("two", "R"),
        {"/film/two", "/browse?certificate=R"},
    ),
    "a certificate that no film had": (certify("two", "12 A"), FORMS | {"/film/two"}),
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
        run("update offer set amount_minor = 499 where code = 'quiet'"),
        set(),
    ),
    "an offer that pages show from now on": (
        run("update offer set on_pages = true where code = 'quiet'"),
        set(NAMES),
    ),
    "an offer that is over": (
        run("update offer set active = false where code = 'quiet'"),
        set(NAMES),
    ),
    "the price of an offer that is over": (
        run("update offer set amount_minor = 399 where code = 'quiet'"),
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
    "a draft's story": (change("draft", name="Other"), set()),
    "a review that waits": (
        lambda db: factories.review(db, film_one(db), text="Wait.", status="waiting"),
        set(),
    ),
    "a review that is approved": (
        lambda db: db.execute(update(Review).values(status="approved")),
        {FILM, REVIEWS},
    ),
    "a film deleted": (
        run("delete from title where id = :far"),
        POPULAR
        | {"/", "/film/far", "/person/far-away", "/genre/war", "/genre/drama"}
        | {"/browse?certificate=R", "/collection/also-playing"},
    ),
    "a film withdrawn": (change(status="withdrawn"), SHOW_CARD | GONE),
    "a film's address": (change(slug="uno", status="published"), SHOW_CARD | GONE),
}
