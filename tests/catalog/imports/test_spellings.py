"""A film is one however lists write its article and its "and"."""

from __future__ import annotations

import itertools

import pytest
from sqlalchemy import select

from catalog.imports.formats import Wishes
from catalog.models import Title, TitleSource
from tests import factories, imported
from tests.factories import NOW

NAMES = (
    ("Goonies, The", "The Goonies", "goonies, the"),
    ("Bug's Life, A", "A Bug's Life"),
    ("Planes, Trains & Automobiles", "Planes, Trains and Automobiles"),
    ("King & I, The", "The King and I"),
)


@pytest.fixture
def bring(db, tmp_path):
    """Import a table of films of 1985 with these names; the answer is what is said of each."""

    def bring(*names, source="import"):
        path = tmp_path / "films.tsv"
        rows = "".join(f"{name}\t1985\tAnn\n" for name in names)
        path.write_text(f"title\tyear\tcast\n{rows}")
        said = imported.bring(db, path, now=NOW, wishes=Wishes(source=source))
        return [str(one).split(": ", 2)[2] for one in said]

    return bring


@pytest.mark.parametrize(
    ("first", "other"),
    [pair for names in NAMES for pair in itertools.permutations(names, 2)],
)
def test_a_film_whose_name_is_written_in_another_way_is_the_same(db, bring, first, other):
    assert bring(first) == ["taken"]

    same = "in the catalogue already: nothing filled in"
    assert bring(other, source="archive") == [same]
    assert bring(first) == ["unchanged"]
    assert db.scalars(select(Title.aliases)).all() == [[]]


def test_two_spellings_in_one_file_are_one_film(bring):
    said = bring("The King and I", "King & I, The", "King and I, The")

    assert said == ["taken", *["same film as an earlier record: nothing filled in"] * 2]


def test_a_film_that_came_in_with_its_article_behind_is_found(db, bring):
    # given a film of an earlier version, which left an article behind
    factories.title(db, name="Goonies, The", year=1985, cast=["Ann"])

    # when its list comes in again, then it is there, and stands as it did
    assert bring("Goonies, The", "The Goonies") == [
        "in the catalogue already: nothing filled in",
        "same film as an earlier record: nothing filled in",
    ]
    assert db.scalars(select(Title.name)).all() == ["Goonies, The"]


def test_a_list_without_ids_keeps_the_keys_of_its_films(db, bring):
    bring("Goonies, The", "Toy Story (1985)")

    keys = db.scalars(select(TitleSource.key).order_by(TitleSource.key))
    assert [key.rpartition("|")[0] for key in keys] == [
        *("title|goonies the|1985", "title|toy story 1985|1985"),
    ]
