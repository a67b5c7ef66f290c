"""Age certificates are told in words, whatever the country that a film comes from."""

from __future__ import annotations

import pytest

from catalog import certificates
from catalog.film_pages import Certificate
from catalog.import_records import SYSTEMS


@pytest.mark.parametrize(
    ("system", "label", "words"),
    [
        ("MPA", "R", "under 17 only with an adult"),
        ("bbfc", "12a", "under 12 only with an adult"),
        ("FSK", "16", "from the age of 16"),
        ("CNC", "12", "nobody under 12"),
        ("ACB", "MA 15+", "under 15 only with an adult"),
        ("IFCO", "15A", "under 15 only with an adult"),
        ("IFCO", "R", ""),
        ("JP", "G", ""),
    ],
)
def test_a_certificate_is_told_in_words_where_its_system_is_known(system, label, words):
    assert certificates.meaning(Certificate(system, "GB", label)) == words


def test_every_system_that_an_import_names_has_words():
    assert {system for system, _ in certificates.MEANINGS} == set(SYSTEMS.values())
