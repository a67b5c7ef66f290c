"""Words that are typed otherwise than they are written: as two, unfinished, without umlauts."""

from __future__ import annotations

import pytest

from catalog import search
from tests import factories
from tests.queries import counted
from tests.searching import found


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("termina", ["The Terminator"]),
        ("termanat", ["The Terminator"]),
        ("termanato", ["The Terminator"]),
        ("terminta", ["The Terminator"]),
        ("tremina", []),  # its first half is another one's
        ("teh termanat", ["The Terminator"]),
        ("schwartzeneg", ["The Terminator"]),
        ("arnold schwartzeneg", ["The Terminator"]),
        ("termanat schwartzeneg", []),  # one word is typed at a time
        ("tarm", []),
    ],
)
def test_a_slip_in_the_word_being_typed_is_forgiven(db, words, names):
    factories.title(db, name="The Terminator", cast=["Arnold Schwarzenegger"])
    factories.title(db, name="Terms of Endearment", popularity=99)
    factories.title(db, name="Terra Nova", popularity=98)

    films = [one.name for one in search.suggested(db, words) if one.kind == "film"]

    assert films == names


def test_the_beginning_of_a_word_is_compared_once_however_many_words_begin_alike(db):
    factories.title(db, name="The Terminator")
    with counted(db) as one:
        assert len(found(db, "termanat")) == 1
    for name in ("Terminator II", "Terminators"):
        factories.title(db, name=name)
    with counted(db) as three:
        assert len(found(db, "termanat")) == 3

    assert len(one) == len(three)


@pytest.fixture
def umlauts(db):
    """Names with umlauts, and with the letters that are written for them."""
    factories.title(db, name="Night on Earth", cast=["Armin Mueller-Stahl"], popularity=9)
    factories.title(db, name="Wings", cast=["Ana Müller"], directors=["Jürgen Döring"])
    factories.title(db, name="Mädchen in Uniform", directors=["Joel Coen"])
    factories.title(db, name="Die Büchse der Pandora", cast=["Con Steffen"])


@pytest.mark.parametrize(
    ("words", "films", "people"),
    [
        ("mueller", ["Wings", "Night on Earth"], ["Ana Müller", "Armin Mueller-Stahl"]),
        ("muelle", ["Wings", "Night on Earth"], ["Ana Müller", "Armin Mueller-Stahl"]),
        ("ana mueller", ["Wings"], ["Ana Müller"]),
        ("muller", ["Wings"], ["Ana Müller"]),
        ("juergen doering", ["Wings"], ["Jürgen Döring"]),
        ("maedchen", ["Mädchen in Uniform"], []),
        ("buechse", ["Die Büchse der Pandora"], []),
        ("joel coen", ["Mädchen in Uniform"], ["Joel Coen"]),
        ("coen", ["Mädchen in Uniform"], ["Joel Coen"]),
        ("Müller", ["Wings", "Night on Earth"], ["Ana Müller", "Armin Mueller-Stahl"]),
        ("armin müller-stahl", ["Night on Earth"], ["Armin Mueller-Stahl"]),
        ("MU\u0308LLER", ["Wings", "Night on Earth"], ["Ana Müller", "Armin Mueller-Stahl"]),
        ("jürgen", ["Wings"], ["Jürgen Döring"]),
    ],
)
def test_an_umlaut_is_found_by_the_two_letters_written_for_it(db, umlauts, words, films, people):
    results = search.found(db, words)

    assert [hit.card.name for hit in results.titles] == films
    assert [one.name for one in results.people] == people
    assert results.instead == ""


