"""Similar films: found from people, genres and years, each with its reason."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from catalog import similar, similar_finding
from tests import factories
from tests.factories import NOW
from tests.queries import counted


def reasons(db, film):
    return [(one.card.name, one.reason) for one in similar.of(db, film.id)]


def test_a_film_is_like_others_by_its_director_its_cast_its_genre_and_its_years(db):
    # given a film, and others that share one thing each with it
    film = factories.title(
        db,
        name="Leaving Las Vegas",
        directors=["Mike Figgis"],
        cast=["Nicolas Cage"],
        genres=["Drama"],
    )
    factories.title(db, name="Later", year=2015, genres=["Drama"])
    factories.title(db, name="Near", year=1998, genres=["Drama"])
    factories.title(db, name="Cage", year=2015, cast=["Nicolas Cage"])
    factories.title(db, name="Figgis", year=2015, directors=["Mike Figgis"], cast=["Mike Figgis"])
    factories.title(db, name="Nothing in common", year=1995, genres=["War"])
    factories.title(db, name="Withdrawn", genres=["Drama"], status="withdrawn")

    # when they are compared
    similar_finding.refresh(db, now=NOW)

    # then each says what it shares, the likest first
    assert reasons(db, film) == [
        ("Figgis", "Also directed by Mike Figgis"),
        ("Near", "Drama from the same years"),
        ("Cage", "Also with Nicolas Cage"),
        ("Later", "More drama"),
    ]


@pytest.mark.parametrize(
    ("genre", "reason"), [("Film Noir", "More film noir"), ("TV movie", "More TV movie")]
)
def test_a_genre_is_written_within_a_sentence_as_its_name_allows(db, genre, reason):
    film = factories.title(db, genres=[genre])
    factories.title(db, name="Later", year=2025, genres=[genre])

    similar_finding.refresh(db, now=NOW)

    assert reasons(db, film)[0] == ("Later", reason)


def test_comparing_again_gives_the_same_and_doubles_nothing(db):
    for number in range(20):
        factories.title(db, genres=["Drama", "War"][: number % 2 + 1], year=1990 + number)
    film = factories.title(db, genres=["Drama"])

    first = similar_finding.refresh(db, now=NOW), reasons(db, film)
    second = similar_finding.refresh(db, now=NOW), reasons(db, film)

    assert first == second
    assert len(first[1]) == similar.AT_MOST


def test_a_film_with_nothing_in_common_stands_beside_the_popular_ones(db):
    film = factories.title(db, name="Alone", genres=["Western"])
    factories.title(db, name="Never rated", popularity=0)
    factories.title(db, name="Little rated", popularity=1)
    factories.title(db, name="Much rated", popularity=9)

    similar_finding.refresh(db, now=NOW)

    assert reasons(db, film) == [
        ("Much rated", "Popular with others"),
        ("Little rated", "Popular with others"),
        ("Never rated", "Also in the catalogue"),
    ]
    assert not similar.is_found(similar.of(db, film.id))


def test_before_anything_was_compared_the_popular_of_the_same_genre_come_first(db):
    film = factories.title(db, name="New", genres=["Western", "Drama"])
    factories.title(db, name="Drama", genres=["Drama"], popularity=9)
    factories.title(db, name="Western", genres=["Western"], popularity=1)

    assert [name for name, _ in reasons(db, film)] == ["Western", "Drama"]


def test_a_withdrawn_film_leaves_the_lists_at_once(db):
    film = factories.title(db, name="Stays", genres=["Drama"])
    other = factories.title(db, name="Goes", genres=["Drama"])
    similar_finding.refresh(db, now=NOW)

    other.status = "withdrawn"
    db.flush()

    assert reasons(db, film) == []


def test_a_film_is_looked_at_anew_when_one_of_those_beside_it_has_left(db):
    # given a film with twelve beside it, and one that found no place there
    film = factories.title(db, name="Stays", genres=["Drama"])
    others = [factories.title(db, genres=["Drama"], popularity=n) for n in range(similar.AT_MOST)]
    factories.title(db, name="Waits", genres=["Drama"], popularity=-1)
    far = factories.title(db, name="Far", genres=["War"])
    similar_finding.refresh(db, now=NOW)

    # when eleven of them leave
    for other in others[1:]:
        other.status = "withdrawn"
    db.flush()

    # then it is due, what has nothing to do with them is not, and the place is filled
    assert far.id not in similar_finding._changed(db, None)
    assert similar_finding.is_due(db)
    similar_finding.refresh_some(db, now=NOW + timedelta(minutes=10))
    assert [name for name, _ in reasons(db, film)] == [others[0].name, "Waits"]
    assert not similar_finding.is_due(db)


def test_comparing_is_due_when_a_film_has_changed_since(db):
    assert not similar_finding.is_due(db)
    film = factories.title(db, genres=["Drama"])
    factories.title(db, genres=["Drama"])
    assert similar_finding.is_due(db)

    similar_finding.refresh(db, now=NOW)
    assert not similar_finding.is_due(db)

    film.updated_at = NOW + timedelta(minutes=1)
    db.flush()
    assert similar_finding.is_due(db)


def test_similar_films_are_read_in_one_query(db):
    films = [factories.title(db, genres=["Drama"]) for _ in range(4)]
    similar_finding.refresh(db, now=NOW)

    with counted(db) as asked:
        similar.of(db, films[0].id)

    assert len(asked) == 1


def test_what_changed_is_compared_first_and_each_film_once_a_day(db):
    films = [factories.title(db, genres=["Drama"], year=1990 + n) for n in range(5)]
    asked = []

    # given two batches, broken off between them
    asked += [similar_finding.refresh_some(db, now=NOW, most=3) for _ in range(2)]

    # when there is no news, nothing is due for a day
    asked += [similar_finding.refresh_some(db, now=NOW + timedelta(hours=23), most=3)]
    assert asked == [3, 2, 0]

    # then what changes comes before what has grown old
    films[4].name, films[4].updated_at = "Changed", NOW + timedelta(hours=24)
    db.flush()
    later = NOW + timedelta(hours=25)
    assert similar_finding.refresh_some(db, now=later, most=1) == 1
    assert not similar_finding.is_due(db)
    assert [similar_finding.refresh_some(db, now=later, most=3) for _ in range(3)] == [3, 1, 0]


def test_batches_find_what_comparing_everything_finds(db):
    films = [
        factories.title(db, genres=["Drama", "War"][: n % 2 + 1], cast=[f"Player {n % 3}"])
        for n in range(9)
    ]
    similar_finding.refresh(db, now=NOW)
    at_once = [reasons(db, film) for film in films]

    later = NOW + timedelta(hours=24)
    assert [similar_finding.refresh_some(db, now=later, most=4) for _ in range(3)] == [4, 4, 1]

    assert [reasons(db, film) for film in films] == at_once


def test_a_film_that_changes_while_its_like_are_looked_for_stays_due(db, monkeypatch):
    film = factories.title(db, genres=["Drama"])
    find = similar_finding._find

    def changes_meanwhile(*given, **over):
        film.updated_at = NOW + timedelta(minutes=1)
        db.flush()
        return find(*given, **over)

    monkeypatch.setattr(similar_finding, "_find", changes_meanwhile)
    similar_finding.refresh_some(db, now=NOW)
    monkeypatch.undo()

    assert similar_finding.is_due(db)
    assert similar_finding.refresh_some(db, now=NOW) == 1
    assert not similar_finding.is_due(db)


def test_only_a_published_film_is_looked_at(db):
    film = factories.title(db, status="draft")
    assert similar_finding.refresh_some(db, now=NOW) == 0

    film.status = "published"
    db.flush()
    assert similar_finding.refresh_some(db, now=NOW) == 1

    film.status, film.updated_at = "withdrawn", NOW + timedelta(hours=1)
    db.flush()
    assert not similar_finding.is_due(db)
    assert similar_finding.refresh_some(db, now=NOW + timedelta(days=2)) == 0


def test_the_planner_hears_of_many_films_at_once_before_those_like_them_are_looked_for(db):
    factories.title(db, genres=["Drama"])
    similar_finding.refresh(db, now=NOW)
    # A test before may have left more: what is found is not undone with its rows.
    db.execute(text("analyze listing"))
    for _ in range(20):
        factories.title(db, genres=["Drama"])

    similar_finding.refresh_some(db, now=NOW)

    assert db.scalar(text(similar_finding.KNOWN)) == 21
