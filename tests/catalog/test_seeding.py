"""The demo catalogue: loaded again and again, it doubles nothing and keeps what people made."""

from __future__ import annotations

import json
from datetime import date, timedelta

from sqlalchemy import func, select

from catalog import rails, reviews, seeding, titles
from catalog.models import Credit, Person, Review, Similar, Title, TitleGenre, Video
from catalog.seeding import Seeded
from tests import factories
from tests.factories import NOW

FILM = {
    "slug": "nosferatu",
    "title": "Nosferatu",
    "original_title": "Nosferatu, eine Symphonie des Grauens",
    "year": 1922,
    "runtime_minutes": 94,
    "genres": ["Horror", "Fantasy"],
    "releases": [{"territory": "DE", "kind": "theatrical", "on": "1922-03-04"}],
    "certificates": [{"system": "BBFC", "territory": "GB", "label": "PG"}],
    "ratings": [{"source": "Members", "score": "7.9", "scale": 10, "count": 201}],
    "directors": ["F. W. Murnau"],
    "cast": [{"name": "Max Schreck", "role": "Count Orlok"}],
    "trailer": {"title": "Trailer", "gate": "everyone", "seconds": 30},
    "reviews": [
        {"name": "Marta", "on": "2020-01-02", "score": 9, "text": "Rats.", "spoiler": True}
    ],
    "collections": ["Silent, but not quiet"],
}


def load(db, tmp_path, *films, later=0):
    path = tmp_path / "films.json"
    path.write_text(json.dumps(films))
    return seeding.load(db, now=NOW + timedelta(days=later), path=path)


def count(db, *tables):
    return [db.scalar(select(func.count()).select_from(table)) for table in tables]


def test_a_film_is_loaded_with_all_that_is_known_of_it(db, tmp_path):
    assert load(db, tmp_path, FILM) == Seeded(added=1, changed=0, unchanged=0)

    film = titles.by_slug(db, "nosferatu", whole=True)
    assert [genre.name for genre in film.genres] == ["Horror", "Fantasy"]
    assert [(one.job, one.person.name, one.role) for one in film.credits] == [
        ("director", "F. W. Murnau", None),
        ("cast", "Max Schreck", "Count Orlok"),
    ]
    assert [(one.territory, one.on) for one in film.releases] == [("DE", date(1922, 3, 4))]
    assert [one.label for one in film.certificates] == ["PG"]
    assert [(str(one.score), one.count) for one in film.ratings] == [
        ("7.9", 201),
        ("9.0", 1),  # what the review in the file brings to our own score
    ]
    assert film.trailer.gate == "everyone"
    assert film.popularity == 202
    assert [one.spoiler for one in reviews.listed(db, film.id, limit=5)] == [True]
    assert [rail.name for rail in rails.of_collections(db)] == ["Silent, but not quiet"]


def test_loading_again_changes_nothing(db, tmp_path):
    tables = (Title, Person, Credit, TitleGenre, Review, Similar)
    load(db, tmp_path, FILM)
    before = count(db, *tables)

    assert load(db, tmp_path, FILM, later=1) == Seeded(added=0, changed=0, unchanged=1)

    assert count(db, *tables) == before
    assert titles.by_slug(db, "nosferatu").updated_at == NOW


def test_a_film_that_changed_in_the_file_keeps_its_places_on_rails(db, tmp_path):
    load(db, tmp_path, FILM, {**FILM, "slug": "faust", "title": "Faust"})
    factories.collection(db, "Chosen by hand", [titles.by_slug(db, "nosferatu")], position=9)

    load(db, tmp_path, {**FILM, "year": 1921}, later=1)

    assert [
        (rail.name, [card.name for card in rail.cards]) for rail in rails.of_collections(db)
    ] == [
        ("Silent, but not quiet", ["Nosferatu", "Faust"]),
        ("Chosen by hand", ["Nosferatu"]),
    ]


def test_a_film_that_changed_in_the_file_keeps_its_videos_and_what_members_wrote(db, tmp_path):
    # given a film with a video and a member's review
    load(db, tmp_path, FILM)
    film, ada = titles.by_slug(db, "nosferatu", whole=True), factories.member(db)
    film.video = film.trailer.video = Video(folder="night", seconds=150, encryption_key=b"k" * 16)
    written = {"name": "Ada", "score": 10, "text": "Still.", "spoiler": False}
    reviews.write(db, film.id, ada, **written, on=date(2026, 11, 1))
    db.flush()

    # when the file says something else of it
    changed = {**FILM, "runtime_minutes": 95, "cast": [{"name": "Greta Schröder"}]}
    assert load(db, tmp_path, changed, later=1) == Seeded(added=0, changed=1, unchanged=0)

    # then the facts are new, and the rest is as it was
    db.expire_all()
    film = titles.by_slug(db, "nosferatu", whole=True)
    assert film.runtime_minutes == 95
    assert [one.person.name for one in film.credits] == ["F. W. Murnau", "Greta Schröder"]
    assert film.video == film.trailer.video
    assert film.video.folder == "night"
    assert [one.name for one in reviews.listed(db, film.id, limit=5)] == ["Ada", "Marta"]


def test_a_person_spelt_with_and_without_accents_is_one_person(db, tmp_path):
    other = {"slug": "faust", "title": "Faust", "cast": [{"name": "Gosta Ekman"}]}
    load(db, tmp_path, {**FILM, "cast": [{"name": "Gösta Ekman"}]}, other)

    names = db.scalars(select(Person.name).where(Person.plain_name == "gosta ekman")).all()
    assert names == ["Gösta Ekman"]


def test_an_address_that_another_film_has_is_not_taken_from_it(db, tmp_path):
    factories.title(db, name="Nosferatu", year=1979)

    load(db, tmp_path, FILM)

    assert titles.by_slug(db, "nosferatu").year == 1979
    assert titles.by_slug(db, "nosferatu-1922").year == 1922


def test_the_demo_loads_twice_without_doubles(db):
    first = seeding.load(db, now=NOW)
    second = seeding.load(db, now=NOW)

    assert (first.changed, first.unchanged) == (0, 0)
    assert second == Seeded(added=0, changed=0, unchanged=first.added)
    assert len(rails.of_collections(db)) > 0
