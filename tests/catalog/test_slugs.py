"""Addresses are readable, in ASCII, and nobody else's."""

from __future__ import annotations

import re
from itertools import islice

import pytest

from catalog import addresses, slugs
from catalog.models import FormerSlug, Title
from tests import factories


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


def test_a_film_may_take_its_name_then_its_year_and_then_a_number():
    assert list(islice(slugs.for_title("Hamlet", 1996), 3)) == [
        *("hamlet", "hamlet-1996", "hamlet-1996-2"),
    ]
    assert list(islice(slugs.for_title("Hamlet", None), 3)) == ["hamlet", "hamlet-2", "hamlet-3"]


@pytest.mark.parametrize("name", ["東京物語", "المومياء", "!!!"])
def test_a_film_named_in_another_script_still_has_a_usable_address(name):
    slug, second = islice(slugs.for_title(name, 1953), 2)

    assert re.fullmatch(r"film-1953-[0-9a-f]{6}", slug)
    assert second == f"{slug}-1953"
    assert slugs.is_slug(slug)


def test_many_films_find_addresses_that_none_has_or_had(db):
    # given addresses that a film has, and had
    hamlet = factories.title(db, name="Hamlet", slug="hamlet")
    db.add(FormerSlug(slug="hamlet-1996", title_id=hamlet.id))
    db.flush()

    # when nine more of that name and year want one, then each has its own
    wishes = [slugs.for_title("Hamlet", 1996) for _ in range(9)]
    found = addresses.Free(db, Title.slug, FormerSlug.slug).of(wishes)
    assert list(found) == [f"hamlet-1996-{number}" for number in range(2, 11)]


@pytest.mark.parametrize("text", ["", "A", "a b", "a--b", "-a", "a\0", "a" * 200, "été"])
def test_what_cannot_be_an_address_is_known_without_a_query(text):
    assert not slugs.is_slug(text)
