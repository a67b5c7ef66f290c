"""``matinee catalog picture``: an operator's own picture for a film of any status."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from PIL import Image

from catalog.models import FormerSlug
from commands.catalog import catalog
from tests import factories


@pytest.fixture
def poster(tmp_path):
    """A file that an operator has at hand."""
    path = tmp_path / "poster.png"
    Image.new("RGB", (400, 600), "navy").save(path)
    return path


@pytest.mark.parametrize("status", ["draft", "published", "withdrawn"])
def test_a_film_of_any_status_gets_its_poster_and_gives_it_back(db, poster, status):
    film = factories.title(db, name="Wings", slug="wings", status=status)

    given = CliRunner().invoke(catalog, ["picture", "wings", str(poster)])
    db.refresh(film)
    shown = film.picture
    taken = CliRunner().invoke(catalog, ["picture", "wings"])
    db.refresh(film)

    assert given.output == "Wings shows poster.png as its poster.\n"
    assert taken.output == "Wings shows the poster that is drawn.\n"
    assert (shown is None, film.picture) == (False, None)


def test_a_film_is_known_by_an_address_that_it_once_had(db, poster):
    film = factories.title(db, name="Wings", slug="wings-1927")
    db.add(FormerSlug(slug="wings", title_id=film.id))
    db.flush()

    given = CliRunner().invoke(catalog, ["picture", "wings", str(poster), "--still"])

    assert given.output == "Wings shows poster.png as its still.\n"


@pytest.mark.parametrize("slug", ["wigns", "No slug", "/film/wings"])
def test_a_mistyped_address_is_told_in_plain_words(db, poster, slug):
    refused = CliRunner().invoke(catalog, ["picture", slug, str(poster)])

    assert refused.exit_code == 1
    assert refused.exception.sentence.startswith(f"There is no film at “{slug}”. A film's address")
