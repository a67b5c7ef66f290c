"""Shapes written as SVG, briefly: whole units, and neighbours of one colour in one path."""

from __future__ import annotations

from itertools import groupby

from catalog.artwork.palettes import Palette
from catalog.artwork.shapes import Bulbs, Disc, HalfDisc, Outline, Point, Shape, Tone


def written(shapes: list[Shape], palette: Palette, width: int, height: int) -> str:
    """A nested ``svg`` element of that size, which cuts off what reaches beyond it."""
    colours = {Tone.GROUND: palette.ground, Tone.NEAR: palette.near, Tone.FAR: palette.far}
    drawn = "".join(
        _written(list(group), colours[tone])
        for (tone, _), group in groupby(shapes, key=lambda shape: (shape.tone, type(shape)))
    )
    return f'<svg width="{width}" height="{height}">{drawn}</svg>'


def _written(alike: list[Shape], fill: str) -> str:
    lines = [_line(shape) for shape in alike if isinstance(shape, Outline | HalfDisc)]
    if lines:
        return f'<path fill="{fill}" d="{"".join(lines)}"/>'
    return "".join(
        _bulbs(shape, fill) if isinstance(shape, Bulbs) else _disc(shape, fill)
        for shape in alike
        if isinstance(shape, Bulbs | Disc)
    )


def _line(shape: Outline | HalfDisc) -> str:
    if isinstance(shape, HalfDisc):
        (ax, ay), (bx, by) = shape.ends()
        return f"M{ax:.1f} {ay:.1f}A{shape.r:.1f} {shape.r:.1f} 0 0 1 {bx:.1f} {by:.1f}z"
    steps = (("C" if len(step) > 1 else "L") + " ".join(map(_at, step)) for step in shape.steps)
    return f"M{_at(shape.start)}{''.join(steps)}z"


def _at(point: Point) -> str:
    return f"{round(point[0])} {round(point[1])}"


def _disc(disc: Disc, fill: str) -> str:
    place = f'fill="{fill}" cx="{round(disc.x)}" cy="{round(disc.y)}"'
    if disc.rx == disc.ry:
        return f'<circle {place} r="{round(disc.rx)}"/>'
    return f'<ellipse {place} rx="{round(disc.rx)}" ry="{round(disc.ry)}"/>'


def _bulbs(bulbs: Bulbs, fill: str) -> str:
    """Dashes of no length with round ends: every lamp in one path."""
    across, down = round(bulbs.columns * bulbs.gap), round(bulbs.rows * bulbs.gap)
    return (
        f'<path d="M{round(bulbs.x)} {round(bulbs.y)}h{across}v{down}h-{across}z" fill="none"'
        f' stroke="{fill}" stroke-width="{round(bulbs.r * 2)}" stroke-linecap="round"'
        f' stroke-dasharray="0 {round(bulbs.gap)}"/>'
    )
