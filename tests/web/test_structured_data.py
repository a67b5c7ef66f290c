"""Structured data says what the page says, and no text breaks out of it or of the markup."""

from __future__ import annotations

import re
from datetime import date, timedelta

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from catalog.models import CaptionTrack, Certificate, Release
from tests import factories
from tests.factories import NOW
from tests.web.reading import graph_of, parsed, text_of

SITE = "http://127.0.0.1:8000"
PAYLOAD = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(2)> & \u2028"


def test_a_film_is_described_by_its_own_facts_and_our_own_ratings(
    client: FlaskClient, db: Session
) -> None:
    film = factories.title(
        db,
        name="Leaving Las Vegas",
        runtime_minutes=111,
        synopsis="Two people make a bargain.",
        genres=["Drama", "Romance"],
        directors=["Mike Figgis"],
        cast=["Nicolas Cage", "Elisabeth Shue"],
    )
    db.add(Release(title_id=film.id, territory="US", kind="theatrical", on=date(1995, 10, 27)))
    db.add(Certificate(title_id=film.id, system="MPA", territory="US", label="R"))
    factories.rating(db, film, source="Matinee members")
    factories.rating(db, film, source="Elsewhere", score=9.9, count=90_000)
    factories.review(db, film, name="Marta", text="Fine.", score=9, written_on=date(2019, 3, 2))
    came = factories.video(db, seconds=112, added_at=NOW + timedelta(days=3))
    factories.trailer(db, film, video_id=came.id)
    film.video = factories.video(db)
    film.video.captions = [
        CaptionTrack(language=language, file=f"{language}.vtt", position=at)
        for at, language in enumerate(("en", "pt-BR"))
    ]
    db.flush()

    movie, way = graph_of(client.get("/film/leaving-las-vegas?from=romance").text)

    image = movie.pop("image")
    assert re.fullmatch(SITE + r"/art/[0-9a-f]+/leaving-las-vegas\.png", image)
    description = movie["trailer"].pop("description")
    assert description.startswith("Leaving Las Vegas (1995), drama and romance, 1 h 51 min")
    scale = {"bestRating": 10, "worstRating": 1}
    assert movie == {
        "@type": "Movie",
        "name": "Leaving Las Vegas",
        "url": f"{SITE}/film/leaving-las-vegas",
        "dateCreated": "1995",
        "datePublished": "1995-10-27",
        "duration": "PT1H51M",
        "contentRating": "R",
        "genre": ["Drama", "Romance"],
        "subtitleLanguage": ["en", "pt-BR"],
        "description": "Two people make a bargain.",
        "director": [{"@type": "Person", "name": "Mike Figgis"}],
        "actor": [
            {"@type": "Person", "name": "Nicolas Cage"},
            {"@type": "Person", "name": "Elisabeth Shue"},
        ],
        "aggregateRating": {
            "@type": "AggregateRating",
            "ratingValue": 7.5,
            "ratingCount": 412,
            **scale,
        },
        "review": [
            {
                "@type": "Review",
                "author": {"@type": "Person", "name": "Marta"},
                "datePublished": "2019-03-02",
                "reviewBody": "Fine.",
                "reviewRating": {"@type": "Rating", "ratingValue": 9, **scale},
            }
        ],
        "trailer": {
            "@type": "VideoObject",
            "name": "Trailer: Leaving Las Vegas",
            "thumbnailUrl": image,
            "uploadDate": came.added_at.isoformat(),
            "duration": "PT1M52S",
            "embedUrl": f"{SITE}/film/leaving-las-vegas/trailer/embed",
        },
    }
    assert [(step["name"], step.get("item")) for step in way["itemListElement"]] == [
        ("Home", f"{SITE}/"),
        ("Romance", f"{SITE}/genre/romance"),
        ("Leaving Las Vegas", None),
    ]


def test_an_imported_score_is_shown_and_never_claimed(client: FlaskClient, db: Session) -> None:
    film = factories.title(db, name="Imported")
    factories.rating(db, film, source="Elsewhere")

    page = client.get("/film/imported")

    assert "412 ratings by Elsewhere" in text_of(page.text)
    assert "aggregateRating" not in graph_of(page.text)[0]


def test_a_gated_trailer_is_not_marked_up(client: FlaskClient, db: Session) -> None:
    film = factories.title(db, name="Gated")
    factories.trailer(db, film, gate="entitled", video_id=factories.video(db).id)

    assert "trailer" not in graph_of(client.get("/film/gated").text)[0]


def test_a_review_under_its_cover_is_not_told(client: FlaskClient, db: Session) -> None:
    film = factories.title(db, name="Told")
    for text, spoiler in (("Fine.", False), ("He did it.", True)):
        factories.review(db, film, text=text, spoiler=spoiler)

    movie = graph_of(client.get("/film/told").text)[0]

    assert [one["reviewBody"] for one in movie["review"]] == ["Fine."]


def test_markup_in_names_and_reviews_stays_text_everywhere(
    client: FlaskClient, db: Session
) -> None:
    film = factories.title(
        db,
        name=PAYLOAD,
        slug="payload",
        original_name=PAYLOAD + "2",
        synopsis=PAYLOAD,
        synopsis_long=PAYLOAD,
        content_notices=[PAYLOAD],
        directors=[PAYLOAD],
    )
    factories.review(db, film, name=PAYLOAD, text=PAYLOAD * 10)
    factories.collection(db, "Shown", [film])

    for address in ("/film/payload", "/film/payload/reviews", "/", "/browse", "/search?q=alert"):
        page = client.get(address)
        tree = parsed(page.text)
        assert [one for one in tree.iter("img") if one.get("src") == "x"] == []
        assert not any(one.get("onerror") for one in tree.iter())
        assert all((one.text or "").strip() != "alert(1)" for one in tree.iter("script"))
    movie = graph_of(client.get("/film/payload").text)[0]
    assert (movie["name"], movie["review"][0]["reviewBody"]) == (PAYLOAD, PAYLOAD * 10)


def test_the_map_of_the_site_names_films_and_genres_with_their_changes(
    client: FlaskClient, db: Session
) -> None:
    factories.title(db, name="Shown", genres=["Film & TV"])
    factories.title(db, name="Hidden", status="draft")

    answer = client.get("/sitemap.xml")

    assert answer.mimetype == "application/xml"
    assert re.findall(r"<loc>(.*?)</loc>(?:<lastmod>(.*?)</lastmod>)?", answer.text) == [
        (f"{SITE}/", ""),
        (f"{SITE}/browse", ""),
        (f"{SITE}/genre/film-tv", ""),
        (f"{SITE}/film/shown", "2026-11-22"),
    ]
