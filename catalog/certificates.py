"""What age certificates mean, in words: for whoever hears the page or does not know the system."""

from __future__ import annotations

from catalog.film_pages import Certificate

MEANINGS = {
    ("MPA", "G"): "for all ages",
    ("MPA", "PG"): "parents are advised to look first",
    ("MPA", "PG-13"): "parents are cautioned for children under 13",
    ("MPA", "R"): "under 17 only with an adult",
    ("MPA", "NC-17"): "nobody under 18",
    ("MPA", "APPROVED"): "passed before the age certificates of today",
    ("MPA", "PASSED"): "passed before the age certificates of today",
    ("BBFC", "U"): "suitable for all",
    ("BBFC", "PG"): "parents are advised to look first",
    ("BBFC", "12"): "nobody under 12",
    ("BBFC", "12A"): "under 12 only with an adult",
    ("BBFC", "15"): "nobody under 15",
    ("BBFC", "18"): "nobody under 18",
    ("FSK", "0"): "for all ages",
    ("FSK", "6"): "from the age of 6",
    ("FSK", "12"): "from the age of 12",
    ("FSK", "16"): "from the age of 16",
    ("FSK", "18"): "nobody under 18",
}


def meaning(certificate: Certificate) -> str:
    """``under 17 only with an adult``; empty where the system or the label is not known here."""
    return MEANINGS.get((certificate.system.upper(), certificate.label.upper()), "")
