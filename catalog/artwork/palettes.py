"""Four colours for a genre: what is behind, two kinds of shape, and the letters."""

from __future__ import annotations

from typing import NamedTuple


class Palette(NamedTuple):
    """Colours as ``#RRGGBB``. ``ink`` on ``ground`` keeps a contrast of 4.5 or more."""

    ground: str
    near: str
    far: str
    ink: str


DRAMA = Palette("#3B1226", "#C8452F", "#F2B544", "#FBEFE0")
COMEDY = Palette("#F4B63F", "#D6452B", "#FCE8B5", "#2A1216")
THRILLER = Palette("#10222B", "#1F5D63", "#E4572E", "#F3EBDD")
HORROR = Palette("#14110F", "#7A1420", "#C9C2B2", "#F2ECDD")
ROMANCE = Palette("#F3D9CF", "#B8324F", "#E58B76", "#4A1024")
SCIENCE_FICTION = Palette("#131A3A", "#3E5BC0", "#F0C04A", "#EDF0FF")
ADVENTURE = Palette("#DDE6D3", "#2F6B4F", "#E08A2E", "#16302A")
FAMILY = Palette("#CFE7EE", "#E4683A", "#2E7D86", "#12333B")
DOCUMENTARY = Palette("#E9E4DA", "#57534A", "#B4472E", "#211E1A")

BY_GENRE = {
    "action": ADVENTURE,
    "adventure": ADVENTURE,
    "animation": FAMILY,
    "biography": DOCUMENTARY,
    "comedy": COMEDY,
    "crime": THRILLER,
    "documentary": DOCUMENTARY,
    "drama": DRAMA,
    "family": FAMILY,
    "fantasy": SCIENCE_FICTION,
    "film noir": THRILLER,
    "history": DOCUMENTARY,
    "horror": HORROR,
    "music": COMEDY,
    "musical": COMEDY,
    "mystery": THRILLER,
    "romance": ROMANCE,
    "sci fi": SCIENCE_FICTION,
    "science fiction": SCIENCE_FICTION,
    "thriller": THRILLER,
    "war": DRAMA,
    "western": ADVENTURE,
}


def for_genre(genre: str | None) -> Palette:
    """The palette of ``genre`` or of its nearest relative; of drama for one nobody has heard of."""
    plain = (genre or "").casefold().replace("-", " ").replace("_", " ").strip()
    return BY_GENRE.get(plain, DRAMA)
