"""The filters of a list of films, as they stand in the address of the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from werkzeug.datastructures import MultiDict

from catalog import listings
from catalog.choices import Choices
from catalog.genres import GenreCount
from catalog.listings import Anchor
from catalog.narrowing import Narrowed
from web import addresses

FAR_DOWN = 20
LENGTHS = {"short": "Under 90 minutes", "usual": "90 to 120 minutes", "long": "Over 2 hours"}
Select = tuple[str, str, list[tuple[str, str]], str | int | None]
"""A box of the form: its name, its label, its options as (value, words) and the one chosen."""

READS = ("genre", "decade", "certificate", "length", "sort", "page", "near")
"""What stands in the query of a list; nothing else changes it."""

SORTS = {
    "popular": "Most popular",
    "newest": "Newest",
    "oldest": "Oldest",
    "rating": "Best rated",
    "name": "By name",
}


@dataclass(frozen=True)
class Filters:
    """What a reader narrowed a list to; every one may be left out."""

    genre: str | None = None
    decade: int | None = None
    certificate: str | None = None
    length: str | None = None
    sort: str | None = None

    @property
    def on(self) -> list[str]:
        """The names of the filters in force; the order of the list is not one of them."""
        return [name for name in self.query if name != "sort"]

    @property
    def query(self) -> dict[str, Any]:
        """What stands in the address."""
        return {name: value for name, value in asdict(self).items() if value}

    def without(self, name: str) -> dict[str, Any]:
        """The address of the same list without one filter."""
        return replace(self, **{name: None}).query


def read(args: MultiDict[str, str], *, genre: str | None = None) -> Filters:
    """The filters of an address. What is not among the choices counts as left out."""
    length, sort = args.get("length"), args.get("sort")
    return Filters(
        genre=genre or args.get("genre") or None,
        decade=_decade(args.get("decade", type=int)),
        certificate=args.get("certificate") or None,
        length=length if length in listings.LENGTHS else None,
        sort=sort if sort in listings.SORTS[1:] else None,
    )


def _decade(year: int | None) -> int | None:
    """A year that begins a decade; ``None`` for any other."""
    return year if year in listings.DECADES else None


def selects(chosen: Filters, genres: list[GenreCount], choices: Choices) -> list[Select]:
    """The boxes of the filter form, in the order in which they stand."""
    words = _words(chosen, genres)
    boxes = [
        ("genre", "Genre", {one.slug: one.name for one in genres}),
        ("decade", "Decade", {str(year): f"{year}s" for year in choices.decades}),
        ("certificate", "Certificate", {label: label for label in choices.certificates}),
        ("length", "Length", LENGTHS),
    ]
    found: list[Select] = []
    for name, label, options in boxes:
        value, there = chosen.query.get(name), {"": "All", **options}
        if value:  # it is in force also where no film has it any more
            there.setdefault(str(value), words[name])
        found.append((name, label, list(there.items()), value))
    return [*found, ("sort", "Sort", list(SORTS.items()), chosen.sort)]


def removable(chosen: Filters, genres: list[GenreCount]) -> list[tuple[str, str]]:
    """The filters in force as (name, words), for an empty list from which one may be taken away."""
    words = _words(chosen, genres)
    for name in ("length", "certificate"):  # "Remove over 2 hours"
        words[name] = words[name][:1].lower() + words[name][1:]
    return [(name, words[name]) for name in chosen.on]


def _words(chosen: Filters, genres: list[GenreCount]) -> dict[str, str]:
    """What is chosen, in words. A genre without films is told by its address: it has no name to
    look up."""
    named = {one.slug: one.name for one in genres}
    genre = chosen.genre or ""
    return {
        "genre": named.get(genre, genre.replace("-", " ")),
        "decade": f"{chosen.decade}s",
        "certificate": f"Certificate {chosen.certificate}",
        "length": LENGTHS.get(chosen.length or "", ""),
    }


def tags(chosen: Filters, collection: str | None, near: Anchor | None) -> set[str]:
    """What the database says when a list reads otherwise."""
    by = {name: chosen.query.get(name) for name in ("genre", "decade", "certificate", "length")}
    narrowed = Narrowed.by(collection=collection, **by)
    return narrowed.tags(is_anchored=near is not None)


def address(
    collection: str | None, query: Mapping[str, Any], page: int = 1, anchor: Anchor | None = None
) -> str:
    """The address of a list: a collection, a genre or all films, with the rest as its query.

    A page far down a long list names a title near it (``anchor``), from which it is found at once.
    """
    query = {**query, "page": page if page > 1 else None}
    query["near"] = str(anchor) if anchor and page > FAR_DOWN else None
    if collection:
        return addresses.path("storefront.collection", slug=collection, **query)
    if query.get("genre"):
        return addresses.path("storefront.genre", slug=query.pop("genre"), **query)
    return addresses.path("storefront.browse", **query)
