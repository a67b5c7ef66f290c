"""What ``matinee catalog import`` leaves out of a table, and when it takes none of it."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from catalog import listings, scores, titles
from commands.catalog import catalog
from core import settings
from tests import factories


def test_a_score_that_is_ours_to_count_is_left_out(db, tmp_path):
    film = factories.title(db, name="A", year=1995)
    factories.rating(db, film, source=scores.OURS, score=8, count=12)

    path = tmp_path / "films.csv"
    path.write_text("title,year,score,votes,score_source\nA,1995,1,9999,Matinee members\n")
    said = CliRunner().invoke(catalog, ["import", str(path)])
    refused = CliRunner().invoke(catalog, ["import", str(path), "--source", scores.OURS])

    assert "score of Matinee members: left out, because it is counted here" in said.output
    db.expire_all()
    [rating] = titles.by_slug(db, film.slug, whole=True).ratings
    assert (float(rating.score), rating.count) == (8.0, 12)
    assert "is our own name. Give --source another one." in refused.exception.sentence


@pytest.mark.parametrize("source", ["Filmhaus members", "FILMHAUS  Members", "matinee members"])
def test_no_score_of_a_file_passes_for_that_of_our_members(db, tmp_path, source):
    settings.use(settings.current().model_copy(update={"site_name": "Filmhaus"}))
    path = tmp_path / "films.csv"
    path.write_text(f"title,year,score,votes,score_source\nA,1995,9.9,9999,{source}\n")

    said = CliRunner().invoke(catalog, ["import", str(path)])
    refused = CliRunner().invoke(catalog, ["import", str(path), "--source", source])

    assert "members: left out, because it is counted here" in said.output.lower()
    assert titles.by_slug(db, "a", whole=True).ratings == []
    assert "is our own name. Give --source another one." in refused.exception.sentence


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16-le"])
def test_a_table_whose_header_is_no_utf8_is_refused_before_anything_is_stored(
    db, tmp_path, encoding
):
    path = tmp_path / "filme.csv"
    path.write_bytes("title;year;Länge;Bemerkung\nAirplane!;1980;88;good\n".encode(encoding))

    for _ in range(2):
        refused = CliRunner().invoke(catalog, ["import", str(path)])
        assert refused.exception.sentence == (
            "The header of filme.csv is not UTF-8 text. Save the table as UTF-8 (Excel calls it "
            "“CSV UTF-8”) and import that. Nothing was imported."
        )
    assert listings.listed(db).total == 0
