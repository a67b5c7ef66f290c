"""What a line that an editor types may be: not too many of them, none too long, none twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

QUOTED = 30


class Unusable(Exception):
    """A line that cannot be used; the text says why."""


def few(lines: Sequence[str], most: int, longest: int) -> Sequence[str]:
    """These lines, where they are not too many and none is too long. Raises ``Unusable``."""
    if len(lines) > most:
        raise Unusable(f"Write at most {most} lines.")
    for line in lines:
        if len(line) > longest:
            raise Unusable(f"“{line[:QUOTED]}…” is longer than {longest} letters.")
    return lines


def once(names: Iterable[str]) -> None:
    """Raises ``Unusable`` where two lines tell of the same."""
    for name, number in Counter(names).items():
        if number > 1:
            raise Unusable(f"Two lines tell of {name}. Leave one of them.")
