"""One record of a film list: what is taken of it, what is left out, and what is refused."""

from __future__ import annotations

import math

import pytest

from catalog import import_records
from catalog.imports import wikipedia
from catalog.records import Player

RECORD = {
    "title": "Airplane!",
    "year": 1980,
    "cast": ["Robert Hays", "Julie Hagerty"],
    "genres": ["Comedy", "Science Fiction"],
    "href": "Airplane!",
    "extract": "A parody. It flies.",
    "thumbnail": "https://example.org/poster.jpg",
}


def read(**over):
    return wikipedia.read(7, {**RECORD, **over})


def test_a_record_becomes_a_film(db):
    reading = read()

    film = reading.film
    assert (reading.line, reading.title, reading.notes) == (7, "Airplane!", ())
    assert (film.source, film.key, film.name, film.year) == (
        *("wikipedia", "Airplane!"),
        *("Airplane!", 1980),
    )
    assert film.cast == (Player("Robert Hays"), Player("Julie Hagerty"))
    assert film.genres == ("Comedy", "Science fiction")
    assert (film.synopsis, film.synopsis_long) == ("A parody. It flies.", None)
    assert film.rights == "Synopsis from Wikipedia (Airplane!), CC BY-SA 4.0"


def test_a_thumbnail_changes_nothing():
    assert read(thumbnail=None).film == read(thumbnail="https://example.org/other.jpg").film


@pytest.mark.parametrize(
    ("over", "note"),
    [
        ({"cast": []}, "no cast given: taken without cast"),
        ({"cast": "Robert Hays"}, "cast is not a list: taken without cast"),
        ({"cast": ["[a]"]}, "cast has “[a]”, which is not a name: left out"),
        *(
            ({"cast": [led]}, f"cast has “{led}”, which is not a name: left out")
            for led in ("voices of", "Archive footage of", "with")
        ),
        ({"cast": ["N/A"]}, "cast has “N/A”, which is not a name: left out"),
        ({"year": "N/A"}, "no year given: taken without year"),
        ({"extract": "null"}, "no extract given: taken without synopsis"),
        ({"cast": [7]}, "cast has “”, which is not a name: left out"),
        ({"cast": [f"Player {n}" for n in range(61)]}, "cast has 61 names: the first 60 taken"),
        ({"genres": None}, "no genre given: taken without genre"),
        ({"genres": [{}]}, "genre has “”, which is not a name: left out"),
        ({"extract": None}, "no extract given: taken without synopsis"),
        (
            {"extract": "word " * 2_000},
            "extract is longer than 5,000 characters: its beginning taken",
        ),
        (
            {"extract": "\n{{Infobox film\n| name = A"},
            "extract “{{Infobox film | name = A” is no text: left out",
        ),
        ({"year": None}, "no year given: taken without year"),
        ({"href": 7}, "href is not the name of an article: left out"),
        ({"href": "x" * 301}, "href is not the name of an article: left out"),
    ],
)
def test_what_is_missing_or_odd_is_noted_and_the_rest_is_taken(over, note):
    reading = read(**over)

    assert reading.notes == (note,)
    assert reading.film is not None


@pytest.mark.parametrize(
    ("over", "reason"),
    [
        ({"title": None}, "no title given: refused"),
        ({"title": " \0 "}, "no title given: refused"),
        ({"title": ["A"]}, "no title given: refused"),
        ({"title": "x" * 401}, "title is longer than 400 characters: refused"),
        ({"year": "the 1980s"}, "year is not a number: refused"),
        ({"year": "198"}, "year is not between 1870 and 2100: refused"),
        ({"year": True}, "year is not a number: refused"),
        ({"year": 1980.5}, "year is not a number: refused"),
        ({"year": math.nan}, "year is not a number: refused"),
        ({"year": math.inf}, "year is not a number: refused"),
        ({"year": 10**30}, "year is not between 1870 and 2100: refused"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_its_reason(over, reason):
    reading = read(**over)

    assert (reading.film, reading.notes) == (None, (reason,))


@pytest.mark.parametrize("record", [None, 7, "Airplane!", ["Airplane!"]])
def test_what_is_not_a_film_is_refused(record):
    assert wikipedia.read(3, record).notes == ("not a film: refused",)


def test_letters_that_cannot_be_stored_are_left_out():
    film = read(title="Air\0plane\ud800!", cast=["Robert\tHays"]).film

    assert (film.name, film.cast) == ("Airplane!", (Player("Robert Hays"),))


def test_a_long_extract_begins_the_page_with_whole_sentences():
    film = read(extract="First sentence here. " + "Second one is long. " * 30).film

    assert film.synopsis.endswith("long.")
    assert len(film.synopsis) <= import_records.LONGEST_SYNOPSIS
    assert film.synopsis_long.startswith(film.synopsis)


@pytest.mark.parametrize(
    "sentence",
    [
        *(
            "It is by John C. Lilly.",
            "E. T. comes.",
            "É. Zola writes.",
            "It is set in the U.S. Army.",
        ),
        *("He knows Mr. Miyagi.", "St. Peter and Mrs. Lee meet Sgt. Hill.", "Capt. Kirk vs. Kahn."),
        *("It is in 3D.", "It is about World War I.", "Is it? It is!", "Ed Begley Jr."),
    ],
)
def test_a_sentence_ends_neither_behind_an_initial_nor_behind_a_short_title(sentence):
    last = import_records.beginning("It is a film. " * 20 + sentence + " It has more to say. " * 20)
    alone = import_records.beginning(sentence + " " + "Word " * 100)

    assert last.endswith("It has more to say.")
    assert alone == sentence


def test_genres_are_spelt_as_everywhere_else():
    film = read(genres=["Animated", "Noir", "Martial Arts", "Sport", "Sports"]).film

    assert film.genres == ("Animation", "Film noir", "Martial arts", "Sports", "Sports")


@pytest.mark.parametrize(
    ("given", "name"),
    [
        *(("Sci-Fi", "Science fiction"), ("sci-fi", "Science fiction")),
        *(("Sci Fi", "Science fiction"), ("SciFi", "Science fiction")),
        *(("Science-Fiction", "Science fiction"), ("science fiction", "Science fiction")),
        *(("Biographical", "Biography"), ("biopic", "Biography")),
        *(("Film-Noir", "Film noir"), ("FILM NOIR", "Film noir"), ("film noir", "Film noir")),
        *(("TV Movie", "TV movie"), ("TV movie", "TV movie"), ("tv movie", "TV movie")),
        *(("DRAMA", "Drama"), ("MARTIAL ARTS", "Martial arts"), ("WAR", "War"), ("ДРАМА", "Драма")),
        *(("Reality-TV", "Reality-TV"), ("drama", "Drama"), ("LGBT", "LGBT"), ("épopée", "Épopée")),
    ],
)
def test_a_genre_of_any_source_has_one_name_that_begins_with_a_capital(given, name):
    assert import_records.genre(given) == name


@pytest.mark.parametrize("year", ["1980", " 1980 ", 1980.0])
def test_a_year_that_is_written_as_text_is_that_year(year):
    reading = read(year=year)

    assert (reading.film, reading.notes) == (read().film, ())
