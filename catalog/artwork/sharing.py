"""The card that a shared link shows: the picture of a film beside its title, as a PNG."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from importlib import resources
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from catalog.artwork import lettering, palettes
from catalog.artwork.compositions import compose
from catalog.artwork.painting import painted
from catalog.artwork.palettes import Palette

FONT = str(resources.files("font_source_serif_pro") / "files" / "SourceSerifPro-Bold.otf")
WIDTH, HEIGHT = 1200, 630
PICTURE_WIDTH, MARGIN = 560, 64
MEASURE = WIDTH - PICTURE_WIDTH - 2 * MARGIN
LARGEST, TALLEST, LEADING = 128, 360, 1.12
SMALL = 34
COLOURS = 128
UNKNOWN = "\uffff"
DASHES = str.maketrans("\u2010\u2011\u2012\u2013\u2014", "-----")


def sharing_png(title: str, year: int | None, genre: str | None, *, site_name: str) -> bytes:
    """A card of 1200 by 630 pixels, for services that draw no SVG.

    It is lettered in a font that comes with the packages and needs none from the machine. That font
    knows Latin with its accents, Greek and Cyrillic; a title in another script leaves the whole
    card to the picture, since the services print the title beside it.
    """
    palette = palettes.for_genre(genre)
    rows = [_spelt(row) for row in lettering.lines(title)]
    lettered = bool(rows) and all(rows)
    width = PICTURE_WIDTH if lettered else WIDTH
    picture = painted(compose(title, year, width, HEIGHT), palette, width, HEIGHT)
    card = Image.new("RGB", (WIDTH, HEIGHT), palette.ground)
    card.paste(picture, (WIDTH - width, 0))
    if lettered:
        small = [text for text in (str(year or ""), _spelt(lettering.cleaned(site_name))) if text]
        _letter(card, rows, small, palette)
    return _packed(card)


def _letter(card: Image.Image, rows: list[str], small: list[str], palette: Palette) -> None:
    """The title in the middle of the left side, what belongs to it in small letters below."""
    pen = ImageDraw.Draw(card)
    widest = max(_font(100).getlength(row) for row in rows) / 100
    size = int(min(LARGEST, MEASURE / (widest + 0.05), TALLEST / LEADING / len(rows)))
    top = (HEIGHT - size * LEADING * len(rows)) / 2
    for i, row in enumerate(rows):
        at = (MARGIN, top + i * size * LEADING)
        pen.text(at, row, palette.ink, _font(size))
    below = _fitted("  \u00b7  ".join(small), SMALL)
    pen.text((MARGIN, HEIGHT - MARGIN - SMALL), below, palette.ink, _font(SMALL))


def _fitted(text: str, size: int) -> str:
    """``text``, shortened to the measure at that size."""
    kept = text
    while kept and _font(size).getlength(kept + lettering.ELLIPSIS) > MEASURE:
        kept = kept[:-1]
    return text if kept == text else kept.rstrip() + lettering.ELLIPSIS


def _spelt(text: str) -> str:
    """``text`` in letters that the font has, or nothing where it cannot be spelt."""
    plain = text.translate(DASHES)
    if not all(map(_is_known, plain)):
        parts = unicodedata.normalize("NFKD", plain)
        plain = "".join(part for part in parts if not unicodedata.combining(part))
    return plain if all(map(_is_known, plain)) else ""


@lru_cache(maxsize=2048)
def _is_known(letter: str) -> bool:
    return bytes(_font(20).getmask(letter)) != bytes(_font(20).getmask(UNKNOWN))


@lru_cache(maxsize=64)
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONT, size, layout_engine=ImageFont.Layout.BASIC)


def _packed(card: Image.Image) -> bytes:
    """A PNG of few colours: flat shapes and smooth edges need no more."""
    file = BytesIO()
    card.quantize(COLOURS, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return file.getvalue()
