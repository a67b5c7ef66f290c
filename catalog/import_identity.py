"""Whether a record that bears a film's id tells of that film: tables often number their rows."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher

from catalog import import_names, plain
from catalog.records import Film

ALIKE = 0.8  # of two names, where one is the other with a slip mended
NAME_SAID, ID_SAID = 80, 30


def agree(film: Film, names: set[str], year: int | None) -> bool:
    """Whether a record says of a film of these ``names`` and this ``year`` what is so: the
    year, or a name; where nobody knows one of the years, a name with a slip in it will do."""
    if import_names.every(film) & names or (year is not None and film.year == year):
        return True
    return None in (year, film.year) and any(_alike(film.name, name) for name in names)


def share_somebody(film: Film, people: Iterable[str]) -> bool:
    """Whether somebody of the record is among these plain names."""
    return bool(set(map(plain.text, film.people)) & set(people))


def sentence(film: Film, name: str, year: int | None) -> str:
    """Why a record is refused that bears the id of the film ``name`` and agrees with it in
    nothing."""
    there = f"{name[:NAME_SAID]} ({year})" if year else name[:NAME_SAID]
    return (
        f"id {film.key[:ID_SAID]} of {film.source} is {there}, of another name, year and people: "
        f"refused. Give it an id of its own, or its list, if that numbers its own films, a name of "
        f"its own: --source NAME"
    )


def _alike(name: str, other: str) -> bool:
    return SequenceMatcher(None, import_names.comparable(name), other).ratio() >= ALIKE
