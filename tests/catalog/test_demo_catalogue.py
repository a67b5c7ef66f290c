"""What a newcomer sees on the first day is complete, tidy and true to its shape."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

DEMO = Path(__file__).parents[2] / "catalog" / "demo"
TEXT = (DEMO / "films.json").read_text(encoding="utf-8")
FILMS: list[dict[str, Any]] = json.loads(TEXT)
REVIEWS: list[dict[str, Any]] = [review for film in FILMS for review in film.get("reviews", [])]

GENRES = {
    *("Action", "Adventure", "Animation", "Comedy", "Crime", "Documentary", "Drama", "Family"),
    *("Fantasy", "Film noir", "History", "Horror", "Musical", "Mystery", "Romance"),
    *("Science fiction", "Thriller", "War", "Western"),
}
FIELDS = {
    *("slug", "title", "original_title", "aliases", "year", "runtime_minutes", "languages"),
    *("countries", "genres", "releases", "certificates", "ratings", "synopsis", "synopsis_long"),
    *("content_notices", "directors", "cast", "trailer", "reviews", "rights", "collections"),
}
RIGHTS = {
    "public domain",
    "licensed demo entry, facts only",
    "CC0 1.0",
    "CC BY 2.5",
    "CC BY 3.0",
    "CC BY 4.0",
}


def film(slug: str) -> dict[str, Any]:
    """The film of that slug."""
    (found,) = (each for each in FILMS if each["slug"] == slug)
    return found


def test_there_are_enough_films_to_fill_a_browse_page_and_each_has_its_own_address() -> None:
    slugs = [film["slug"] for film in FILMS]

    assert len(slugs) >= 64
    assert len(set(slugs)) == len(slugs)
    assert [slug for slug in slugs if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)] == []


def test_a_film_has_only_the_fields_that_the_import_knows() -> None:
    assert {key for film in FILMS for key in film} - FIELDS == set()


def test_unknown_facts_are_absent_rather_than_empty() -> None:
    empty = [(film["slug"], key) for film in FILMS for key, value in film.items() if not value]

    assert empty == []


def test_every_film_has_a_synopsis_and_at_least_half_a_longer_one() -> None:
    assert [film["slug"] for film in FILMS if not 20 <= len(film["synopsis"]) <= 320] == []
    assert sum("synopsis_long" in film for film in FILMS) * 2 >= len(FILMS)
    assert all(len(film.get("synopsis_long", "x" * 180)) >= 180 for film in FILMS)


def test_every_film_has_a_director_a_genre_from_the_list_and_a_right_to_be_shown() -> None:
    assert {genre for film in FILMS for genre in film["genres"]} == GENRES
    assert all(film["directors"] and film["rights"] in RIGHTS for film in FILMS)
    assert [film["slug"] for film in FILMS if len(set(film["genres"])) != len(film["genres"])] == []


def test_dates_exist_and_the_year_is_the_year_of_the_first_release() -> None:
    for film in FILMS:
        released = [date.fromisoformat(release["on"]) for release in film.get("releases", [])]
        assert sorted(released) == released, film["slug"]
        assert all(abs(film["year"] - day.year) <= 1 for day in released[:1]), film["slug"]


def test_a_release_is_told_once_per_territory_and_kind() -> None:
    for film in FILMS:
        told = [(release["territory"], release["kind"]) for release in film.get("releases", [])]
        assert len(set(told)) == len(told), film["slug"]
        assert {kind for _, kind in told} <= {"premiere", "theatrical", "digital"}


def test_public_domain_films_are_old_enough_or_known_to_be_free() -> None:
    assert max(film["year"] for film in FILMS if film["rights"] == "public domain") <= 1968


def test_members_scores_are_within_their_scale_and_some_films_wait_for_votes() -> None:
    ratings = [rating for film in FILMS for rating in film.get("ratings", [])]

    assert all(1 <= Decimal(rating["score"]) <= rating["scale"] == 10 for rating in ratings)
    assert all(re.fullmatch(r"\d\.\d", rating["score"]) for rating in ratings)
    assert {rating["source"] for rating in ratings} == {"Demo audience"}
    assert sum(rating["count"] < 5 for rating in ratings) >= 2
    assert sum("ratings" not in film for film in FILMS) >= 2


def test_reviews_say_something_and_each_is_signed_and_dated() -> None:
    for review in REVIEWS:
        assert set(review) == {"name", "on", "score", "text", "spoiler"}
        assert date(2012, 1, 1) <= date.fromisoformat(review["on"]) <= date(2026, 10, 31)
        assert review["score"] in range(1, 11)
        assert 20 <= len(review["text"]) <= 900


def test_reviews_are_many_for_some_films_and_few_for_most() -> None:
    written = {film["slug"]: len(film.get("reviews", [])) for film in FILMS}

    assert written.pop("leaving-las-vegas") == 8
    assert sum(2 <= count <= 5 for count in written.values()) >= 20
    assert sum(count <= 1 for count in written.values()) * 2 > len(written)
    assert sum(len(review["text"]) > 300 for review in REVIEWS) >= 8
    assert any(review["spoiler"] for review in REVIEWS)


def test_collections_are_rails_that_are_worth_scrolling() -> None:
    sizes = Counter(name for film in FILMS for name in film.get("collections", []))

    assert 6 <= len(sizes) <= 8
    assert {name: count for name, count in sizes.items() if not 6 <= count <= 14} == {}


def test_trailers_show_every_kind_of_gate_and_some_films_have_none() -> None:
    gates = Counter(film["trailer"]["gate"] if "trailer" in film else "none" for film in FILMS)

    assert set(gates) == {"everyone", "signed in", "entitled", "none"}
    assert gates["everyone"] * 2 > len(FILMS)


def test_nothing_in_the_catalogue_points_at_another_host() -> None:
    assert re.findall(r"https?:|//|www\.|\b\w+\.(?:com|org|net|io)\b", TEXT) == []


def test_leaving_las_vegas_is_given_in_full() -> None:
    found = film("leaving-las-vegas")

    assert FILMS[0] == found
    assert {key: found[key] for key in ("title", "year", "runtime_minutes", "directors")} == {
        "title": "Leaving Las Vegas",
        "year": 1995,
        "runtime_minutes": 111,
        "directors": ["Mike Figgis"],
    }
    assert found["genres"] == ["Drama", "Romance"]
    assert found["releases"] == [{"territory": "US", "kind": "theatrical", "on": "1995-10-27"}]
    assert found["certificates"] == [{"system": "MPA", "territory": "US", "label": "R"}]
    assert found["ratings"] == [
        {"source": "Demo audience", "score": "7.5", "scale": 10, "count": 412}
    ]
    assert found["trailer"] == {"title": "Trailer", "gate": "everyone", "seconds": 30}
    assert found["rights"] == "licensed demo entry, facts only"
    assert [(credit["name"], credit["role"]) for credit in found["cast"]] == [
        ("Nicolas Cage", "Ben Sanderson"),
        ("Elisabeth Shue", "Sera"),
        ("Julian Sands", "Yuri"),
        ("Richard Lewis", "Peter"),
        ("Steven Weber", "Marc Nussbaum"),
        ("Valeria Golino", "Terri"),
    ]
    scores = [review["score"] for review in found["reviews"]]
    assert sum(scores) / len(scores) == 7.5
