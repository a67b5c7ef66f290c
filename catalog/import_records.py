"""A record of any source as it was understood, and what the readers of all sources share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, TypeVar

from wcwidth import grapheme_boundary_before

from catalog import plain, records
from catalog.records import Film, Player

Named = TypeVar("Named")
LONGEST_TITLE, LONGEST_NAME, LONGEST_GENRE = 400, 120, 40
LONGEST_EXTRACT, LONGEST_SYNOPSIS = 5_000, 400
LONGEST_KEY, DIGEST = 200, 64
MOST_CAST, MOST_GENRES = 60, 10
CAPITAL = "[A-HJ-ZÀ-ÖØ-ÞА-ЯЁ]"  # but I, which is a number: "World War I. It …"
SENTENCE_END = re.compile(
    r"(?<=[.!?])"
    rf"(?<![\W_]{CAPITAL}\.)(?<!^{CAPITAL}\.)"  # an initial, and the end of "U.S."
    r"(?<!\b(?:Mr|Ms|Dr|St|Lt|Fr|vs)\.)(?<!\b(?:Mrs|Sgt|Col|Gen|Maj|Rev)\.)"
    r"(?<!\b(?:Capt|Prof|Msgr)\.)"
    r"\s+(?=[^\W\da-z_]|[\"'])|(?<=。)"
)
# By its plain text what another source, or another list of the same one, calls a genre.
GENRES_HERE = {
    "animated": "Animation",
    **dict.fromkeys(("biographical", "biopic"), "Biography"),
    **dict.fromkeys(("noir", "film noir"), "Film noir"),
    "historical": "History",
    **dict.fromkeys(("sci fi", "scifi", "science fiction"), "Science fiction"),
    "sport": "Sports",
    "tv movie": "TV movie",
    "war": "War",
}
# https://developer.themoviedb.org/reference/movie-details, for tables made of it as well
RELEASED = "released"
UNRELEASED = {"rumored", "planned", "in production", "post production", "canceled"}
PARAGRAPHS = re.compile(r"\n\s*\n")
LEADS_ON = re.compile(r"(?:.*\s)?(?:by|featuring|of|starring|with)", re.IGNORECASE)
LONGEST_ACRONYM = 4  # LGBT; a longer name in capitals is a word
# Who gives age certificates, by country.
SYSTEMS = {"US": "MPA", "GB": "BBFC", "DE": "FSK", "FR": "CNC", "AU": "ACB", "IE": "IFCO"}
SYSTEMS_HERE = {"mpaa": "MPA", **{plain.text(one): one for one in SYSTEMS.values()}}


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


def withdrawn(record: Mapping[str, Any]) -> str | None:
    """The one status that a record of any source may give a film: ``withdrawn``."""
    return "withdrawn" if plain.line(record.get("status")).lower() == "withdrawn" else None


def status_by_tmdb(given: str, notes: list[str]) -> str | None:
    """What TMDB's word of how far a film is makes of it: one that is not released is a draft, which
    is noted. Of one that is released nothing is said."""
    if plain.text(given) not in UNRELEASED:
        return None
    notes.append(f"status “{given}” is of a film that is not released: a draft")
    return "draft"


def has_href(film: Film) -> bool:
    """Whether the record named its article, which tells films of one name apart."""
    return not is_key_without_href(film.key)


def is_key_without_href(key: str) -> bool:
    """Whether a stored key was made from a title, year and cast."""
    return key.startswith("title|")


def key_of(id_: str) -> str:
    """The key of a film that its source calls ``id_``. Of one that is too long to be kept the
    beginning, and the digest of the whole: two ids are two films."""
    return id_ if len(id_) <= LONGEST_KEY else f"{id_[:LONGEST_KEY]} {records.digest(id_)}"


def key_once_cut(key: str) -> str | None:
    """As what a film was known whose id was too long, when only the beginning was kept; ``None``
    for every other key."""
    return key[:LONGEST_KEY] if len(key) == LONGEST_KEY + 1 + DIGEST else None


def key_without_href(title: str, year: int | None, cast: Iterable[str]) -> str:
    """What tells a film apart that its source gives no name of its own."""
    return f"title|{plain.text(title)}|{year}|{records.digest(sorted(map(plain.text, cast)))[:12]}"


def beginning_of_key(key: str) -> str:
    """Of a key that was made from a title, year and cast, what stands before the cast."""
    return key[: key.rindex("|") + 1]


def usable_title(given: Any) -> str:
    """A title on one line that can be read. Raises ``Refused`` where there is none, and where it is
    endless."""
    title = name(given)
    if not title:
        raise Refused("no title given: refused")
    if len(title) > LONGEST_TITLE:
        raise Refused(f"title is longer than {LONGEST_TITLE} characters: refused")
    return title


def name(given: Any) -> str:
    """A name on one line, without what deceives the eye; empty for what is none."""
    if not isinstance(given, str):
        return ""
    return plain.line(given if given.isascii() else plain.readable(given))


def text(given: Any) -> str:
    """A text in its paragraphs, which an empty line parts, each as ``name``; empty for what is
    none."""
    parts = PARAGRAPHS.split(plain.lines(given)) if isinstance(given, str) else []
    return "\n\n".join(filter(None, map(name, parts)))


def within(given: str, longest: int, what: str, notes: list[str]) -> str:
    """``given``, or of a text that is longer its beginning, cut at a word or else at a letter; that
    is noted under the name ``what``."""
    if len(given) <= longest:
        return given
    notes.append(f"{what} is longer than {longest:,} characters: its beginning taken")
    cut = given[: int(grapheme_boundary_before(given, longest + 1)) or longest]
    return cut.rpartition(" ")[0] or cut


def person(given: str, notes: list[str]) -> str:
    """Somebody's name; of an endless one the beginning, which is noted."""
    return within(given, LONGEST_NAME, f"name “{given[:30]}”", notes)


