"""Names are compared in lower case, without accents and punctuation, in every script."""

from __future__ import annotations

import pytest

from catalog import plain


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Amélie!", "amelie"),
        ("Großstadt", "grossstadt"),
        ("STRASSE", "strasse"),
        ("Die Büchse der Pandora", "die buchse der pandora"),
        ("Häxan", "haxan"),
        ("Ocean's Eleven", "oceans eleven"),
        ("Ocean\u2019s Eleven", "oceans eleven"),
        *(
            (f"Ocean{sign}s", "oceans")
            for sign in "'`\u00b4\u2018\u2019\u201b\u02bb\u02bc\u05f3\uff07"
        ),
        ("Hawai\u02bbi, \u02bfAl\u012b", "hawaii ali"),
        ("\u0641\u064a\u0644\u0640\u0645", "\u0641\u064a\u0644\u0645"),
        ("Spider-Man", "spider man"),
        ("9½ Weeks", "9 1 2 weeks"),
        ("Alien³", "alien 3"),
        ("T₂", "t 2"),
        ("²", "2"),
        ("Barbie™", "barbie"),
        ("Łódź, Øresund", "lodz oresund"),
        ("№ 5, \U0001d510oon", "no 5 moon"),
        ("狂った一頁", "狂った一頁"),
        ("Потёмкин", "потемкин"),
        ("!!!", "!!!"),
        ("  a\0b  ", "ab"),
        ("\ud800", ""),
        ("", ""),
    ],
)
def test_a_name_is_compared_without_case_accents_and_punctuation(name, expected):
    assert plain.text(name) == expected


def test_a_name_is_found_by_its_parts_and_by_what_a_hyphen_parts():
    assert plain.index_words("L'Avventura") == ["lavventura", "l", "avventura"]
    assert plain.index_words("L\u00b4Avventura") == ["lavventura", "l", "avventura"]
    assert plain.index_words("Hawai\u02bbi") == ["hawaii", "hawai", "i"]
    assert plain.index_words("Spider-Man") == ["spider", "man", "spiderman"]
    assert plain.index_words("D.O.A.") == ["d", "o", "a", "doa"]
    assert plain.index_words("Alien³") == ["alien", "3", "alien3"]
    assert plain.index_words("Ana Müller") == ["ana", "muller", "mueller"]
    assert plain.index_words("O\u0308L") == ["ol", "oel"]


def test_a_japanese_name_is_found_from_any_letter_on():
    assert plain.index_words("東京物語") == ["東京物語", "京物語", "物語", "語"]
