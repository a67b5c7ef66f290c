"""What age certificates mean, in words: for whoever hears the page or does not know the system.

As the boards explain their own: MPA, BBFC, FSK, CNC, the Australian Classification Board, IFCO.
"""

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
    ("CNC", "TP"): "for all ages",
    ("CNC", "U"): "for all ages",
    ("CNC", "10"): "children under 10 may be disturbed",
    ("CNC", "12"): "nobody under 12",
    ("CNC", "16"): "nobody under 16",
    ("CNC", "18"): "nobody under 18",
    ("ACB", "G"): "for all ages",
    ("ACB", "PG"): "under 15 with a parent's guidance",
    ("ACB", "M"): "recommended from the age of 15",
    ("ACB", "MA15+"): "under 15 only with an adult",
    ("ACB", "R18+"): "nobody under 18",
    ("ACB", "X18+"): "nobody under 18",
    ("IFCO", "G"): "for all ages",
    ("IFCO", "PG"): "parents are advised to look first",
    ("IFCO", "12A"): "under 12 only with an adult",
    ("IFCO", "15A"): "under 15 only with an adult",
    ("IFCO", "16"): "nobody under 16",
    ("IFCO", "18"): "nobody under 18",
}


def meaning(certificate: Certificate) -> str:
    """``under 17 only with an adult``; empty where the system or the label is not known here."""
    label = certificate.label.upper().replace(" ", "")  # "MA 15+" is written in two ways
    return MEANINGS.get((certificate.system.upper(), label), "")
