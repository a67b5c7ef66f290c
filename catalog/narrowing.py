"""What a list of films is narrowed to, and by what the database tells that it has changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects.postgresql import array

from catalog import plain
from catalog.models import Collection, CollectionTitle, Listing
from catalog.stretches import WHOLE

LAST_YEAR = 9_990
LENGTHS = ("short", "usual", "long")


@dataclass(frozen=True)
class Narrowed:
    """A list without its order: the facets that its films have, its decade, its collection."""

    facets: tuple[str, ...]
    decade: int | None
    collection: str | None

    @classmethod
    def by(
        cls,
        genre: str | None,
        collection: str | None,
        decade: int | None,
        certificate: str | None,
        length: str | None,
    ) -> Self:
        first = min(max(decade, 1), LAST_YEAR) if decade else None
        given = {"certificate": certificate, "decade": first, "genre": genre}
        given["length"] = length if length in LENGTHS else None
        facets = (f"{kind}:{value}" for kind, value in given.items() if value)
        return cls(tuple(map(plain.storable, facets)), first, plain.storable(collection or ""))

    @property
    def is_narrow(self) -> bool:
        """Whether it is not simply the whole catalogue."""
        return bool(self.facets or self.collection)

    @property
    def cell(self) -> str | None:
        """Under which name its count is kept, if it is."""
        if self.collection:
            return None if self.facets else f"collection:{self.collection}"
        return " ".join(self.facets)

    def tags(self, *, is_anchored: bool = False) -> set[str]:
        """By which names a page of this list hears of changes, beside the cards on it:
        ``list:genre:drama`` of films that come, go or move, ``count:genre:drama`` of its number.

        The title that anchors a page may have left the list, so any title may move that page.
        """
        by = set(self.having)
        if is_anchored or not by:
            by.add(WHOLE)
        said = {f"list:{one}" for one in by}
        said |= {f"count:{self.cell}"} if self.cell is not None else set()
        return {tag.replace(" ", "_") for tag in said}

    @property
    def having(self) -> frozenset[str]:
        """The facets of all its films, its collection among them."""
        inside = (f"collection:{self.collection}",) if self.collection else ()
        return frozenset((*self.facets, *inside))

    def rules(self, *, by_index: bool) -> list[ColumnElement[bool]]:
        """What its films meet; not ``by_index`` where an order's own index is to be walked."""
        rules: list[ColumnElement[bool]] = []
        if self.facets:
            has = Listing.facets.contains(array(self.facets))
            rules.append(has if by_index else has.is_(True))
        if self.collection:
            inside = select(CollectionTitle.title_id).join(Collection)
            rules.append(Listing.title_id.in_(inside.where(Collection.slug == self.collection)))
        return rules
