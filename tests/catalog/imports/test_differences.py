"""What a file says otherwise than the catalogue is told and stays; what lacks is filled in."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from catalog import titles
from catalog.models import Title
from tests import factories
from tests.catalog.imports.records import row


def test_what_the_catalogue_says_otherwise_is_told_and_stays(db, bring):
    # given a film of ours
    film = factories.title(db, name="A", year=1995, runtime_minutes=100, synopsis="Ours.")

    # when a file says more of it, and other things
    said = bring(row("A", runtime=111, synopsis="Theirs.", languages="en", directors="Di"))

    # then it is completed, and both are told where they differ
    assert said == [
        "line 2: A: in the catalogue already: languages, director filled in; "
        "runtime: the catalogue says 100, the file 111: kept; "
        "synopsis: the file has another text: kept"
    ]
    assert (film.runtime_minutes, film.synopsis, film.languages) == (100, "Ours.", ["en"])


@pytest.mark.parametrize("stored_as", ["Science fiction", "Sci-fi"])
def test_a_genre_that_another_source_calls_otherwise_is_no_other_one(db, bring, stored_as):
    factories.title(db, name="A", year=1995, genres=[stored_as])

    for number, genre in enumerate(("Sci-Fi", "sci-fi", "Science Fiction", "science fiction")):
        [said] = bring(row("A", genres=genre), file=genre, later=number)
        assert "genre" not in said
    assert [one.name for one in titles.by_slug(db, "a", whole=True).genres] == [stored_as]


def test_a_newer_score_of_a_source_takes_the_place_of_its_older_one(db, bring):
    bring(row("A", score=7, votes=10))

    said = bring(row("A", score=8.5, votes=12), later=1)

    assert said == ["line 2: A: changed since its import: score filled in"]
    [rating] = titles.by_slug(db, "a", whole=True).ratings
    assert (float(rating.score), rating.count) == (8.5, 12)


def test_only_a_source_itself_brings_its_score_up_to_date(db, bring):
    bring(row("A", id="1", score="8.8", votes="90000"), source="IMDb")

    facts = {"score": "1.1", "votes": "3", "score_source": "IMDb"}
    said = bring(row("A", id="9", **facts), file="b")
    assert said == [
        "line 2: A: in the catalogue already: nothing filled in; "
        "score of IMDb: the catalogue says 8.8 by 90,000, the file 1.1 by 3: kept"
    ]
    stars = facts | {"score": "4.4/5", "votes": "90000"}
    [said] = bring(row("A", id="9", **stars), file="d")
    assert said.endswith("the catalogue says 8.8 by 90,000, the file 4.4/5 by 90,000: kept")
    assert bring(row("A", id="1", score="8.9", votes="90001"), source="IMDb", file="c") == [
        "line 2: A: changed since its import: score filled in"
    ]


def test_a_text_whose_paragraphs_were_once_joined_has_them_from_the_next_import(db, bring):
    story = {"synopsis": "Short.", "synopsis_long": "It begins. It ends."}
    bring(row("A", **story))

    parted = story | {"synopsis_long": "It begins.\n\nIt ends."}
    [said] = bring(row("A", **parted), file="b")
    [other] = bring(row("A", **story, runtime="90"), file="c")

    assert said == "line 2: A: changed since its import: long synopsis filled in"
    assert db.scalars(select(Title.synopsis_long)).one() == parted["synopsis_long"]
    assert other.endswith("runtime filled in; synopsis long: the file has another text: kept")


def test_a_longer_text_its_rights_and_parts_are_filled_in_each_by_itself(db, bring):
    bring(row("A", synopsis="Short.", cast="Ann Player; Bob"))
    more = {"synopsis_long": "Short. And long.", "rights": "CC0", "cast": "Ann Player as Queen"}

    assert bring(row("A", synopsis="Short.", **more), file="b") == [
        "line 2: A: changed since its import: long synopsis, rights, role filled in"
    ]
    assert bring(row("A", synopsis="Short.", **(more | {"rights": "MIT"})), file="c") == [
        "line 2: A: changed since its import: nothing filled in; "
        "rights: the file has another text: kept"
    ]


def test_a_day_gives_the_year_however_it_is_written_and_no_country_is_made_up(db, bring):
    compact = {"year": "", "released_on": "20201231", "certificate": "15"}
    bring(row("A", id="1", **compact), row("B", id="2", year="", released_on="1800-05-05"))

    first, other = db.scalars(select(Title).order_by(Title.id))
    assert (first.year, other.year, other.releases) == (2020, None, [])
    assert [one.territory for one in first.releases] == ["ZZ"]
    assert [(one.system, one.label) for one in first.certificates] == [("", "15")]


def test_people_genres_and_states_that_differ_are_told_and_what_lacks_is_filled_in(db, bring):
    facts = {"directors": "Di", "genres": "Drama", "released_on": "1990-01-02"}
    first = row("A", id="1", **facts) | {"year": ""}
    bring(first, row("B", id="2"))

    said = bring(
        row(
            "A",
            **{"id": "1", "directors": "Somebody Else", "genres": "War", "status": "draft"},
            **{"territory": "GB", "released_on": "1991-03-04", "collections": "My rail"},
        )
        | {"year": "1990"},
        row("B", id="2"),
        file="b",
    )

    assert said == [
        "line 2: A: changed since its import: collection, release date filled in; "
        "director: the file also names Somebody Else: kept as it is; "
        "genre: the catalogue says Drama, the file War: kept; "
        "status: the catalogue says published, the file draft: kept",
        "line 3: B: unchanged",
    ]


def test_a_withdrawn_film_that_its_file_still_tells_is_said_to_stay_so(db, bring):
    bring(row("A"))
    db.scalars(select(Title)).one().status = "withdrawn"
    db.flush()

    assert bring(row("A"), file="b") == ["line 2: A: status: withdrawn in the catalogue: kept"]
    [said] = bring(row("A", status="published"), file="c")
    assert said.endswith("; status: the catalogue says withdrawn, the file published: kept")


def test_of_many_people_whom_the_file_names_besides_the_first_are_told_and_how_many_more(bring):
    bring(row("A", id="1", cast="Ann"))

    [said] = bring(row("A", id="1", cast=";".join(["Ann", *"BCDEFGH"])), file="b")

    assert said.endswith("cast: the file also names B, C, D, E, F and 2 more: kept as it is")
