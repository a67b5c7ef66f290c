"""The few shapes that artwork is made of, so that one picture can be written and painted alike."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

Point = tuple[float, float]
Step = tuple[Point] | tuple[Point, Point, Point]


class Tone(Enum):
    """Which colour of the palette a shape takes."""

    GROUND = "ground"
    NEAR = "near"
    FAR = "far"


@dataclass(frozen=True)
class Disc:
    """A circle, or an ellipse where ``ry`` differs from ``rx``."""

    tone: Tone
    x: float
    y: float
    rx: float
    ry: float


@dataclass(frozen=True)
class HalfDisc:
    """Half a circle, beginning at ``angle`` degrees clockwise from three o'clock."""

    tone: Tone
    x: float
    y: float
    r: float
    angle: float

    def ends(self) -> tuple[Point, Point]:
        """Both ends of the straight side, in the clockwise order of the round one."""
        across = self.r * math.cos(math.radians(self.angle))
        down = self.r * math.sin(math.radians(self.angle))
        return (self.x + across, self.y + down), (self.x - across, self.y - down)


@dataclass(frozen=True)
class Bulbs:
    """Round lamps along the edge of a rectangle, ``gap`` apart from centre to centre."""

    tone: Tone
    x: float
    y: float
    columns: int
    rows: int
    gap: float
    r: float

    def centres(self) -> list[Point]:
        """Where each lamp hangs, every corner once."""
        right, bottom = self.x + self.columns * self.gap, self.y + self.rows * self.gap
        level = [
            (self.x + i * self.gap, y) for i in range(self.columns + 1) for y in (self.y, bottom)
        ]
        upright = [(x, self.y + i * self.gap) for i in range(1, self.rows) for x in (self.x, right)]
        return level + upright


@dataclass(frozen=True)
class Outline:
    """A closed line: straight to a point, or a cubic curve through two handles to a third."""

    tone: Tone
    start: Point
    steps: tuple[Step, ...]


Shape = Disc | HalfDisc | Bulbs | Outline


def polygon(tone: Tone, *points: Point) -> Outline:
    """A closed line with corners only."""
    return Outline(tone, points[0], tuple((point,) for point in points[1:]))


def box(tone: Tone, x: float, y: float, width: float, height: float) -> Outline:
    """An upright rectangle."""
    right, bottom = x + width, y + height
    return polygon(tone, (x, y), (right, y), (right, bottom), (x, bottom))


def flattened(outline: Outline, pieces: int = 24) -> list[Point]:
    """The corners of ``outline`` with each curve cut into so many straight pieces."""
    points = [outline.start]
    for step in outline.steps:
        if len(step) == 1:
            points.append(step[0])
            continue
        curve = (points[-1], *step)
        points += [along(curve, i / pieces) for i in range(1, pieces + 1)]
    return points


def along(points: tuple[Point, ...], t: float) -> Point:
    """The point of a Bézier curve at ``t`` between 0 and 1, found by halving lines into lines."""
    while len(points) > 1:
        points = tuple(
            (ax + (bx - ax) * t, ay + (by - ay) * t) for (ax, ay), (bx, by) in pairwise(points)
        )
    return points[0]