@pytest.fixture
def joined_names(db):
    """Films named by one word that people type as two, beside what the parts alone may mean."""
    for name in ("Ghostbusters", "Ghostbusters II", "Flashdance", "Footloose", "Beetlejuice"):
        factories.title(db, name=name, cast=["Harold Ramis"] if "Ghost" in name else [])
    for name in ("The NeverEnding Story", "Superman", "Superman III", "Batman", "Inside Out"):
        factories.title(db, name=name)
    factories.title(db, name="RoboCop", directors=["Paul Verhoeven"], cast=["Ronny Cox"])
    factories.title(db, name="Ghost", popularity=99)
    factories.title(db, name="Super 8", cast=["Ann Manning"], popularity=99)
    factories.title(db, name="The Bat", cast=["Manolo Busters"], popularity=99)


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("ghost busters", ["Ghostbusters", "Ghostbusters II"]),
        ("ghost bus", ["Ghostbusters", "Ghostbusters II"]),
        ("ghost busters ramis", ["Ghostbusters", "Ghostbusters II"]),
        ("ghost busters 2", ["Ghostbusters II"]),
        ("flash dance", ["Flashdance"]),
        ("foot loose", ["Footloose"]),
        ("beetle juice", ["Beetlejuice"]),
        ("beetle juice 1995", ["Beetlejuice"]),
        ("never ending story", ["The NeverEnding Story"]),
        ("never ending stroy", ["The NeverEnding Story"]),
        ("in side out", ["Inside Out"]),
        ("super man 3", ["Superman III"]),
        ("robo cop", ["RoboCop"]),
        ("robo cop verhoeven", ["RoboCop"]),
    ],
)
def test_a_word_that_was_typed_as_two_is_found(db, joined_names, words, names):
    assert [name for name, _ in found(db, words)] == names
    assert [one.name for one in search.suggested(db, words)] == names


def test_parts_of_words_are_put_together_only_where_nothing_has_both(db, joined_names):
    factories.title(db, name="Ghost Bus Stop")

    assert found(db, "ghost bus") == [("Ghost Bus Stop", None)]
    assert search.found(db, "ghost bus").instead == ""
    assert found(db, "robo cop") == [("RoboCop", None)]
    assert found(db, "robo cop verhoeven") == [("RoboCop", "directed by Paul Verhoeven")]
    assert search.found(db, "robo cop").instead == "spelling"


def test_a_name_that_has_both_words_as_one_stands_behind_the_very_name(db, joined_names):
    assert found(db, "super man") == [("Superman", None), ("Super 8", "with Ann Manning")]
    factories.title(db, name="Bat Man Returns", popularity=99)
    factories.title(db, name="Bat Man")
    factories.title(db, name="Dark Knight", aliases=["Batman"], slug="alias")

    assert found(db, "bat man") == [
        *(("Bat Man", None), ("Batman", None), ("Dark Knight", "also known as Batman")),
        *(("Bat Man Returns", None), ("The Bat", "with Manolo Busters")),
    ]
    assert search.found(db, "bat man").instead == ""


def test_a_name_that_has_both_words_as_one_takes_no_query_more(db, joined_names):
    with counted(db) as without:
        found(db, "super manning")
    with counted(db) as as_one:
        found(db, "super man")

    assert len(as_one) == len(without)


def test_the_film_offered_may_have_two_words_as_one(db, joined_names):
    results = search.found(db, "the ghost busters")

    assert (results.titles, results.nearest and results.nearest.name) == ([], "Ghostbusters")


def test_two_words_are_tried_as_one_in_the_same_number_of_queries(db, joined_names):
    with counted(db) as one:
        assert found(db, "foot loose") == [("Footloose", None)]
    for number in (2, 3):
        factories.title(db, name=f"Footloose {number}")
    with counted(db) as three:
        assert len(found(db, "foot loose")) == 3

    assert len(one) == len(three)


@pytest.mark.parametrize(
    "words",
    ["tom cruise movies", "films with tom cruise", "tom cruise film", "movie by tom cruise"],
)
def test_words_that_only_say_films_are_passed_over(db, words):
    factories.title(db, name="Top Gun", cast=["Tom Cruise"])

    assert found(db, words) == [("Top Gun", "with Tom Cruise")]


def test_a_name_that_says_films_is_found_by_it(db):
    factories.title(db, name="Scary Movie", cast=["Anna Faris"])
    factories.title(db, name="Scary", cast=["Tom Cruise"])

    assert [name for name, _ in found(db, "scary movie")] == ["Scary Movie"]
