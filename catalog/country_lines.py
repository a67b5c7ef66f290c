"""Certificates and release dates as lines of text, each with its country where it needs one."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from catalog import import_records
from catalog.import_records import LONGEST_NAME
from catalog.imports import rows, values
from catalog.imports.rows import LONGEST_WORD, MOST_NAMES
from catalog.line_rules import QUOTED, Unusable, few, once
from catalog.models import Certificate, Release, Title
from core import territories

MOST_RELEASES = 300  # a world's countries, and some in two ways
# What an editor calls the ways in which a film comes out; the others go by their own name.
WAYS = {"theatrical": "cinema", "digital": "online", "physical": "disc", "tv": "television"}
KINDS = {**{kind: kind for kind in values.KINDS}, "cinema": "theatrical"}
KINDS |= {"online": "digital", "disc": "physical"}
COUNTRIES = {system: country for country, system in import_records.SYSTEMS.items()}


def told_certificates(title: Title) -> list[str]:
    return [_told_certificate(one) for one in sorted(title.certificates, key=attrgetter("system"))]


def _told_certificate(one: Certificate) -> str:
    if not one.system and one.territory == territories.UNKNOWN:
        return one.label
    is_told = one.territory == _country_of(one.system)
    return ", ".join([one.system, one.label, *([] if is_told else [one.territory])])


def certificates(lines: Sequence[str]) -> tuple[dict[str, Any], ...]:
    found = [_certificate(line) for line in few(lines, MOST_NAMES, LONGEST_WORD)]
    once([one["system"] or "nobody named" for one in found])
    return tuple(found)


def _certificate(line: str) -> dict[str, Any]:
    """``MPA, R`` or ``EIRIN, R15+, JP``; who gives it may be left out where nobody knows it."""
    first, *more = (part.strip() for part in line.split(",", 2))
    given, label = (first, more[0]) if more else values.certificate(first)
    system = import_records.system(given)
    country = _country(more[1]) if more[1:] else _country_of(system)
    if not label:
        raise Unusable(f"“{line[:QUOTED]}” has no certificate in it. Write MPA, R.")
    if country is None:
        told = f"Nobody here knows the country of “{given[:QUOTED]}”"
        raise Unusable(f"{told}. Write it behind, as in EIRIN, R15+, JP.")
    if country == territories.code(given):
        system = rows.system_of(country)
    return {"system": system, "territory": country, "label": label}


def _country_of(system: str) -> str | None:
    """The country of who gives certificates; of one that is not named nobody knows it."""
    return COUNTRIES.get(system) or territories.code(system) if system else territories.UNKNOWN


def _country(given: str) -> str:
    """The code of a country that is named in a line. Raises ``Unusable``."""
    found = given if given == territories.UNKNOWN else territories.code(given)
    if found is None:
        raise Unusable(f"“{given[:QUOTED]}” is no country. Write its name or its code, as GB.")
    return found


def told_releases(title: Title) -> list[str]:
    rising = sorted(title.releases, key=attrgetter("on", "territory", "kind"))
    return [_told_release(one) for one in rising]


def _told_release(one: Release) -> str:
    country = [] if one.territory == territories.UNKNOWN else [one.territory]
    return ", ".join([*country, WAYS.get(one.kind, one.kind), one.on.isoformat()])


def releases(lines: Sequence[str]) -> tuple[dict[str, Any], ...]:
    found = [_release(line) for line in few(lines, MOST_RELEASES, LONGEST_NAME)]
    once([f"{one['territory']}, {WAYS.get(one['kind'], one['kind'])}" for one in found])
    return tuple(found)


def _release(line: str) -> dict[str, Any]:
    """``GB, cinema, 1994-10-21``; the country may be left out where nobody knows it."""
    *country, how, on = ("", *(part.strip() for part in line.rsplit(",", 2)))
    kind = KINDS.get(how.lower())
    if kind is None:
        ways = ", ".join(sorted(WAYS.get(one, one) for one in values.KINDS))
        raise Unusable(f"“{line[:QUOTED]}” has to say in the middle how it came out: {ways}.")
    try:
        day = values.day(on)
    except ValueError:
        day = None
    if day is None:
        raise Unusable(f"“{on[:QUOTED]}” is no day that a film has. Write it as 1994-10-21.")
    territory = _country(country[-1]) if country[1:] else territories.UNKNOWN
    return {"territory": territory, "kind": kind, "on": day}
