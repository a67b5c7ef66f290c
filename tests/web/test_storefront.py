"""The public lists: home, browse, genres, collections, reviews, people; and how they are kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from access import progress
from accounts.models import Member
from billing.models import Offer
from catalog.models import FormerSlug, Picture, Similar
from core import settings
from tests import factories
from tests.factories import NOW
from tests.queries import counted
from tests.web.reading import graph_of, parsed, text_of

pytestmark = pytest.mark.usefixtures("today")


def test_home_promises_the_trial_once_and_shows_the_collections(
    client: FlaskClient, db: Session, offer: Offer
) -> None:
    films = [factories.title(db, name=f"Film {name}") for name in "ABC"]
    factories.collection(db, "New this week", films)
    factories.collection(db, "Empty", [], position=2)

    page = client.get("/")
    said = text_of(page.text)

    assert "Good films, every afternoon Watch everything that plays here, free for 30 days." in said
    assert "Then £6.99 a month plus tax where due, until you cancel." in said
    assert "Cancel online before 22 December 2026 and you pay nothing." in said
    assert "New this week See all 3 in New this week Film A 1995 Film B 1995 Film C 1995" in said
    assert "Empty" not in said
    assert [one["url"].rpartition("/")[2] for one in graph_of(page.text)[0]["itemListElement"]] == [
        "film-a",
        "film-b",
        "film-c",
    ]
    parsed(page.text)


def test_an_empty_list_names_the_genre_as_readers_know_it(client: FlaskClient, db: Session) -> None:
    only = factories.title(db, name="Only", genres=["Science fiction"])
    factories.collection(db, "New", [only])

    for address in ("/genre/science-fiction?", "/collection/new?genre=science-fiction&"):
        said = text_of(client.get(f"{address}decade=1920").text)
        assert "Remove one of them: Remove Science fiction Remove 1920s" in said


@pytest.mark.parametrize(
    ("address", "stands_at"),
    [
        ("/browse", "/browse"),
        ("/browse?decade=1990", "/browse"),
        ("/browse?genre=drama", "/genre/drama"),
        ("/genre/drama?sort=name", "/genre/drama"),
        ("/collection/new", "/collection/new"),
    ],
)
def test_every_list_says_where_it_stands_and_in_which_language(
    client: FlaskClient, db: Session, address: str, stands_at: str
) -> None:
    factories.collection(db, "New", [factories.title(db, name="Both", genres=["Drama"])])

    page = client.get(address).text

    whole = f"http://127.0.0.1:8000{stands_at}"
    for link in ('rel="canonical"', 'rel="alternate" hreflang="en"'):
        assert page.count(f'<link {link} href="{whole}">') == 1
    assert f'<link rel="alternate" hreflang="x-default" href="{whole}">' in page
    assert f'<meta property="og:url" content="{whole}">' in page


def test_home_without_films_says_what_will_be_there(client: FlaskClient) -> None:
    said = text_of(client.get("/").text)

    assert "Nothing is playing yet As soon as films are in the catalogue" in said


def test_a_member_takes_a_film_off_the_row_of_those_begun(
    db: Session, signed_in_as: Callable[[Member], FlaskClient]
) -> None:
    ada, film = factories.member(db), factories.title(db, name="Begun")
    film.video_id = factories.video(db, seconds=6000).id
    progress.keep(db, ada.id, film.id, 600, seconds=6000, now=NOW)
    client = signed_in_as(ada)
    client.application.config["WTF_CSRF_ENABLED"] = False
    assert "90 min left" in client.get("/").text

    answer = client.post("/film/begun/progress/removal")

    assert (answer.status_code, answer.location) == (303, "/")
    assert "Continue watching" not in client.get("/").text


def test_a_list_is_narrowed_by_its_address_and_says_what_is_in_it(
    client: FlaskClient, db: Session
) -> None:
    factories.title(db, name="Old short", year=1924, runtime_minutes=60, genres=["Drama"])
    factories.title(db, name="Old long", year=1925, runtime_minutes=160, genres=["Drama"])
    factories.title(db, name="New", year=2001, runtime_minutes=60, genres=["War"])

    page = client.get("/genre/drama?decade=1920&length=short&sort=oldest")

    assert "Drama 1 film Filter (3 on)" in text_of(page.text)
    assert "Old short 1924 Previous" not in text_of(page.text)
    assert "Old long" not in page.text
    assert '<link rel="canonical" href="http://127.0.0.1:8000/genre/drama">' in page.text
    assert '<option value="1920" selected>1920s</option>' in page.text
    parsed(page.text)


@pytest.mark.parametrize("decade", ["-5", "1985", "0", "90", "99990", "nineties"])
def test_what_is_no_decade_counts_as_left_out(
    client: FlaskClient, db: Session, decade: str
) -> None:
    factories.title(db, name="Only", year=1985)

    page = client.get(f"/browse?decade={decade}").text

    assert "All films 1 film Filter" in text_of(page)
    assert "Filter (1 on)" not in text_of(page)


def test_a_film_reached_from_a_genre_names_it_on_the_way_back(
    client: FlaskClient, db: Session
) -> None:
    factories.title(db, name="Both", genres=["Drama", "War"])

    assert 'href="/film/both?from=war"' in client.get("/genre/war").text
    assert 'href="/film/both"' in client.get("/browse").text


def test_a_list_of_all_films_says_so_until_it_is_narrowed(client: FlaskClient, db: Session) -> None:
    factories.title(db, name="Only", year=1985)

    for query, told in (("", "All films All films 1 film"), ("?decade=1980", "Films Films 1 film")):
        assert f"Home {told} Filter" in text_of(client.get(f"/browse{query}").text)


@pytest.mark.parametrize(
    ("query", "option"),
    [
        ("decade=1870", '<option value="1870" selected>1870s</option>'),
        ("certificate=XYZ", '<option value="XYZ" selected>Certificate XYZ</option>'),
        ("genre=left-long-ago", '<option value="left-long-ago" selected>left long ago</option>'),
    ],
)
def test_a_filter_that_no_film_has_any_more_stands_in_the_form_while_it_is_in_force(
    client: FlaskClient, db: Session, query: str, option: str
) -> None:
    factories.title(db, genres=["Left long ago"], status="withdrawn")

    assert option in client.get(f"/browse?{query}").text


def test_an_empty_list_offers_to_take_each_filter_away(client: FlaskClient, db: Session) -> None:
    factories.title(db, name="Only", genres=["Drama"])

    page = client.get("/browse?genre=drama&decade=1920&length=long")

    assert "No films match all of these Remove one of them:" in text_of(page.text)
    assert "0 films" not in page.text
    for without in (
        "/browse?decade=1920&amp;length=long",
        "/genre/drama?length=long",
        "/genre/drama?decade=1920",
    ):
        assert f'<a href="{without}">Remove ' in page.text


def test_a_genre_without_films_leads_to_all_films_and_is_left_to_no_search_engine(
    client: FlaskClient, db: Session
) -> None:
    factories.title(db, genres=["Left"], status="withdrawn")
    factories.title(db, genres=["There"])

    left, there = (client.get(f"/genre/{slug}").text for slug in ("left", "there"))

    assert "No film of this genre is playing now See all films" in text_of(left)
    assert ["noindex" in page for page in (left, there)] == [True, False]


def test_a_long_list_has_pages_and_none_beyond_the_last(client: FlaskClient, db: Session) -> None:
    films = [factories.title(db, name=f"Film {number}", year=1950) for number in range(49)]
    factories.collection(db, "Many", films)

    first, second = client.get("/collection/many"), client.get("/collection/many?page=2")

    assert '<a href="/collection/many?page=2" rel="next">Next</a>' in first.text
    assert '<a href="/collection/many" rel="prev">Previous</a>' in second.text
    assert first.text.count('class="card"') == 48
    assert second.text.count('class="card"') == 1
    assert '/collection/many">' in first.text.partition('rel="canonical"')[2][:80]
    assert '/collection/many?page=2">' in second.text.partition('rel="canonical"')[2][:80]
    assert [client.get(f"/collection/many?page={page}").status_code for page in (0, 3, "x")] == [
        404,
        404,
        200,
    ]


def test_all_reviews_can_be_read_in_three_orders(client: FlaskClient, db: Session) -> None:
    film = factories.title(db, name="Much said")
    for score, day in ((3, 1), (9, 2), (6, 3)):
        factories.review(db, film, name=f"S{score}", score=score, written_on=date(2026, 1, day))

    def order(query: str) -> list[str]:
        said = text_of(client.get(f"/film/much-said/reviews{query}").text).split()
        return [word for word in said if word in ("S3", "S6", "S9")]

    assert order("") == ["S6", "S9", "S3"]
    assert order("?sort=highest") == ["S9", "S6", "S3"]
    assert order("?sort=lowest") == ["S3", "S6", "S9"]
    assert client.get("/film/much-said/reviews?sort=loudest").status_code == 404


def test_a_persons_page_shows_the_parts_and_the_films_directed(
    client: FlaskClient, db: Session
) -> None:
    factories.title(db, name="Played", cast=["Buster Keaton"])
    factories.title(db, name="Made", directors=["Buster Keaton"])

    page = client.get("/person/buster-keaton")

    assert "Buster Keaton Plays in Played 1995 Directed Made 1995" in text_of(page.text)
    parsed(page.text)


@pytest.mark.parametrize(
    ("page", "pages", "shown"),
    [
        (1, 3, "Page 1 of 3 1 2 3 Next"),
        (1, 13, "Page 1 of 13 1 2 3 … 13 Next"),
        (7, 13, "Previous Page 7 of 13 1 … 5 6 7 8 9 … 13 Next"),
        (13, 13, "Previous Page 13 of 13 1 … 11 12 13"),
    ],
)
def test_where_pages_are_left_out_a_sign_stands_for_them(
    site: Flask, page: int, pages: int, shown: str
) -> None:
    drawn = site.jinja_env.get_template("components/pagination.html").module
    links = str(drawn.pagination(page, pages, lambda number: f"?page={number}"))  # type: ignore[attr-defined]

    hidden = '<span class="visually-hidden">Page </span>'
    assert text_of(f"<body>{links.replace(hidden, '')}") == shown
    assert links.count('aria-hidden="true">…<') == shown.count("…")


def test_the_films_of_somebody_with_many_stand_on_pages_of_few_elements(
    client: FlaskClient, db: Session
) -> None:
    db.add(Picture(content="0123456789abcdef", uploaded_at=NOW))
    db.flush()
    for number in range(100):
        job = "cast" if number < 60 else "directors"
        told: dict[str, Any] = {"year": 2000 - number, job: ["Buster Keaton"]}
        factories.title(db, name=f"Film {number}", picture="0123456789abcdef", **told)

    pages = [client.get(f"/person/buster-keaton?page={number}").text for number in (1, 2, 3)]
    trees = [parsed(page) for page in pages]

    shown = [re.findall(r"Film (\d+) \d{4}|(Plays in|Directed)", text_of(page)) for page in pages]
    assert [[number or heading for number, heading in one] for one in shown] == [
        ["Plays in", *map(str, range(48))],
        ["Plays in", *map(str, range(48, 60)), "Directed", *map(str, range(60, 96))],
        ["Directed", *map(str, range(96, 100))],
    ]
    assert [count for tree in trees if (count := len(list(tree.iter()))) >= 700] == []
    assert client.get("/person/buster-keaton?page=4").status_code == 404
    assert client.get("/person/buster-keaton?page=0").status_code == 404


def test_a_page_of_a_persons_films_is_told_from_the_others_and_leads_to_them(
    client: FlaskClient, db: Session
) -> None:
    for number in range(49):
        factories.title(db, name=f"Film {number}", year=2000 - number, cast=["Buster Keaton"])
    here = "/person/buster-keaton"

    first, last = (client.get(f"{here}?page={number}").text for number in (1, 2))

    whole = settings.current().origin + here
    assert f'<link rel="canonical" href="{whole}">' in first
    assert f'<link rel="canonical" href="{whole}?page=2">' in last
    assert "<title>Buster Keaton: films, page 2 " in last
    assert 'content="Films with Buster Keaton on Matinee: Film 48"' in last
    assert f'<a href="{here}?page=2" rel="next">' in first
    assert f'<a href="{here}" rel="prev">' in last


def test_old_addresses_lead_on_and_withdrawn_films_say_so(client: FlaskClient, db: Session) -> None:
    film = factories.title(db, name="Here")
    db.add(FormerSlug(slug="there", title_id=film.id))
    factories.title(db, name="Left", status="withdrawn")
    factories.title(db, name="Draft", status="draft")
    db.flush()

    moved = client.get("/film/there")

    assert (moved.status_code, moved.location) == (301, "/film/here")
    assert moved.headers["Cache-Control"] == "no-cache"  # it may move back
    assert client.get("/film/left").status_code == 410
    assert client.get("/film/draft").status_code == 404
    assert "This film has left the catalogue" in client.get("/film/left").text


def test_a_withdrawn_film_shows_films_like_it(client: FlaskClient, db: Session) -> None:
    left = factories.title(db, name="Left", status="withdrawn", genres=["Drama"])
    like, other = factories.title(db, name="Alike"), factories.title(db, name="Popular")
    reason = "Also a drama"
    db.add(Similar(title_id=left.id, other_id=like.id, rank=1, reason=reason, made_at=NOW))
    db.flush()

    page = client.get("/film/left")

    shown = text_of(page.text)
    assert page.status_code == 410
    assert f"Similar titles Alike 1995 {reason}" in shown
    assert other.name not in shown


def test_a_withdrawn_film_that_nothing_is_like_promises_nothing_of_its_kind(
    client: FlaskClient, db: Session
) -> None:
    factories.title(db, name="Left", status="withdrawn", genres=["Western"])
    factories.title(db, name="Popular", genres=["Drama"])

    shown = text_of(client.get("/film/left").text)

    assert "Films like it" not in shown and "Similar titles" not in shown


def test_a_visitors_page_is_kept_by_the_browser_and_asked_for_each_time_without_a_cookie(
    client: FlaskClient, db: Session, offer: Offer
) -> None:
    factories.title(db, name="Kept")

    first = client.get("/film/kept")
    again = client.get("/film/kept", headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["Cache-Control"] == "public, no-cache"
    assert first.headers["Vary"] == "Cookie, Accept-Language, Accept-Encoding"
    assert "Set-Cookie" not in first.headers
    assert (again.status_code, again.data) == (304, b"")


def test_home_takes_as_many_queries_for_three_films_as_for_one(
    client: FlaskClient, db: Session
) -> None:
    def queries() -> int:
        with counted(db) as asked:
            client.get("/")
        return len(asked)

    factories.collection(db, "One", [factories.title(db, name="Film A")])
    with_one = queries()
    factories.collection(db, "Three", [factories.title(db, name=f"Film {x}") for x in "BCD"])

    assert queries() == with_one
