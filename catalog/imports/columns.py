"""Which column of a table is which fact of a film: by its header, or named by the operator."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from catalog import import_records, plain
from catalog.imports import blanks
from catalog.imports.unreadable import Unreadable

IMDB_SCORES = ("imdb rating", "imdb score")
SYSTEMS_AS_HEADERS = ("mpaa", "mpa", "bbfc", "fsk")
# The facts that a table may give, with the headers under which they are found.
FIELDS: dict[str, tuple[str, ...]] = {
    "id": ("id", "key", "film id", "movie id", "title id", "imdb id", "tmdb id", "tconst", "const"),
    "imdb_id": (),  # a column of them beside another one of ids
    "title": ("title", "name", "film", "film title", "movie", "movie title", "primary title"),
    "original_title": ("original title", "original name"),
    "aliases": ("aliases", "alias", "aka", "also known as", "other titles", "alternative titles"),
    "year": ("year", "release year", "production year", "start year"),
    "runtime": (
        "runtime",
        "runtime minutes",
        "runtime mins",
        "minutes",
        "length",
        "running time",
        "duration",
    ),
    "genres": ("genres", "genre"),
    "cast": ("cast", "actors", "starring", "stars", "players"),
    "directors": ("directors", "director", "directed by"),
    "synopsis": ("synopsis", "short synopsis", "overview", "description", "plot", "summary"),
    "synopsis_long": ("synopsis long", "long synopsis", "full synopsis", "long description"),
    "languages": ("languages", "language", "original language"),
    "countries": ("countries", "country"),
    "certificate": ("certificate", "certification", "age rating", *SYSTEMS_AS_HEADERS),
    "certificate_system": ("certificate system", "certification system"),
    "released_on": ("released on", "release date", "released", "premiere"),
    "release_kind": ("release kind", "release type"),
    "territory": ("territory", "release territory", "release country"),
    "score": ("score", "rating", "average rating", "vote average", *IMDB_SCORES),
    "scale": ("scale", "score scale", "rating scale", "best rating"),
    "votes": ("votes", "vote count", "num votes", "ratings", "rating count"),
    "score_source": ("score source", "rating source"),
    "content_notices": ("content notices", "content warnings", "warnings"),
    "collections": ("collections", "collection", "rails", "rail"),
    "rights": ("rights", "copyright", "licence", "license", "attribution"),
    "status": ("status", "state", "availability"),
    "kind": ("title type", "type", "item type", "media type"),
    "adult": ("adult", "is adult"),
}
# What a header says of its whole column: who gives the scores, or the age certificates.
SAYS = {
    **dict.fromkeys(IMDB_SCORES, ("score_source", "IMDb")),
    **{one: ("certificate_system", one.upper()) for one in SYSTEMS_AS_HEADERS},
}
# Of how many a score is: "Rating (out of 5)", "score/100", "rating 0.5-5"; a Letterboxd rating is
# of 5 stars.
OUT_OF = re.compile(
    r"(.+?)\s*[(\[]?\s*(?:out of|/|\b\d(?:\.\d)?\s*[-\u2013])\s*(\d{1,3})\s*[)\]]?", re.I | re.A
)
LETTERBOXD, STARS = {"letterboxd uri", "rating"}, "5"
IDS_OF_IMDB = {"imdb id", "tconst", "const"}
# In a list that somebody keeps at IMDb or Letterboxd, what they remarked about a film is nobody
# else's.
LISTS, REMARKS = ({"const", "title type"}, {"position", "name", "url"}), ("description",)
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
OF_HEADER = {header: field for field, headers in FIELDS.items() for header in headers}


@dataclass(frozen=True)
class Columns:
    """``places`` leads from a field to its column; ``left_out`` are the headers that mean nothing
    to us, and ``says`` is what others say of their whole column, by field."""

    places: Mapping[str, int]
    left_out: tuple[str, ...]
    says: dict[str, str] = dataclasses.field(default_factory=dict)

    def of(self, cells: Sequence[str]) -> dict[str, str]:
        """The cells of a row by field, each on one line, but for the paragraphs of a synopsis, and
        without what deceives the eye; an id stays as it is, unless nobody can see it. What a source
        writes for nothing is "", but for a title, which may be such a word; a row that is too short
        lacks its last fields."""
        given = {
            field: READ.get(field, import_records.name)(cells[place])
            for field, place in self.places.items()
            if place < len(cells)
        }
        if given.get("id"):
            given["id"] = plain.line(cells[self.places["id"]])
        told = {field: MEANT.get(field, blanks.told)(cell) for field, cell in given.items()}
        return told | {field: said for field, said in self.says.items() if not told.get(field)}


def _title(given: str) -> str:
    """A title: there are films called "None" and "Unknown", but none that is ``\\N``."""
    return "" if given == "\\N" else given


READ = dict.fromkeys(("synopsis", "synopsis_long"), import_records.text)
MEANT = {"title": _title, "original_title": blanks.name, "aliases": blanks.name}


def found(headers: Sequence[str], named: Mapping[str, str]) -> Columns:
    """The columns of a table by its ``headers``; ``named`` gives a field to a header by hand.

    The first of two headers for one field counts. Raises ``Unreadable`` where a field or a header
    that was named does not exist, and where no column is the title, or named at all. So it is for
    a file of IMDb's, in which each part of a series is a title, unless the title was named.
    """
    if not any(header.strip() for header in headers):
        raise Unreadable("The file is empty, or its first line is, which names the columns.")
    plain_headers = [plain.text(header) for header in headers]
    if "title" not in named.values() and {"tconst", "titletype"} <= {*plain_headers}:
        raise Unreadable(
            "This is one of IMDb's files. Give the folder in which it lies, as title.basics.tsv.gz "
            "with any of the others; their series and parts of series are passed over then."
        )
    places: dict[str, int] = {}
    for header, field in named.items():
        if field not in FIELDS:
            raise Unreadable(f"“{field}” is no fact of a film. There are: {', '.join(FIELDS)}.")
        if plain.text(header) not in plain_headers:
            raise Unreadable(f"The file has no column “{header}”. It has: {', '.join(headers)}.")
        places[field] = plain_headers.index(plain.text(header))
    taken = set(places.values())
    ignored = REMARKS if any(one <= {*plain_headers} for one in LISTS) else ()
    for place, header in enumerate(headers):
        known = None if plain_headers[place] in ignored else _known(header)
        if "id" in places and plain_headers[place] in IDS_OF_IMDB:
            known = "imdb_id"
        if known is not None and known not in places and place not in taken:
            places[known] = place
            taken.add(place)
    if "title" not in places:
        free = [one for place, one in enumerate(headers) if place not in taken and one.strip()]
        raise Unreadable(
            f"No column is the title. The file has: {', '.join(headers)[:300]}. "
            f"Name one with --map “{(free or ['Film'])[0]}=title”."
        )
    left_out = tuple(header for place, header in enumerate(headers) if place not in taken)
    return Columns(places, left_out, dict(_said(places, headers)))


def is_header(given: str, named: Mapping[str, str]) -> bool:
    """Whether a text alone on the first line of a table is the header of a fact."""
    return _known(given) is not None or plain.text(given) in map(plain.text, named)


def _said(places: Mapping[str, int], headers: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What the headers that are used say of their whole columns: a fact, and its value."""
    for place in places.values():
        if said := SAYS.get(plain.text(_without_scale(headers[place]))):
            yield said
    scored = headers[places["score"]] if "score" in places else ""
    if found := OUT_OF.fullmatch(scored):
        yield "scale", found[2]
    elif plain.text(scored) == "rating" and {*map(plain.text, headers)} >= LETTERBOXD:
        yield "scale", STARS


def _known(header: str) -> str | None:
    """The fact of a header, which may be written as "startYear" is, and a score's say its scale."""
    spellings = (header, CAMEL.sub(" ", header))
    known = next(filter(None, (OF_HEADER.get(plain.text(one)) for one in spellings)), None)
    scored = OF_HEADER.get(plain.text(_without_scale(header)))
    return known or (scored if scored == "score" else None)


def _without_scale(header: str) -> str:
    found = OUT_OF.fullmatch(header)
    return found[1] if found else header
