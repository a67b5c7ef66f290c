"""Eight pictures that fit any frame, from a low sun to ribbons, each with chances of its own."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Sequence

from catalog.artwork.shapes import (
    Bulbs,
    Disc,
    HalfDisc,
    Outline,
    Point,
    Shape,
    Step,
    Tone,
    along,
    box,
    polygon,
)

GROUND, NEAR, FAR = Tone.GROUND, Tone.NEAR, Tone.FAR
Chances = Sequence[float]
Composition = Callable[[Chances, float, float], list[Shape]]


def compose(title: str, year: int | None, width: float, height: float) -> list[Shape]:
    """The picture of one film in a frame of that size, from back to front.

    Which of the eight it is and how its parts stand to one another come from title and year
    alone, so the poster, the still and the sharing card of a film are the same picture.
    """
    digest = hashlib.sha256(f"{title}|{year}".encode("utf-8", "surrogatepass")).digest()
    draw = COMPOSITIONS[digest[0] % len(COMPOSITIONS)]
    return draw([byte / 255 for byte in digest[1:]], width, height)


def low_sun(v: Chances, w: float, h: float) -> list[Shape]:
    """A sun half below the horizon and its light on the water."""
    x, horizon, r = (
        w * (0.32 + 0.36 * v[0]),
        h * (0.54 + 0.08 * v[1]),
        min(w, h) * (0.26 + 0.1 * v[2]),
    )
    sea = h - horizon
    glitter = [
        polygon(FAR, (x - half, y), (x, y - thick), (x + half, y), (x, y + thick))
        for i in range(4)
        for y in [horizon + sea * (0.15 + 0.22 * i)]
        for half in [r * (1 - 0.2 * i) * (0.8 + 0.4 * v[3 + i])]
        for thick in [sea * (0.03 + 0.008 * i)]
    ]
    return [Disc(FAR, x, horizon - r * 0.2, r, r), box(NEAR, 0, horizon, w, sea), *glitter]


def spotlight(v: Chances, w: float, h: float) -> list[Shape]:
    """Somebody alone in a pool of light."""
    side = 1 if v[0] < 0.5 else -1
    rx = min(w * 0.34, h * 0.46)
    x, floor, tall = w / 2 + side * rx * 0.4 * v[1], h * 0.84, h * 0.34
    reach = side * rx * (0.5 + 0.5 * v[2])
    lamps = [x - reach, x + reach] if v[3] > 0.6 else [x - reach]
    feet = ((x + rx, floor), (x - rx, floor))
    beams = [polygon(NEAR, (lamp - 9, -4), (lamp + 9, -4), *feet) for lamp in lamps]
    return [*beams, Disc(FAR, x, floor, rx, rx * 0.2), *_figure(x, floor, tall)]


def _figure(x: float, floor: float, tall: float) -> list[Shape]:
    """A long coat and a head, seen against the light."""
    shoulder, hem, neck = tall * 0.12, tall * 0.19, floor - tall * 0.76
    left: Step = ((x - shoulder, floor - tall * 0.5), (x - shoulder, neck), (x, neck))
    right: Step = ((x + shoulder, neck), (x + shoulder, floor - tall * 0.5), (x + hem, floor))
    head = Disc(GROUND, x, floor - tall * 0.86, tall * 0.11, tall * 0.12)
    return [Outline(GROUND, (x - hem, floor), (left, right)), head]


def marquee(v: Chances, w: float, h: float) -> list[Shape]:
    """Bulbs round a moon in one of its phases."""
    gap = 26.0
    columns, rows = int((w - 44) // gap), int((h - 44) // gap)
    lamps = Bulbs(FAR, (w - columns * gap) / 2, (h - rows * gap) / 2, columns, rows, gap, 6.5)
    r = (min(columns, rows) * gap / 2 - 20) * (0.76 + 0.14 * v[0])
    dark, turn = r * (0.66 + 0.2 * v[1]), math.tau * v[2]
    shift = (r - dark) * 0.94
    x, y = w / 2 + shift * math.cos(turn), h / 2 + shift * math.sin(turn)
    return [lamps, Disc(FAR, w / 2, h / 2, r, r), Disc(NEAR, x, y, dark, dark)]


def sunburst(v: Chances, w: float, h: float) -> list[Shape]:
    """Rays from a disc that stands in the frame or rises from its foot."""
    rising = v[0] < 0.4
    x, y = w * (0.4 + 0.2 * v[1]), h if rising else h * (0.46 + 0.1 * v[2])
    rays, far = 9 + int(v[3] * 6), w + h
    r = min(w, h) * (0.15 + 0.06 * v[4]) * (1.5 if rising else 1)
    turns = [math.tau * (i + v[5]) / rays for i in range(rays)]
    width = math.pi / rays
    beams = [
        polygon(
            NEAR, (x, y), *((x + far * math.cos(a), y + far * math.sin(a)) for a in (t, t + width))
        )
        for t in turns
    ]
    return [*beams, Disc(GROUND, x, y, r * 1.32, r * 1.32), Disc(FAR, x, y, r, r)]


def skyline(v: Chances, w: float, h: float) -> list[Shape]:
    """Roofs against the sky, a moon, and the windows of those who are still up."""
    count = 6 + int(v[0] * 3)
    edges = [w * (i + 0.5 * (v[i] - 0.5)) / count for i in range(1, count)]
    roofs = [h * (0.42 + 0.32 * abs(math.sin(9 * v[10 + i] + i))) for i in range(count)]
    houses = list(zip([0.0, *edges], [*edges, w], roofs, strict=True))
    corners = [corner for left, right, roof in houses for corner in ((left, roof), (right, roof))]
    windows = [lit for i, house in enumerate(houses) for lit in _windows(*house, h, v[18 + i])]
    left, right, _ = max(houses, key=lambda house: house[2])
    r, x = min(w, h) * (0.12 + 0.05 * v[1]), min(max((left + right) / 2, w * 0.2), w * 0.8)
    return [Disc(FAR, x, h * 0.22, r, r), polygon(NEAR, (0, h), *corners, (w, h)), *windows]


def _windows(left: float, right: float, roof: float, foot: float, chance: float) -> list[Shape]:
    """One or two lit windows, in line under the eaves of a house."""
    columns, pattern = int((right - left - 10) // 18), int(chance * 255)
    start = (left + right - 18 * columns + 8) / 2
    lit = {(pattern % 3, pattern % 2), (pattern % 5, pattern % 7 % 3)}
    return [
        box(FAR, start + 18 * column, roof + 14 + 22 * row, 9, 12)
        for column, row in sorted(lit)
        if column < columns and roof + 36 + 22 * row < foot
    ]


def split_disc(v: Chances, w: float, h: float) -> list[Shape]:
    """A disc cut in two, and one half slipped along the cut."""
    cut, slipped = math.radians(22.5 * int(v[0] * 16)), 0.17 * int(v[1] * 3)
    along_x, along_y = math.cos(cut), math.sin(cut)
    r = min(w, h) * 0.38 / (1 + 0.6 * slipped)
    x, y = w / 2 + r * slipped * along_x, h / 2 + r * slipped * along_y
    halves: list[Shape] = [
        HalfDisc(NEAR, x, y, r, math.degrees(cut)),
        HalfDisc(FAR, w - x, h - y, r, math.degrees(cut) + 180),
    ]
    if v[2] > 0.5:
        halves.append(Disc(FAR, x - along_y * r / 2, y + along_x * r / 2, r * 0.17, r * 0.17))
    return halves


def road(v: Chances, w: float, h: float) -> list[Shape]:
    """A road that winds over the hills towards a sun."""
    side = 1 if v[0] < 0.5 else -1
    crest = (
        (0.0, h * (0.5 + 0.1 * v[1])),
        (w / 3, h * (0.36 + 0.12 * v[2])),
        (w * 2 / 3, h * (0.62 - 0.12 * v[3])),
        (w, h * (0.42 + 0.12 * v[4])),
    )
    end = along(crest, 0.5 + side * 0.14)
    bend = side * w * (0.3 + 0.2 * v[5])
    middle: list[Point] = [(w / 2, h + 2), (w / 2 - bend, h * 0.8), (end[0] + bend, h * 0.66), end]
    left, right = (
        [
            (x + sign * w * half, y)
            for (x, y), half in zip(middle, (0.2, 0.11, 0.05, 0.012), strict=True)
        ]
        for sign in (-1, 1)
    )
    r = min(w, h) * (0.12 + 0.05 * v[6])
    return [
        Disc(FAR, w * (0.5 - side * 0.22), h * 0.24, r, r),
        Outline(NEAR, crest[0], (crest[1:], ((w, h),), ((0, h),))),
        Outline(
            FAR, left[0], ((left[1], left[2], left[3]), (right[3],), (right[2], right[1], right[0]))
        ),
    ]


def ribbons(v: Chances, w: float, h: float) -> list[Shape]:
    """Bands of cloth or smoke, each a little calmer than the one above."""
    count = 5
    wave, slope = h * (0.3 + 0.2 * v[0]) * (1 if v[1] < 0.5 else -1), h * 0.14 * (v[2] - 0.5)
    bands: list[Shape] = []
    for i in range(count):
        y, thick = h * (i + 0.28) / count, h * (0.55 + 0.25 * v[3 + i]) / count
        swing = wave * (1 - 0.16 * i)
        upper = ((0.0, y), (w / 3, y - swing), (w * 2 / 3, y + swing), (w, y + slope))
        lower = [(x, down + thick) for x, down in reversed(upper)]
        steps = (upper[1:], (lower[0],), (lower[1], lower[2], lower[3]))
        bands.append(Outline(FAR if i % 2 else NEAR, upper[0], steps))
    return bands


COMPOSITIONS: tuple[Composition, ...] = (
    low_sun,
    spotlight,
    marquee,
    sunburst,
    skyline,
    split_disc,
    road,
    ribbons,
)
