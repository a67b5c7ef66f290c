"""A film's details as lines of text: told as they stand, and read as an editor has typed them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from catalog import import_records, plain
from catalog.import_records import LONGEST_GENRE, MOST_GENRES
from catalog.models import Title
from core.errors import DomainError

QUOTED = 30


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


DETAILS = {
    "genres": Detail(lambda title: [one.name for one in title.genres], _genres),
}