def few(
    found: Sequence[Named],
    limits: tuple[int, int],
    what: str,
    notes: list[str],
    *,
    by: Callable[[Named], str] = str,
) -> list[Named]:
    """The first of what has a name, as many as ``limits`` say, without those whose name is longer
    than these; what is left out is noted under the name ``what``. ``by`` gives the name of one."""
    most, longest = limits
    usable = [one for one in found if len(by(one)) <= longest]
    if len(usable) < len(found):
        notes.append(f"{what} has a name of more than {longest} characters: left out")
    if len(usable) > most:
        notes.append(f"{what} has {len(usable)} names: the first {most} taken")
    return usable[:most]


def is_name(given: str) -> bool:
    """Whether a text names somebody: "voices of" leads on to those whom a list names next."""
    return LEADS_ON.fullmatch(given) is None


def cast(billed: Iterable[tuple[str, str | None]], notes: list[str]) -> tuple[Player, ...]:
    """The first of those who play in a film, as many as it may have; of an endless part the
    beginning."""
    told = few(players(billed), (MOST_CAST, LONGEST_NAME), "cast", notes, by=attrgetter("name"))
    return tuple(
        Player(one.name, within(one.role or "", LONGEST_NAME, f"role of {one.name}", notes) or None)
        for one in told
    )


def players(billed: Iterable[tuple[str, str | None]]) -> tuple[Player, ...]:
    """Those who play in a film, by name and part as they are billed: somebody who is billed more
    than once, however spelt, is one, with the first part that is told."""
    found: dict[str, Player] = {}
    for name, role in billed:
        known = found.setdefault(plain.text(name), Player(name, role))
        if role and not known.role:
            found[plain.text(name)] = Player(known.name, role)
    found.pop("", None)
    return tuple(found.values())


def namesakes(people: Iterable[tuple[Any, str]], what: str) -> list[str]:
    """What is said where a source tells several people of one name apart, given with its ids of
    them: a film has each name once."""
    ids: dict[str, set[str]] = {}
    called: dict[str, str] = {}
    for id_, name in people:
        ids.setdefault(plain.text(name), set()).add(str(id_))
        called.setdefault(plain.text(name), name[:LONGEST_NAME])
    several = [called[one] for one in ids if one and len(ids[one]) > 1]
    return [f"{what} has several people called {name}: taken as one" for name in several]


def genre(name: str) -> str:
    """Our spelling of a genre: "Science Fiction", "Sci-Fi" and "science fiction" are "Science
    fiction", "Animated" is "Animation", and "DRAMA" is "Drama"."""
    is_shouted = name.isupper() and len(name) > LONGEST_ACRONYM
    usual = name.capitalize() if name.istitle() or name.islower() or is_shouted else name
    return GENRES_HERE.get(plain.text(usual), usual)


def other_genres(name: str) -> list[str]:
    """What other sources call a genre of ours: as what it stands where it came in before."""
    return [other for other, ours in GENRES_HERE.items() if ours == name]


def system(name: str) -> str:
    """Our spelling of who gives an age certificate: "MPAA" and "mpa" are "MPA"."""
    return SYSTEMS_HERE.get(plain.text(name), name)


def synopses(whole: str) -> tuple[str, str]:
    """The beginning of a text, and the whole where that is more."""
    short = beginning(plain.line(whole))
    return short, whole if plain.line(whole) != short else ""


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
