"""A film's details as lines of text: told as they stand, and read as an editor has typed them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from catalog import captions, import_records, plain
from catalog.import_records import (
    LONGEST_GENRE,
    LONGEST_NAME,
    LONGEST_TITLE,
    MOST_CAST,
    MOST_GENRES,
)
from catalog.imports import rows, values
from catalog.imports.rows import LONGEST_WORD, MOST_NAMES
from catalog.models import Certificate, Release, Title
from catalog.records import Player
from core import territories
from core.errors import DomainError

QUOTED = 30
LONGEST_CREDIT = 2 * LONGEST_NAME + len(" | ")
MOST_RELEASES = 300  # a world's countries, and some in two ways
# What an editor calls the ways in which a film comes out; the others go by their own name.
WAYS = {"theatrical": "cinema", "digital": "online", "physical": "disc", "tv": "television"}
KINDS = {**{kind: kind for kind in values.KINDS}, "cinema": "theatrical"}
KINDS |= {"online": "digital", "disc": "physical"}
COUNTRIES = {system: country for country, system in import_records.SYSTEMS.items()}


class WrongLines(DomainError):
    """Lines that cannot be used; ``errors`` says of which details, and what is wrong with each."""

    status = 422
    sentence = "Something in these lines cannot be used."

    def __init__(self, errors: list[tuple[str, str]]) -> None:
        super().__init__([name for name, _ in errors])
        self.errors = errors


class Unusable(Exception):
    """A line that cannot be used; the text says why."""


class Detail(NamedTuple):
    """How a film tells a detail, a line each, and what lines mean, as ``records.Film`` has it;
    ``read`` raises ``Unusable``."""

    told: Callable[[Title], Iterable[str]]
    read: Callable[[Sequence[str]], tuple[Any, ...]]


def told(title: Title) -> dict[str, list[str]]:
    """Each detail of a film by its name, as it stands."""
    return {name: parted("\n".join(one.told(title))) for name, one in DETAILS.items()}


def parted(text: str) -> list[str]:
    """The lines of a text in which something can be seen."""
    lines = plain.readable(plain.lines(text)).split("\n")
    return [line for line in map(plain.line, lines) if line]


def read(typed: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """What the lines of each detail mean. Raises ``WrongLines``."""
    found: dict[str, Any] = {}
    errors: list[tuple[str, str]] = []
    for name, lines in typed.items():
        try:
            found[name] = DETAILS[name].read(lines)
        except Unusable as why:
            errors.append((name, str(why)))
    if errors:
        raise WrongLines(errors)
    return found


def _few(lines: Sequence[str], most: int, longest: int) -> Sequence[str]:
    """These lines, where they are not too many and none is too long. Raises ``Unusable``."""
    if len(lines) > most:
        raise Unusable(f"Write at most {most} lines.")
    for line in lines:
        if len(line) > longest:
            raise Unusable(f"“{line[:QUOTED]}…” is longer than {longest} letters.")
    return lines


def _genres(lines: Sequence[str]) -> tuple[str, ...]:
    few = _few(lines, MOST_GENRES, LONGEST_GENRE)
    return tuple(plain.once(map(import_records.genre, few)))


def _told_certificates(title: Title) -> list[str]:
    return [_told_certificate(one) for one in sorted(title.certificates, key=attrgetter("system"))]


def _told_certificate(one: Certificate) -> str:
    if not one.system and one.territory == territories.UNKNOWN:
        return one.label
    is_told = one.territory == _country_of(one.system)
    return ", ".join([one.system, one.label, *([] if is_told else [one.territory])])


def _certificates(lines: Sequence[str]) -> tuple[dict[str, Any], ...]:
    found = [_certificate(line) for line in _few(lines, MOST_NAMES, LONGEST_WORD)]
    _once([one["system"] or "nobody named" for one in found])
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


def _told_releases(title: Title) -> list[str]:
    rising = sorted(title.releases, key=attrgetter("on", "territory", "kind"))
    return [_told_release(one) for one in rising]


def _told_release(one: Release) -> str:
    country = [] if one.territory == territories.UNKNOWN else [one.territory]
    return ", ".join([*country, WAYS.get(one.kind, one.kind), one.on.isoformat()])


def _releases(lines: Sequence[str]) -> tuple[dict[str, Any], ...]:
    found = [_release(line) for line in _few(lines, MOST_RELEASES, LONGEST_NAME)]
    _once([f"{one['territory']}, {WAYS.get(one['kind'], one['kind'])}" for one in found])
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


def _told_directors(title: Title) -> list[str]:
    return [one.person.name for one in title.credits if one.job == "director"]


def _directors(lines: Sequence[str]) -> tuple[str, ...]:
    return tuple(plain.once(map(_person, _few(lines, MOST_NAMES, LONGEST_NAME))))


def _told_cast(title: Title) -> list[str]:
    cast = [one for one in title.credits if one.job == "cast"]
    return [f"{one.person.name} | {one.role}" if one.role else one.person.name for one in cast]


def _cast(lines: Sequence[str]) -> tuple[Player, ...]:
    """``Clara Bow | Mary Preston``, or a name alone."""
    billed = [line.partition("|") for line in _few(lines, MOST_CAST, LONGEST_CREDIT)]
    for name, _, part in billed:
        _few([name.strip(), part.strip()], 2, LONGEST_NAME)
    return import_records.players(
        (_person(name.strip()), part.strip() or None) for name, _, part in billed
    )


def _person(name: str) -> str:
    if not name or not import_records.is_name(name):
        raise Unusable(f"“{name[:QUOTED]}” is not somebody's name.")
    return name


def _languages(lines: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(captions.code, _words(lines))))


def _words(lines: Sequence[str]) -> tuple[str, ...]:
    return tuple(plain.once(_few(lines, MOST_NAMES, LONGEST_WORD)))


def _names(lines: Sequence[str]) -> tuple[str, ...]:
    return tuple(plain.once(_few(lines, MOST_NAMES, LONGEST_TITLE)))


def _once(names: Iterable[str]) -> None:
    """Raises ``Unusable`` where two lines tell of the same."""
    for name, number in Counter(names).items():
        if number > 1:
            raise Unusable(f"Two lines tell of {name}. Leave one of them.")


DETAILS = {
    "genres": Detail(lambda title: [one.name for one in title.genres], _genres),
    "certificates": Detail(_told_certificates, _certificates),
    "releases": Detail(_told_releases, _releases),
    "directors": Detail(_told_directors, _directors),
    "cast": Detail(_told_cast, _cast),
    "languages": Detail(lambda title: map(captions.name, title.languages), _languages),
    "content_notices": Detail(attrgetter("content_notices"), _words),
    "aliases": Detail(attrgetter("aliases"), _names),
}
