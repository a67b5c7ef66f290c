"""Searching: by name, other names and people, with accents and typing slips forgiven."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from catalog import search
from catalog.models import SearchWord
from catalog.search import Suggestion
from tests import factories
from tests.queries import counted
from tests.searching import found


@pytest.fixture
def films(db):
    """A few films, each findable in its own way."""
    factories.title(
        db,
        name="Leaving Las Vegas",
        directors=["Mike Figgis"],
        cast=["Nicolas Cage", "Elisabeth Shue"],
    )
    factories.title(db, name="It", year=1927, popularity=1)
    factories.title(db, name="It Happened One Night", popularity=99)
    factories.title(db, name="Wing It!", popularity=50)
    factories.title(db, name="Star Wars", year=1977)
    factories.title(db, name="Häxan", aliases=["Witchcraft Through the Ages"])
    factories.title(db, name="Pandora's Box", original_name="Die Büchse der Pandora", popularity=3)
    factories.title(db, name="Berlin", original_name="Die Sinfonie der Großstadt")
    factories.title(db, name="Tokyo Story", original_name="東京物語")
    factories.title(db, name="The Hitch-Hiker")
    factories.title(db, name="Draft of a Star", status="draft")


@pytest.mark.parametrize(
    "words", ["The Kid (1921)", "the kid 1921", "teh kid 1921", "1921 kid", "1921: teh kid"]
)
def test_a_name_is_found_with_the_year_behind_it_and_the_film_of_that_year_first(db, words):
    factories.title(db, name="The Kid", slug="kid-2019", year=2019, popularity=90)
    factories.title(db, name="The Kid", slug="kid-1921", year=1921, popularity=5)

    hits = search.found(db, words).titles

    assert [hit.card.slug for hit in hits] == ["kid-1921", "kid-2019"]
    assert [one.year for one in search.suggested(db, words)] == [1921, 2019]


@pytest.mark.parametrize("words", ["alien 3", "alien3", "Alien³", "alien ³", "alein 3"])
def test_a_raised_digit_is_asked_for_as_any_other(db, words):
    factories.title(db, name="Alien³", year=1992)
    factories.title(db, name="Alien", year=1979, popularity=99)

    assert "Alien³" in [name for name, _ in found(db, words)]


def test_a_year_that_is_part_of_a_name_is_asked_for_as_such(db):
    factories.title(db, name="Blade Runner", year=1982, popularity=99)
    factories.title(db, name="Blade Runner 2049", year=2017)

    assert [name for name, _ in found(db, "blade runner 2049")] == ["Blade Runner 2049"]
    assert [name for name, _ in found(db, "1984")] == []


def test_a_year_that_begins_a_name_is_asked_for_as_such(db):
    factories.title(db, name="A Space Odyssey", year=2001, popularity=99)
    factories.title(db, name="2001: A Space Odyssey", slug="2001", year=1968)

    assert [name for name, _ in found(db, "2001 a space odyssey")] == ["2001: A Space Odyssey"]


def test_a_film_of_exactly_that_name_stands_first(db, films):
    assert [name for name, _ in found(db, "it")] == ["It", "It Happened One Night", "Wing It!"]


def test_whole_words_stand_before_words_that_only_begin_so(db):
    for name in ("Lovely", "All for Love", "Love Story", "True Lovers"):
        factories.title(db, name=name)

    assert [name for name, _ in found(db, "love")] == [
        *("Love Story", "All for Love", "Lovely", "True Lovers")
    ]


@pytest.mark.parametrize(
    ("words", "name", "why"),
    [
        ("LEAVING las vegas", "Leaving Las Vegas", None),
        ("vegas", "Leaving Las Vegas", None),
        ("elisabeth shue", "Leaving Las Vegas", "with Elisabeth Shue"),
        ("figgis", "Leaving Las Vegas", "directed by Mike Figgis"),
        ("vegas cage", "Leaving Las Vegas", "with Nicolas Cage"),
        ("haxan", "Häxan", None),
        ("witchcraft", "Häxan", "also known as Witchcraft Through the Ages"),
        ("Büchse", "Pandora's Box", "also known as Die Büchse der Pandora"),
        ("pandoras box", "Pandora's Box", None),
        ("Großstadt", "Berlin", "also known as Die Sinfonie der Großstadt"),
        ("grossstadt", "Berlin", "also known as Die Sinfonie der Großstadt"),
        ("東京物語", "Tokyo Story", "also known as 東京物語"),
        ("物語", "Tokyo Story", "also known as 東京物語"),
        ("hitchhiker", "The Hitch-Hiker", None),
    ],
)
def test_a_film_is_found_by_any_of_its_names_and_people_and_says_why(db, films, words, name, why):
    assert found(db, words)[0] == (name, why)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("leavng las vegas", "Leaving Las Vegas"),
        ("star wras", "Star Wars"),
        ("starwars", "Star Wars"),
        ("elisabeth shoe", "Leaving Las Vegas"),
        ("nicholas cage", "Leaving Las Vegas"),
        ("buechse", "Pandora's Box"),
        ("hitch hicker", "The Hitch-Hiker"),
        ("lasvegas leaving", "Leaving Las Vegas"),
        ("pnadora", "Pandora's Box"),
        ("witchcarft trough", "Häxan"),
        ("shuee", "Leaving Las Vegas"),
    ],
)
def test_typing_slips_are_forgiven(db, films, words, name):
    assert [one for one, _ in found(db, words)] == [name]


@pytest.mark.parametrize("words", ["ghandi", "gadnhi", "hgandi", "andhig", "ghandi 1995"])
def test_a_letter_that_moved_is_one_slip(db, words):
    factories.title(db, name="Gandhi")
    factories.title(db, name="Candide", popularity=99)

    assert found(db, words) == [("Gandhi", None)]


def test_a_letter_that_moved_in_a_short_word_makes_another_word(db):
    factories.title(db, name="Arts")

    assert found(db, "tars") == []


def test_people_are_found_beside_films(db, films):
    factories.title(db, name="Raising Arizona", cast=["Nicolas Cage"])

    results = search.found(db, "nicolas")

    assert [(one.slug, one.name, one.titles) for one in results.people] == [
        ("nicolas-cage", "Nicolas Cage", 2)
    ]
    assert {hit.why for hit in results.titles} == {"with Nicolas Cage"}


def test_one_letter_finds_what_begins_with_it(db, films):
    factories.title(db, name="M", year=1931)

    assert found(db, "m")[0] == ("M", None)
    assert found(db, "h")[0] == ("Häxan", None)


SIGNS = ["%", "_", "%%__", "\\", "'", "''", "\0", "a\0b", "\ud800", "\u200b", "😀", "؟", "٪"]
WRITTEN = ["' | 'a':*", "& | ! ( )", "<->", ":*", "", " ", "x" * 10_000, "it " * 3_000]


@pytest.mark.parametrize("words", SIGNS + WRITTEN)
def test_no_words_make_a_search_fail(db, films, words):
    search.found(db, words)
    search.suggested(db, words)


def test_wildcards_stand_for_nothing(db, films):
    assert found(db, "%") == found(db, "_") == []


def test_a_search_that_finds_nothing_offers_the_film_spelt_most_like_it(db, films):
    results = search.found(db, "wingspan")

    assert (results.titles, results.people) == ([], [])
    assert results.nearest.name == "Wing It!"


@pytest.mark.parametrize("part", [slice(0, 70), slice(35, 45), slice(55, 57), slice(20, 85)])
def test_a_long_name_without_spaces_is_found_by_any_part(db, part):
    name = "".join(chr(0x4E00 + number) for number in range(90))
    factories.title(db, name="Long", original_name=name)

    assert found(db, name[part]) == [("Long", f"also known as {name}")]


def test_a_film_named_by_signs_alone_is_found(db, films):
    factories.title(db, name="!!!", slug="signs")

    assert found(db, "!!!") == [("!!!", None)]


def test_the_box_suggests_films_and_then_people(db, films):
    assert search.suggested(db, "nicolas c") == [
        Suggestion("film", "leaving-las-vegas", "Leaving Las Vegas", 1995, "with Nicolas Cage"),
        Suggestion("person", "nicolas-cage", "Nicolas Cage", None),
    ]
    assert len(search.suggested(db, "t")) <= search.SUGGESTIONS


def test_suggested_films_of_one_name_and_year_are_told_apart_by_their_genres(db):
    for slug, year, genre in (("a", 1998, "War"), ("b", 1998, "Drama"), ("c", 1958, "Comedy")):
        factories.title(db, name="Wanted", slug=slug, year=year, genres=[genre])

    told = {one.slug: one.why for one in search.suggested(db, "wanted")}

    assert told == {"a": "War", "b": "Drama", "c": None}


def test_a_search_takes_the_same_number_of_queries_with_one_result_and_with_three(db, films):
    with counted(db) as one:
        assert len(found(db, "vegas")) == 1
    with counted(db) as three:
        assert len(found(db, "it")) == 3

    assert len(one) == len(three) == 4


def test_a_word_that_is_not_known_is_looked_for_once(db, films):
    with counted(db) as known:
        assert found(db, "vegas")
    with counted(db) as slip:
        assert found(db, "vgeas")

    assert len(slip) == len(known) + 1


def test_a_common_word_beside_a_rare_one_narrows_all_the_same(db):
    for name in ("The Night", "The Kalaley", "Kalaley", "The Day"):
        factories.title(db, name=name)
    db.execute(update(SearchWord).where(SearchWord.word == "the").values(titles=9_000))

    assert found(db, "the kalaley") == [("The Kalaley", None)]
    assert found(db, "kalaley the") == [("The Kalaley", None)]


def test_common_words_that_are_passed_over_are_still_asked_for(db):
    for name in ("The Sun and Moon", "Sun Moon", "A Sun and a Moon"):
        factories.title(db, name=name)
    for word, titles in (("the", 250_000), ("and", 130_000), ("sun", 17_000), ("moon", 18_000)):
        db.execute(update(SearchWord).where(SearchWord.word == word).values(titles=titles))

    assert found(db, "the sun and moon") == [("The Sun and Moon", None)]
    assert found(db, "teh sun and moon") == [("The Sun and Moon", None)]


@pytest.fixture
def joined(db):
    """Films whose names join two things, as "&" or as "and"."""
    factories.title(db, name="Bill & Ted's Excellent Adventure", cast=["Keanu Reeves"])
    factories.title(db, name="Sense and Sensibility", slug="sense-1995")
    factories.title(db, name="Jules und Jim", original_name="Jules et Jim")
    factories.title(db, name="Kill", popularity=9)
    factories.title(db, name="Kill, Kill Again", popularity=8)
    factories.title(db, name="Kill and Kill Again")
    factories.title(db, name="And")
    factories.title(db, name="Andersen", popularity=9)
    factories.title(db, name="D.B.S.", popularity=9)
    factories.title(db, name="D.E.B.S.")


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("bill and ted", "Bill & Ted's Excellent Adventure"),
        ("bill & ted", "Bill & Ted's Excellent Adventure"),
        ("Bill and", "Bill & Ted's Excellent Adventure"),
        ("bill and teds excellent adventure", "Bill & Ted's Excellent Adventure"),
        ("bill and tde", "Bill & Ted's Excellent Adventure"),
        ("bill and ted reeves", "Bill & Ted's Excellent Adventure"),
        ("sense & sensibility", "Sense and Sensibility"),
        ("Sense & Sensibility (1995)", "Sense and Sensibility"),
        ("jules & jim", "Jules und Jim"),
        ("jules and jim", "Jules und Jim"),
    ],
)
def test_a_film_is_found_by_and_where_its_name_has_a_sign_and_the_other_way(
    db, joined, words, name
):
    assert [one for one, _ in found(db, words)] == [name]
    assert [one.name for one in search.suggested(db, words)] == [name]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("kill and kill again", ["Kill and Kill Again", "Kill, Kill Again"]),
        ("kill & kill again", ["Kill, Kill Again", "Kill and Kill Again"]),
        ("kill and kill again 1981", ["Kill and Kill Again", "Kill, Kill Again"]),
        ("kill and", ["Kill and Kill Again"]),
        ("and", ["And", "Kill and Kill Again", "Sense and Sensibility", "Andersen"]),
        ("and sense", ["Sense and Sensibility"]),
        ("d.e.b.s.", ["D.E.B.S."]),
    ],
)
def test_a_name_that_has_the_word_and_is_found_by_it_first(db, joined, words, names):
    assert [name for name, _ in found(db, words)] == names


def test_and_at_the_end_begins_another_word_where_a_name_has_one(db, joined):
    factories.title(db, name="Waxwork", cast=["Bill Tell", "Ada Andrews"])
    assert found(db, "bill and")[0][0] == "Bill & Ted's Excellent Adventure"

    factories.title(db, name="Bill Andrews")
    assert found(db, "bill and") == [("Bill Andrews", None), ("Waxwork", "with Bill Tell")]


def test_and_for_a_sign_is_no_other_spelling(db, joined):
    assert search.found(db, "bill and ted").instead == ""
    assert search.found(db, "bill and tde").instead == "spelling"


def test_a_search_for_two_words_that_and_joins_asks_as_often_as_without_it(db, joined):
    with counted(db) as without:
        search.found(db, "bill ted")
    with counted(db) as joining:
        search.found(db, "bill and ted")

    assert len(joining) == len(without)


def test_a_slip_in_a_name_without_letters_offers_the_film_that_begins_like_it(db, films):
    assert search.found(db, "東京物誤").nearest.name == "Tokyo Story"
    assert search.found(db, "Любоф").nearest is None
    factories.title(db, name="Love", original_name="Любовь")
    assert [name for name, _ in found(db, "Лбовь")] == ["Love"]
