"""Shapes painted as pixels, for the places that take no SVG."""

from __future__ import annotations

from PIL import Image, ImageDraw

from catalog.artwork.palettes import Palette
from catalog.artwork.shapes import Bulbs, Disc, HalfDisc, Point, Shape, Tone, flattened

FINER = 2
"""Painted so many times larger and then reduced, which makes edges smooth."""


def painted(shapes: list[Shape], palette: Palette, width: int, height: int) -> Image.Image:
    """A picture of that size on the ground of ``palette``."""
    large = Image.new("RGB", (width * FINER, height * FINER), palette.ground)
    pen = ImageDraw.Draw(large)
    colours = {Tone.GROUND: palette.ground, Tone.NEAR: palette.near, Tone.FAR: palette.far}
    for shape in shapes:
        _paint(pen, shape, colours[shape.tone])
    return large.reduce(FINER)


def _paint(pen: ImageDraw.ImageDraw, shape: Shape, fill: str) -> None:
    if isinstance(shape, Disc):
        pen.ellipse(_around(shape.x, shape.y, shape.rx, shape.ry), fill)
    elif isinstance(shape, HalfDisc):
        edges = _around(shape.x, shape.y, shape.r, shape.r)
        pen.pieslice(edges, shape.angle, shape.angle + 180, fill)
    elif isinstance(shape, Bulbs):
        for x, y in shape.centres():
            pen.ellipse(_around(x, y, shape.r, shape.r), fill)
    else:
        pen.polygon([_finer(point) for point in flattened(shape)], fill)


def _around(x: float, y: float, rx: float, ry: float) -> tuple[float, float, float, float]:
    return (*_finer((x - rx, y - ry)), *_finer((x + rx, y + ry)))


def _finer(point: Point) -> Point:
    return point[0] * FINER, point[1] * FINER
