"""Films that never were: plausible names in several languages, people, years and votes.

The same number always gives the same film, so a catalogue of any size can be made again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

GENRES = (
    *("Drama", "Comedy", "Thriller", "Romance", "Horror", "Documentary", "Adventure", "Crime"),
    *("Family", "Western", "Musical", "Animation", "War", "Mystery", "Fantasy", "History"),
    *("Science fiction", "Biography", "Sport", "Noir", "Short", "Silent"),
)
SILENT_UNTIL = 1929
WEIGHTS = (30, 22, 12, 12, 8, 8, 8, 8, 5, 3, 3, 4, 4, 4, 4, 3, 4, 3, 2, 1, 6)
WORDS: dict[str, Any] = json.loads(
    (Path(__file__).parent / "made_up_words.json").read_text(encoding="utf-8")
)
THINGS, KINDS, GIVEN, STARTS, MIDDLES, ENDS = (
    str(WORDS[kind]).split() for kind in ("things", "kinds", "given", "starts", "middles", "ends")
)
OTHERS: dict[str, list[str]] = {
    language: words.split() for language, words in WORDS["others"].items()
}
CERTIFICATES = (("BBFC", "GB", ("U", "PG", "12", "15", "18")), ("MPA", "US", ("G", "PG", "R")))


@dataclass(frozen=True)
class MadeUp:
    """One film that never was; people are numbers that ``person`` names."""

    id: int
    name: str
    original_name: str | None
    aliases: tuple[str, ...]
    year: int | None
    minutes: int | None
    synopsis: str | None
    language: str
    genres: tuple[int, ...]
    directors: tuple[int, ...]
    cast: tuple[tuple[int, str | None], ...]
    certificates: tuple[tuple[str, str, str], ...]
    votes: int
    score: float
    reviews: int
    status: str


def film(number: int, *, people: int) -> MadeUp:
    """Film ``number``, with credits among as many ``people``."""
    chance = Random(number)
    language = chance.choices(("en", *OTHERS), (70, 8, 8, 6, 4, 2, 2))[0]
    name, original = _names(chance, language)
    year = None if number % 331 == 0 else 2026 - int(110 * chance.random() ** 2)
    votes = int(chance.paretovariate(0.6)) - 1
    cast = [] if number % 127 == 0 else _people(chance, people, chance.randint(2, 6))
    return MadeUp(
        id=number,
        name=ODD[number % len(ODD)] if number % 499 == 0 else name,
        original_name=original,
        aliases=(f"{_word(chance)} {_place(chance)}",) if number % 11 == 0 else (),
        year=year,
        minutes=None if number % 57 == 0 else chance.randint(55, 190),
        synopsis=None if number % 43 == 0 else _synopsis(chance),
        language=language,
        genres=_genres(chance, year),
        directors=tuple(_people(chance, people, 1)),
        cast=tuple((one, _place(chance) if chance.random() < 0.7 else None) for one in cast),
        certificates=_certificates(chance),
        votes=min(votes, 3_000_000),
        score=round(min(10.0, max(1.0, chance.gauss(6.4, 1.2))), 1),
        reviews=chance.randint(0, 8) if votes > 20 else 0,
        status="withdrawn" if number % 1009 == 0 else "published",
    )


ODD = (
    '"Quoted" & <b>bold</b>',
    "M",
    "٢٤ ساعة في مدينة لا تنام",
    "שיר של אהבה",
    "O'Brien's \u201cOther\u201d Half",
    "A title that goes on " + "and on " * 54,
    "!!!",
    "東京",
    "½ a Loaf",
    "Donaudampfschifffahrtsgesellschaftskapitänswitwenrente" * 2,
)


def person(number: int) -> str:
    """The name of person ``number``; two numbers have two names."""
    chance = Random(number * 31 + 7)
    return f"{chance.choice(GIVEN)} {_place(chance)}{_suffix(number)}"


def _suffix(number: int) -> str:
    return (
        f" {STARTS[number % 20].title()}{MIDDLES[number // 20 % 15]}{ENDS[number // 300 % 19]}"
        + (
            f"{MIDDLES[number // 5_700 % 15]}{ENDS[number // 85_500 % 19]}"
            if number >= 5_700
            else ""
        )
    )


def _names(chance: Random, language: str) -> tuple[str, str | None]:
    if language == "en":
        return _english(chance), None
    words = OTHERS[language]
    one, other = chance.sample(words, 2)
    own = f"{one}{other}" if language == "ja" else f"{one} {other}".capitalize()
    if language in ("de", "es", "fr"):
        own = f"{own} {_place(chance)}" if chance.random() < 0.5 else own
    return (own, None) if chance.random() < 0.3 else (_english(chance), own)


def _english(chance: Random) -> str:
    one, other, kind, place = _word(chance), _word(chance), _kind(chance), _place(chance)
    shapes = (
        f"The {kind} {one}",
        f"{one} of {place}",
        f"{place}'s {one}",
        f"{kind} {one}",
        f"The {one} and the {other}",
        place,
        f"{kind} {one} in {place}",
    )
    return chance.choice(shapes)


def _word(chance: Random) -> str:
    return chance.choice(THINGS).title()


def _kind(chance: Random) -> str:
    return chance.choice(KINDS).title()


def _place(chance: Random) -> str:
    long = chance.choice(MIDDLES) + chance.choice(STARTS) if chance.random() < 0.4 else ""
    return (chance.choice(STARTS) + long + chance.choice(MIDDLES) + chance.choice(ENDS)).title()


def _synopsis(chance: Random) -> str:
    return (
        f"In {_place(chance)}, a {chance.choice(KINDS)} {chance.choice(THINGS)} meets the "
        f"{chance.choice(THINGS)} of {_place(chance)}, and neither {chance.choice(THINGS)} nor "
        f"{chance.choice(THINGS)} is what it was."
    )


def _genres(chance: Random, year: int | None) -> tuple[int, ...]:
    """One to three; what was made before sound is also silent, the last of all genres."""
    found = dict.fromkeys(chance.choices(range(len(WEIGHTS)), WEIGHTS, k=chance.randint(1, 3)))
    silent = (len(WEIGHTS),) if year is not None and year <= SILENT_UNTIL else ()
    return (*found, *silent)


def _certificates(chance: Random) -> tuple[tuple[str, str, str], ...]:
    given = (one for one in CERTIFICATES if chance.random() < 0.45)
    return tuple((system, place, chance.choice(labels)) for system, place, labels in given)


def _people(chance: Random, people: int, how_many: int) -> list[int]:
    """Numbers of people, the low ones again and again, as careers go."""
    return list(dict.fromkeys(1 + int(people * chance.random() ** 1.5) for _ in range(how_many)))
