"""Structured data of many films: sound by the search engines' rules, and as the page reads."""

from __future__ import annotations

import json
import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks import made_up_films
from billing.models import Offer
from catalog import scores, seeding
from catalog.models import Release, Title
from core import territories
from tests import factories, imported
from tests.factories import NOW
from tests.web.reading import graph_of, parsed, text_of
from tests.web.structured_rules import complaints

pytestmark = pytest.mark.usefixtures("today")

FILMS = Path(__file__).resolve().parents[3] / "shared" / "films" / "movies-1980s.json"
SEED, HOW_MANY = 20261122, 200
Thing = dict[str, Any]


def wrong_with(page: str) -> list[str]:
    """What the rules complain of in a film's page, and what it marks up that nobody can read."""
    movie, way = graph_of(page)
    said, tree = text_of(page), parsed(page)
    found = [*complaints(movie), *complaints(way)]
    found += [f"not on the page: {words}" for words in _told(movie) if words not in said]
    trail = next(one for one in tree.iter("nav") if one.get("aria-label") == "Breadcrumb")
    shown = [" ".join("".join(one.itertext()).split()) for one in trail.iter("li")]
    if len(shown) != len(way["itemListElement"]):
        found.append(f"another way than the visible one: {shown}")
    addresses = [one.get("href") for one in trail.iter("a")]
    marked = [one["item"].partition("8000")[2] for one in way["itemListElement"] if "item" in one]
    if addresses != marked:
        found.append(f"the way leads elsewhere: {addresses} and {marked}")
    return found


def _told(movie: Thing) -> list[str]:
    """The words that a page must show because its structured data says them."""
    told = [movie["name"], *movie.get("genre", ()), *movie.get("alternateName", ())]
    told += [movie.get("description", ""), movie.get("contentRating", "")]
    told += [f"({movie['dateCreated']})"] if "dateCreated" in movie else []
    told += [one["name"] for one in (*movie.get("actor", ()), *movie.get("director", ()))]
    for review in movie.get("review", ()):
        told += [review["author"]["name"], f"Score {review['reviewRating']['ratingValue']} /10"]
        told += review["reviewBody"].split()[:20]
    rating = movie.get("aggregateRating")
    if rating:
        told.append(f"Rating {rating['ratingValue']:.1f} /10 {rating['ratingCount']} ratings")
    if "offers" in movie:
        told.append(f"{float(movie['offers']['price']):.2f} a month")
    if "trailer" in movie:
        told.append("Watch trailer")
    return [" ".join(words.split()) for words in told if words]


def pages_of(client: FlaskClient, db: Session) -> dict[str, str]:
    """The page of every published film, by its slug."""
    slugs = db.scalars(select(Title.slug).where(Title.status == "published")).all()
    return {slug: client.get(f"/film/{slug}").text for slug in slugs}


def furnish(db: Session, lots: random.Random) -> None:
    """Give imported films what only a service of its own has: reviews, trailers, releases."""
    for film in db.scalars(select(Title).order_by(Title.id)).all():
        for place in range(lots.choice([0, 0, 1, 4, 7])):
            on = date(2026, lots.randint(1, 12), place + 1)
            factories.review(
                db, film, score=lots.randint(1, 10), written_on=on, text="Seen." + " Again." * 70
            )
        scores.refresh(db, film.id)
        if lots.random() < 0.3:
            gate = lots.choice(["everyone", "entitled"])
            video = factories.video(db, seconds=lots.randint(1, 400))
            factories.trailer(db, film, gate=gate, video_id=video.id)
            film.video_id = video.id
        if lots.random() < 0.5:
            country = lots.choice(list(territories.names()))
            on = date(film.year or 1980, lots.randint(1, 12), 1)
            db.add(Release(title_id=film.id, territory=country, kind="theatrical", on=on))
    db.flush()
    db.expire_all()


def two_hundred_films(lots: random.Random) -> list[Thing]:
    """Real films by lot; where their list is not beside the project, films that are made up."""
    if FILMS.exists():
        return lots.sample(json.loads(FILMS.read_text()), HOW_MANY)
    made = (made_up_films.film(number, people=400) for number in range(HOW_MANY))
    return [
        {
            **{"title": one.name, "year": one.year or 1980, "extract": one.synopsis or ""},
            "genres": [made_up_films.GENRES[genre] for genre in one.genres],
            "cast": [made_up_films.person(number) for number, _ in one.cast],
            "href": f"Film_{one.id}",
        }
        for one in made
    ]


def test_two_hundred_imported_films_are_marked_up_soundly_and_as_they_read(
    client: FlaskClient, db: Session, offer: Offer, tmp_path: Path
) -> None:
    lots = random.Random(SEED)  # noqa: S311  # the same films each time
    chosen = tmp_path / "films.json"
    chosen.write_text(json.dumps(two_hundred_films(lots)))
    imported.bring(db, chosen, now=NOW)
    furnish(db, lots)

    pages = pages_of(client, db)

    kinds = {name for page in pages.values() for name in graph_of(page)[0]}
    assert {"aggregateRating", "review", "trailer", "offers", "actor", "description"} <= kinds
    assert len(pages) > HOW_MANY * 0.95
    assert {slug: wrong for slug, page in pages.items() if (wrong := wrong_with(page))} == {}


def test_every_film_of_the_demo_is_marked_up_soundly_and_as_it_reads(
    client: FlaskClient, db: Session, offer: Offer
) -> None:
    seeding.load(db, now=NOW)

    pages = pages_of(client, db)

    assert len(pages) > 50
    assert {slug: wrong for slug, page in pages.items() if (wrong := wrong_with(page))} == {}


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (lambda one: one.pop("image"), "/Movie has no image"),
        (lambda one: one.update(duration="111 min"), "/Movie/duration cannot be '111 min'"),
        (lambda one: one.update(offers="£6.99"), "/Movie/offers cannot be '£6.99'"),
        (lambda one: one.update(loudness=3), "/Movie has loudness, which is not a property"),
        (lambda one: one["trailer"].pop("uploadDate"), "/VideoObject has no uploadDate"),
        (
            lambda one: one["trailer"].update(uploadDate="2026-11-22T12:00:00"),
            "uploadDate cannot be '2026-11-22T12:00:00'",
        ),
        (
            lambda one: one["trailer"].update(embedUrl=f"{one['url']}/trailer"),
            "/VideoObject/embedUrl cannot be",
        ),
        (
            lambda one: one["review"][0]["reviewRating"].update(ratingValue="8"),
            "ratingValue cannot be '8'",
        ),
        (lambda one: one["aggregateRating"].pop("ratingCount"), "has no ratingCount"),
        (
            lambda one: one["offers"].update(priceCurrency="POUND"),
            "priceCurrency cannot be 'POUND'",
        ),
    ],
)
def test_the_rules_notice_what_is_wrong(
    client: FlaskClient, db: Session, offer: Offer, spoil: Any, complaint: str
) -> None:
    film = factories.title(db, name="Known", runtime_minutes=90)
    film.video_id = factories.video(db).id
    factories.trailer(db, film, video_id=film.video_id)
    for _ in range(5):
        factories.review(db, film)
    scores.refresh(db, film.id)
    movie, _ = graph_of(client.get("/film/known").text)
    assert list(complaints(movie)) == []

    spoil(movie)

    assert any(complaint in one for one in complaints(movie))
