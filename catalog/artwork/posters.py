"""Posters and stills as SVG: the picture of a film above its title, or the picture alone."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from html import escape

from catalog.artwork import lettering, palettes
from catalog.artwork.compositions import compose
from catalog.artwork.palettes import Palette
from catalog.artwork.writing import written

EDITION = 5
"""Raise it when a drawing changes: addresses made of ``content_hash`` are kept for ever."""

WIDTH, HEIGHT, STILL_HEIGHT = 400, 600, 225
MARGIN = 28
MEASURE = WIDTH - 2 * MARGIN
LARGEST, TALLEST = 104, 250
LEADING, ASCENT, DESCENT = 1.08, 0.86, 0.32
YEAR_SIZE, FOOT = 24, 574
YEAR_LOOK = f'font-size="{YEAR_SIZE}" font-weight="400" letter-spacing="2"'
SERIF = "Georgia,'Iowan Old Style','Liberation Serif','Noto Serif',serif"


def poster_svg(title: str, year: int | None, genre: str | None) -> str:
    """A 2:3 poster of 400 by 600 units; any text makes well-formed XML of about a kilobyte.

    The title stands at the foot on plain ground, in at most five lines, and the picture takes
    what is left above it.
    """
    palette = palettes.for_genre(genre)
    words, room = _words(lettering.lines(title), year, palette)
    return _sheet(HEIGHT, palette, _picture(title, year, room, palette) + words)


def still_svg(title: str, year: int | None, genre: str | None) -> str:
    """The same picture in 16:9, without words: a video's still, a thumbnail in a list."""
    palette = palettes.for_genre(genre)
    return _sheet(STILL_HEIGHT, palette, _picture(title, year, STILL_HEIGHT, palette))


@lru_cache(maxsize=4096)
def content_hash(title: str, year: int | None, genre: str | None) -> str:
    """Sixteen hexadecimal digits that change whenever any drawing of this film would."""
    palette = "".join(palettes.for_genre(genre))
    drawn = f"{EDITION}|{year}|{palette}|{title}".encode("utf-8", "surrogatepass")
    return hashlib.sha256(drawn).hexdigest()[:16]


def _sheet(height: int, palette: Palette, inside: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}">'
        f'<path fill="{palette.ground}" d="M0 0h{WIDTH}v{height}H0z"/>{inside}</svg>'
    )


def _words(rows: list[str], year: int | None, palette: Palette) -> tuple[str, int]:
    """The title and the year as markup, and how much height they leave to the picture."""
    size = _size(rows)
    last = FOOT if year is None else FOOT - YEAR_SIZE - size * DESCENT
    first = last - size * LEADING * (len(rows) - 1)
    top = first - size * ASCENT - 24 if rows else last - 36
    rtl = any(map(lettering.runs_right_to_left, rows[:1]))
    x, direction = (WIDTH - MARGIN, ' direction="rtl"') if rtl else (MARGIN, "")
    texts = "".join(_line(row, x, first + i * size * LEADING, size) for i, row in enumerate(rows))
    if year is not None:
        texts += f'<text x="{x}" y="{FOOT}" {YEAR_LOOK}>{year}</text>'
    look = f'fill="{palette.ink}" font-family="{SERIF}" font-weight="700" font-size="{size:.1f}"'
    return f"<g {look}{direction}>{texts}</g>", round(top)


def _size(rows: list[str]) -> float:
    """The largest type in which the widest line fits the measure and all lines their room."""
    widest = max(map(lettering.width, rows), default=0) or 1
    return min(LARGEST, MEASURE / widest, TALLEST / LEADING / max(len(rows), 1))


def _line(row: str, x: int, y: float, size: float) -> str:
    """One line; a line that nearly fills the measure is held to the width it was planned for."""
    planned = lettering.width(row) * size
    held = f' textLength="{planned:.0f}" lengthAdjust="spacingAndGlyphs"'
    return (
        f'<text x="{x}" y="{y:.0f}"{held if planned > MEASURE * 0.6 else ""}>{escape(row)}</text>'
    )


def _picture(title: str, year: int | None, height: int, palette: Palette) -> str:
    return written(compose(title, year, WIDTH, height), palette, WIDTH, height)
