"""A film's details as lines of text: told as they stand, and read as an editor has typed them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from catalog import captions, country_lines, import_records, plain, scores
from catalog.import_records import (
    LONGEST_GENRE,
    LONGEST_NAME,
    LONGEST_TITLE,
    MOST_CAST,
    MOST_GENRES,
)
from catalog.imports.rows import LONGEST_WORD, MOST_NAMES
from catalog.line_rules import QUOTED, Unusable, few
from catalog.models import Rating, Title
from catalog.records import Player
from core.errors import DomainError

LONGEST_CREDIT = 2 * LONGEST_NAME + len(" | ")


class WrongLines(DomainError):
    """Lines that cannot be used; ``errors`` says of which details, and what is wrong with each."""

    status = 422
    sentence = "Something in these lines cannot be used."

    def __init__(self, errors: list[tuple[str, str]]) -> None:
        super().__init__([name for name, _ in errors])
        self.errors = errors


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


def read(typed: Mapping[str, Sequence[str]], stood: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """What the lines of each detail mean, of which these ``stood``. Raises ``WrongLines``."""
    found: dict[str, Any] = {}
    errors: list[tuple[str, str]] = []
    for name, lines in typed.items():
        try:
            found[name] = DETAILS[name].read(lines)
            if name in OTHERS_SAY:
                _refuse_new(lines, stood[name])
        except Unusable as why:
            errors.append((name, str(why)))
    if errors:
        raise WrongLines(errors)
    return found


def _genres(lines: Sequence[str]) -> tuple[str, ...]:
    names = few(lines, MOST_GENRES, LONGEST_GENRE)
    return tuple(plain.once(map(import_records.genre, names)))


def _told_directors(title: Title) -> list[str]:
    return [one.person.name for one in title.credits if one.job == "director"]


def _directors(lines: Sequence[str]) -> tuple[str, ...]:
    return tuple(plain.once(map(_person, few(lines, MOST_NAMES, LONGEST_NAME))))


def _told_cast(title: Title) -> list[str]:
    cast = [one for one in title.credits if one.job == "cast"]
    return [f"{one.person.name} | {one.role}" if one.role else one.person.name for one in cast]


def _cast(lines: Sequence[str]) -> tuple[Player, ...]:
    """``Clara Bow | Mary Preston``, or a name alone."""
    billed = [line.partition("|") for line in few(lines, MOST_CAST, LONGEST_CREDIT)]
    for name, _, part in billed:
        few([name.strip(), part.strip()], 2, LONGEST_NAME)
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
    return tuple(plain.once(few(lines, MOST_NAMES, LONGEST_WORD)))


def _names(lines: Sequence[str]) -> tuple[str, ...]:
    return tuple(plain.once(few(lines, MOST_NAMES, LONGEST_TITLE)))


def _told_scores(title: Title) -> list[str]:
    others = [one for one in title.ratings if one.source != scores.OURS]
    return [_told_score(one) for one in sorted(others, key=attrgetter("source"))]


def _told_score(one: Rating) -> str:
    return f"{one.source}, {one.score}/{one.scale} by {one.count}"


def _scores(lines: Sequence[str]) -> tuple[dict[str, Any], ...]:
    return tuple({"source": line.rpartition(", ")[0]} for line in lines)


def _refuse_new(lines: Sequence[str], stood: Sequence[str]) -> None:
    """Raises ``Unusable`` for a line that did not stand there: these may be taken out alone."""
    for line in lines:
        if line not in stood:
            told = f"“{line[:QUOTED]}” is none of these scores. A score is its source's to tell"
            raise Unusable(f"{told}: leave its line as it is, or take it out.")


OTHERS_SAY = {"ratings"}
DETAILS = {
    "genres": Detail(lambda title: [one.name for one in title.genres], _genres),
    "certificates": Detail(country_lines.told_certificates, country_lines.certificates),
    "releases": Detail(country_lines.told_releases, country_lines.releases),
    "directors": Detail(_told_directors, _directors),
    "cast": Detail(_told_cast, _cast),
    "languages": Detail(lambda title: map(captions.name, title.languages), _languages),
    "content_notices": Detail(attrgetter("content_notices"), _words),
    "aliases": Detail(attrgetter("aliases"), _names),
    "ratings": Detail(_told_scores, _scores),
}
