"""The pictures of the demo clips, drawn here: a sky, a disc, two ranges of hills and a train."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 640, 360
SKY_HEIGHT = 1500
FINER = 3
DISC, TRAIN = 92, (296, 26)
TRACK = 290

Wave = tuple[int, int, float]
"""One wave of a horizon: how often it repeats across the picture, its height, where it begins."""


@dataclass(frozen=True)
class Scenery:
    """The colours of one landscape. The sky's go from the first minute to the last."""

    sky: tuple[str, ...]
    disc: tuple[str, str]
    far: str
    near: str
    train: tuple[str, str]


SCENERIES = {
    "dusk": Scenery(
        sky=("#F3D9CF", "#F4B63F", "#C8452F", "#8E1D3A", "#3B1226"),
        disc=("#F5B335", "#A8221B"),
        far="#7A1830",
        near="#3B1226",
        train=("#1F1418", "#FFD98A"),
    ),
    "night": Scenery(
        sky=("#3E5BC0", "#131A3A", "#10222B", "#1F5D63", "#F0C04A"),
        disc=("#EDF0FF", "#93CBF5"),
        far="#1B2A55",
        near="#0C1228",
        train=("#05070F", "#F0C04A"),
    ),
    "meadow": Scenery(
        sky=("#CFE7EE", "#E4F1E6", "#FCE8B5", "#F0C04A", "#E4683A"),
        disc=("#F5B335", "#D6452B"),
        far="#7FA98B",
        near="#2F6B4F",
        train=("#8E1D3A", "#FCE8B5"),
    ),
    "winter": Scenery(
        sky=("#93CBF5", "#CFE7EE", "#E9E4DA", "#F3D9CF", "#B8A9C9"),
        disc=("#FFD98A", "#E58B76"),
        far="#A9BBC7",
        near="#F6F4EF",
        train=("#1B567F", "#FFE3A8"),
    ),
}


def draw(scenery: Scenery, folder: Path) -> None:
    """Write the five layers of ``scenery`` into ``folder`` as PNG, named after what they show."""
    _sky(scenery.sky).save(folder / "sky.png")
    _disc(*scenery.disc).save(folder / "disc.png")
    _hills(scenery.far, 270, [(1, 22, 0), (2, 12, 1), (5, 3, 2)]).save(folder / "far.png")
    _train(*scenery.train).save(folder / "train.png")
    _hills(scenery.near, 312, [(1, 12, 2), (3, 10, 0.4)]).save(folder / "near.png")


def _sky(colours: tuple[str, ...]) -> Image.Image:
    """A tall gradient; the clip slides down along it."""
    column = Image.new("RGB", (1, len(colours)))
    draw = ImageDraw.Draw(column)
    for row, colour in enumerate(colours):
        draw.point((0, row), colour)
    return column.resize((WIDTH, SKY_HEIGHT), Image.Resampling.BICUBIC)


def _disc(above: str, below: str) -> Image.Image:
    """The mark of the house: a disc of two halves."""
    size = DISC * FINER
    picture = Image.new("RGBA", (size, size))
    draw = ImageDraw.Draw(picture)
    draw.pieslice((0, 0, size - 1, size - 1), 180, 360, fill=above)
    draw.pieslice((0, 0, size - 1, size - 1), 0, 180, fill=below)
    return picture.resize((DISC, DISC), Image.Resampling.LANCZOS)


def _hills(colour: str, horizon: int, waves: list[Wave]) -> Image.Image:
    """Hills of twice the picture's width that repeat after once: they can scroll for ever.

    The far ones never fall below the track, so that the train does not fly over a valley.
    """
    picture = Image.new("RGBA", (2 * WIDTH * FINER, HEIGHT * FINER))
    line = [(x * FINER, _height(x, horizon, waves) * FINER) for x in range(2 * WIDTH + 1)]
    corners = [(2 * WIDTH * FINER, float(HEIGHT * FINER)), (0, float(HEIGHT * FINER))]
    ImageDraw.Draw(picture).polygon(line + corners, fill=colour)
    return picture.resize((2 * WIDTH, HEIGHT), Image.Resampling.LANCZOS)


def _height(x: int, horizon: int, waves: list[Wave]) -> float:
    bends = (high * math.sin(2 * math.pi * times * x / WIDTH + at) for times, high, at in waves)
    return min(horizon - sum(bends), TRACK if horizon < TRACK else HEIGHT)


def _train(body: str, light: str) -> Image.Image:
    """Four carriages with lit windows."""
    picture = Image.new("RGBA", TRAIN)
    draw = ImageDraw.Draw(picture)
    for left in range(0, TRAIN[0], 75):
        draw.rounded_rectangle((left, 2, left + 70, 22), 4, fill=body)
        for window in range(left + 7, left + 60, 15):
            draw.rectangle((window, 7, window + 9, 14), fill=light)
    return picture
