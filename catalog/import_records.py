"""Reading one record of a Wikipedia film list: what can be taken of it, and what cannot and why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from catalog import plain, records
from catalog.records import Film, Player

SOURCE = "wikipedia"
FIRST_YEAR, LAST_YEAR = 1870, 2100
LONGEST_TITLE, LONGEST_NAME, LONGEST_GENRE = 400, 120, 40
LONGEST_HREF, LONGEST_EXTRACT, LONGEST_SYNOPSIS = 300, 5_000, 400
MOST_CAST, MOST_GENRES = 60, 10
IN_BRACKETS = re.compile(r"[(\[].*[)\]]")
SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[^\W\da-z_]|[\"'])|(?<=。)")
GENRES_HERE = {
    "animated": "Animation",
    "noir": "Film noir",
    "historical": "History",
    "sport": "Sports",
}


@dataclass(frozen=True)
class Reading:
    """A record as it was understood. ``film`` is missing where it was refused; ``notes`` tell what
    is odd about it and what was done. ``earlier`` records begin on the same line; ``key`` is what a
    record that was refused calls its film, where it says so."""

    line: int
    title: str
    film: Film | None
    notes: tuple[str, ...]
    earlier: int = 0
    key: str = ""

    @property
    def place(self) -> str:
        """Where in its file the record stands, for people."""
        return f"line {self.line}" + (f", record {self.earlier + 1}" if self.earlier else "")


class Refused(Exception):
    """A record that cannot be taken; the text says why."""


def read(line: int, record: Any) -> Reading:
    """Understand the record that starts on ``line``. Thumbnails are neither fetched nor kept."""
    notes: list[str] = []
    title = ""
    try:
        if not isinstance(record, dict):
            raise Refused("not a film: refused")
        title = usable_title(record.get("title"))
        film = _film(title, record, notes)
    except Refused as why:
        return Reading(line, title, None, (str(why),), key=_key(record))
    return Reading(line, title, film, tuple(notes))


def _key(record: Any) -> str:
    return plain.line(record.get("href")) if isinstance(record, dict) else ""


def _film(title: str, record: dict[str, Any], notes: list[str]) -> Film:
    year = _year(record.get("year"), notes)
    status = withdrawn(record)
    cast = _names(record.get("cast"), "cast", (MOST_CAST, LONGEST_NAME), notes)
    genres = _names(record.get("genres"), "genre", (MOST_GENRES, LONGEST_GENRE), notes)
    href = _href(record.get("href"), notes)
    extract = _extract(record.get("extract"), notes)
    synopsis = beginning(extract)
    return Film(
        source=SOURCE,
        key=href or key_without_href(title, year, cast),
        digest=records.digest([title, year, cast, genres, href, extract, *filter(None, [status])]),
        name=title,
        year=year,
        genres=tuple(map(genre, genres)),
        synopsis=synopsis or None,
        synopsis_long=extract if extract != synopsis else None,
        rights=f"Synopsis from Wikipedia ({href or title}), CC BY-SA 4.0" if extract else None,
        cast=tuple(map(Player, cast)),
        status=status,
    )


def withdrawn(record: Mapping[str, Any]) -> str | None:
    """The one status that a record of any source may give a film: ``withdrawn``."""
    return "withdrawn" if plain.line(record.get("status")).lower() == "withdrawn" else None


def has_href(film: Film) -> bool:
    """Whether the record named its article, which tells films of one name apart."""
    return not is_key_without_href(film.key)


def is_key_without_href(key: str) -> bool:
    """Whether a stored key was made from a title, year and cast."""
    return key.startswith("title|")


def joined(first: Film, second: Film) -> Film:
    """Two records of one film as one: the first speaks, the second adds what it does not say."""
    cast = {plain.text(player.name): player for player in (*second.cast, *first.cast)}
    order = dict.fromkeys(plain.text(player.name) for player in (*first.cast, *second.cast))
    names = {plain.text(name): name for name in (second.name, *first.aliases)}
    names.pop(plain.text(first.name), None)
    return replace(
        first,
        key=second.key if has_href(second) and not has_href(first) else first.key,
        digest=records.digest([first.digest, second.digest]),
        aliases=tuple(names.values()),
        genres=tuple(dict.fromkeys((*first.genres, *second.genres))),
        cast=tuple(cast[name] for name in order),
        synopsis=first.synopsis or second.synopsis,
        synopsis_long=first.synopsis_long if first.synopsis else second.synopsis_long,
        rights=first.rights or second.rights,
    )


def key_without_href(title: str, year: int | None, cast: Iterable[str]) -> str:
    """What tells a film apart that its source gives no name of its own."""
    return f"title|{plain.text(title)}|{year}|{records.digest(sorted(map(plain.text, cast)))[:12]}"


def usable_title(given: Any) -> str:
    """A title on one line that can be read. Raises ``Refused`` where there is none, and where it is
    endless."""
    title = plain.line(plain.readable(given)) if isinstance(given, str) else ""
    if not title:
        raise Refused("no title given: refused")
    if len(title) > LONGEST_TITLE:
        raise Refused(f"title is longer than {LONGEST_TITLE} characters: refused")
    return title


def _year(given: Any, notes: list[str]) -> int | None:
    if given is None:
        notes.append("no year given: taken without year")
        return None
    if isinstance(given, bool) or not isinstance(given, int):
        raise Refused("year is not a number: refused")
    if not FIRST_YEAR <= given <= LAST_YEAR:
        raise Refused(f"year is not between {FIRST_YEAR} and {LAST_YEAR}: refused")
    return given


def _names(given: Any, what: str, limits: tuple[int, int], notes: list[str]) -> list[str]:
    """The usable names of a list, each once; what is left out is noted."""
    most, longest = limits
    if given is None or given == []:
        notes.append(f"no {what} given: taken without {what}")
        return []
    if not isinstance(given, list):
        notes.append(f"{what} is not a list: taken without {what}")
        return []
    found: dict[str, str] = {}
    for name in map(plain.line, given):
        if not name or len(name) > longest or IN_BRACKETS.fullmatch(name):
            notes.append(f"{what} has “{name[:30]}”, which is not a name: left out")
        else:
            found.setdefault(plain.text(name), name)
    if len(found) > most:
        notes.append(f"{what} has {len(found)} names: the first {most} taken")
    return list(found.values())[:most]


def genre(name: str) -> str:
    """Our spelling of a genre: "Science Fiction" is "Science fiction", "Animated" "Animation"."""
    usual = name.capitalize() if name.istitle() else name
    return GENRES_HERE.get(usual.lower(), usual)


def _href(given: Any, notes: list[str]) -> str | None:
    href = plain.line(given)
    if given is not None and (not href or len(href) > LONGEST_HREF):
        notes.append("href is not the name of an article: left out")
        return None
    return href or None


def _extract(given: Any, notes: list[str]) -> str:
    extract = plain.line(given)
    if not extract:
        notes.append("no extract given: taken without synopsis")
    if len(extract) > LONGEST_EXTRACT:
        notes.append(f"extract is longer than {LONGEST_EXTRACT:,} characters: its beginning taken")
        extract = extract[:LONGEST_EXTRACT].rpartition(" ")[0]
    return extract


def beginning(extract: str) -> str:
    """The first sentences of an extract, as many as the top of a film page has room for; of a
    first one that has none, what fits, cut at a word."""
    first, *rest = SENTENCE_END.split(extract)
    if len(first) > LONGEST_SYNOPSIS:
        cut = first[: LONGEST_SYNOPSIS - 2]
        return f"{cut.rpartition(' ')[0] or cut} …"
    for sentence in rest:
        if len(first) + 1 + len(sentence) > LONGEST_SYNOPSIS:
            break
        first = f"{first}{'' if first.endswith('。') else ' '}{sentence}"
    return first
