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


@pytest.mark.parametrize(
    "source",
    [
        *("Filmhaus members", "FILMHAUS  Members", "matinee members"),
        *("Filmhaus-members", "FilmhausMembers", "\uff26ilmhaus members"),
    ],
)
def test_no_score_of_a_file_passes_for_that_of_our_members(db, tmp_path, source):
    settings.use(settings.current().model_copy(update={"site_name": "Filmhaus"}))
    path = tmp_path / "films.csv"
    path.write_text(f"title,year,score,votes,score_source\nA,1995,9.9,9999,{source}\n")

    said = CliRunner().invoke(catalog, ["import", str(path)])
    refused = CliRunner().invoke(catalog, ["import", str(path), "--source", source])

    assert "members: left out, because it is counted here" in said.output.lower()
    assert titles.by_slug(db, "a", whole=True).ratings == []
    assert "is our own name. Give --source another one." in refused.exception.sentence


@pytest.mark.parametrize(
    ("source", "why"),
    [
        *((name, "is a name of at most 80 letters") for name in ("", "   ", "\u200b", "a" * 81)),
        *((name, "signs that nobody can see") for name in ("\u202eabc", "IM\u200bDb")),
        ("M\u0430tinee members", "mixes letters of alphabets that look alike"),
        ("Mat\u03b9nee", "mixes letters of alphabets that look alike"),
        ("Matinee", "is our own name"),
    ],
)
def test_a_source_that_people_cannot_tell_from_another_is_refused(db, tmp_path, source, why):
    path = tmp_path / "films.csv"
    path.write_text("title,score,votes\nA,7,99\n")

    refused = CliRunner().invoke(catalog, ["import", str(path), "--source", source])

    assert why in refused.exception.sentence
    assert refused.exception.sentence.endswith("Nothing was imported.")
    assert listings.listed(db).total == 0


def test_a_source_in_any_one_alphabet_is_taken(db, tmp_path):
    path = tmp_path / "films.csv"
    path.write_text("title,score,votes,score_source\nA,7,99,Кинопоиск\nB,7,99,Κινηματογράφος\n")

    said = CliRunner().invoke(catalog, ["import", str(path), "--source", "Ciné-Kritik, 映画"])

    assert "2 taken" in said.output and "left out" not in said.output


def test_a_score_whose_source_is_written_to_deceive_is_left_out(db, tmp_path):
    path = tmp_path / "films.csv"
    path.write_text("title,score,votes,score_source\nA,7,99,M\u0430tinee\nB,7,99,Matinee\n")

    said = CliRunner().invoke(catalog, ["import", str(path)]).output

    assert "because its name mixes letters of alphabets that look alike" in said
    assert "score of Matinee: left out, because it is counted here" in said
    assert titles.by_slug(db, "a", whole=True).ratings == []


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
