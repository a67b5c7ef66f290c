"""Artwork for films that have none: drawn from title, year and first genre, the same every time."""

from catalog.artwork.posters import content_hash, poster_svg, still_svg
from catalog.artwork.sharing import sharing_png

__all__ = ["content_hash", "poster_svg", "sharing_png", "still_svg"]
