"""The search page and the lines below its box."""

from __future__ import annotations

import re

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from catalog.search_statements import PEOPLE, TITLES
from tests import factories
from tests.web.reading import parsed, text_of

SITE = "http://127.0.0.1:8000"


def test_films_and_people_are_found_in_two_parts(client: FlaskClient, db: Session) -> None:
    factories.title(db, name="Nosferatu", year=1922, cast=["Max Schreck"])

    page = client.get("/search?q=nosferatu")
    people = client.get("/search?q=schreck")

    assert "<title>nosferatu – search</title>" in page.text  # noqa: RUF001  # the dash of a title
    assert "Films 1 found Nosferatu 1922" in text_of(page.text)
    assert "People 1 found Max Schreck 1 film" in text_of(people.text)
    assert '<meta name="robots" content="noindex">' in page.text
    parsed(page.text)


def test_what_is_found_in_the_place_of_what_was_asked_is_said_to_be(
    client: FlaskClient, db: Session
) -> None:
    factories.title(db, name="Nosferatu", year=1922)

    said = {
        words: text_of(client.get(f"/search?q={words}").text).partition("Films 1 found")[0]
        for words in ("nosferatu", "nosfertu", "nosferatu 1922", "nosferatu 1923", "nosfertu 1922")
    }

    alike = "Closest in spelling:"
    other_year = "Nothing of that name is of that year. Closest in other years:"
    told = {
        words: [one for one in (alike, other_year) if one in page] for words, page in said.items()
    }
    assert told == {
        "nosferatu": [],
        "nosfertu": [alike],
        "nosferatu 1922": [],
        "nosferatu 1923": [other_year],
        "nosfertu 1922": [alike],
    }
    assert f"Nothing is spelt “ nosfertu ”. {alike}" in said["nosfertu"]


def test_search_engines_list_the_search_itself_and_nothing_that_somebody_looked_for(
    client: FlaskClient,
) -> None:
    search, found = client.get("/search").text, client.get("/search?q=wings").text

    assert "noindex" not in search
    assert f'<link rel="canonical" href="{SITE}/search">' in search
    assert 'content="noindex"' in found
    assert "canonical" not in found


def test_a_search_that_may_find_more_says_that_it_tells_the_likeliest(
    client: FlaskClient, db: Session
) -> None:
    for number in range(TITLES):
        factories.title(db, name=f"Moon {number}")
    assert f"The {TITLES} likeliest Moon" in text_of(client.get("/search?q=moon").text)

    factories.title(db, name="Star", cast=[f"Nova {number}" for number in range(PEOPLE + 1)])
    assert f"The {PEOPLE} likeliest Nova" in text_of(client.get("/search?q=nova").text)

    factories.title(db, name="Sun")
    assert "1 found Sun" in text_of(client.get("/search?q=sun").text)


def test_nothing_found_repeats_the_words_and_offers_what_plays(
    client: FlaskClient, db: Session
) -> None:
    factories.collection(db, "New", [factories.title(db, name="Wings")])

    page = client.get("/search?q=<b>zzqqxx")

    assert "Nothing found for “ <b>zzqqxx ”" in text_of(page.text)
    assert "Playing now Wings 1995" in text_of(page.text)
    parsed(page.text)


def test_without_words_there_is_only_the_box(client: FlaskClient) -> None:
    page = client.get("/search")

    assert " autofocus" in page.text
    assert "Nothing found" not in page.text


def test_suggestions_name_films_and_people_with_their_addresses(
    client: FlaskClient, db: Session
) -> None:
    factories.title(db, name="Wings", year=1927, cast=["Clara Wing"])

    assert client.get("/search/suggestions.json?q=wing").json == {
        "suggestions": [
            {"name": "Wings", "note": "1927", "url": "/film/wings"},
            {"name": "Clara Wing", "note": "Person", "url": "/person/clara-wing"},
        ]
    }
    assert client.get("/search/suggestions.json").json == {"suggestions": []}


def test_a_suggestion_says_why_it_is_one_and_is_as_short_as_a_card(
    client: FlaskClient, db: Session
) -> None:
    for name, year in (("M", 1931), ("M" * 400, None)):
        factories.title(db, name=name, slug=name[:8], year=year, directors=["Fritz Lang"])

    found = client.get("/search/suggestions.json?q=fritz").get_json()

    assert [(one["name"], one["note"]) for one in found["suggestions"]] == [
        ("M", "1931, directed by Fritz Lang"),
        ("M" * 79 + "…", "directed by Fritz Lang"),
        ("Fritz Lang", "Person"),
    ]


def test_signs_that_no_page_may_show_are_left_out_of_what_is_repeated(client: FlaskClient) -> None:
    page = client.get("/search?q=%00zz%08q%0Aq%00").text

    assert "Nothing found for “ zzq q ”" in text_of(page)
    assert not {"\0", "\b"} & {*page}
    assert "Nothing found" not in client.get("/search?q=%00%08").text


def test_words_that_turn_the_page_round_are_repeated_as_they_were_meant(
    client: FlaskClient,
) -> None:
    page = client.get("/search?q=%E2%80%AEabc%20%D7%A9%D7%9C%D7%95%D7%9D").text

    assert "\u202e" not in page
    assert "“<bdi>abc שלום</bdi>”" in page


def test_any_text_may_be_asked(client: FlaskClient) -> None:
    for words in ("%00", "%F0%9F%8E%AC", "'" * 400, "%25%5C_", "-", "<>&|!:*"):
        assert client.get(f"/search?q={words}").status_code == 200


def test_no_box_takes_more_than_a_server_reads_of_an_address(client: FlaskClient) -> None:
    pages = client.get("/").text + client.get("/search").text

    boxes = re.findall(r'<input [^>]*name="q"[^>]*>', pages)

    assert ['maxlength="200"' in box for box in boxes] == [True] * len(boxes)
    assert len(boxes) > 1
