"""Addresses are readable, in ASCII, and nobody else's."""

from __future__ import annotations

import re

import pytest

from catalog import slugs


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Leaving Las Vegas", "leaving-las-vegas"),
        ("Häxan", "haxan"),
        ("Pandora's Box", "pandoras-box"),
        ("Berlin: Die Sinfonie der Großstadt", "berlin-die-sinfonie-der-grossstadt"),
        ("9½ Weeks", "9-1-2-weeks"),
        ("$", ""),
    ],
)
def test_a_slug_is_the_name_in_latin_letters(name, slug):
    assert slugs.of(name) == slug


def test_a_film_takes_its_year_and_then_a_number_when_its_name_is_taken():
    taken = {"hamlet", "hamlet-1996", "hamlet-1996-2"}

    assert slugs.for_title("Hamlet", 1990, taken) == "hamlet-1990"
    assert slugs.for_title("Hamlet", 1996, taken) == "hamlet-1996-3"
    assert slugs.for_title("Hamlet", None, taken) == "hamlet-2"


@pytest.mark.parametrize("name", ["東京物語", "المومياء", "!!!"])
def test_a_film_named_in_another_script_still_has_a_usable_address(name):
    slug = slugs.for_title(name, 1953, set())

    assert re.fullmatch(r"film-1953-[0-9a-f]{6}", slug)
    assert slugs.for_title(name, 1953, {slug}) == f"{slug}-1953"
    assert slugs.is_slug(slug)


@pytest.mark.parametrize("text", ["", "A", "a b", "a--b", "-a", "a\0", "a" * 200, "été"])
def test_what_cannot_be_an_address_is_known_without_a_query(text):
    assert not slugs.is_slug(text)
