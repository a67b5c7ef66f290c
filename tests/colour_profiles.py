"""Colour profiles of pictures that are plainly not those of the web, so that a test sees which one
was read. The format is that of the International Color Consortium: https://www.color.org/icc32.pdf."""

from __future__ import annotations

import struct
from itertools import product

WHITE = (0.9642, 1.0, 0.8249)
RED, GREEN, BLUE = (
    (0.43607, 0.22249, 0.01392),
    (0.38515, 0.71687, 0.09708),
    (0.14307, 0.06061, 0.7141),
)
EVENLY = b"curv" + bytes(8)  # as light as the number says


def red_is_green() -> bytes:
    """Of red, green and blue, of which the first two have changed places."""
    lights = {"rXYZ": _light(GREEN), "gXYZ": _light(RED), "bXYZ": _light(BLUE)}
    return _profile(b"mntr", b"RGB ", b"XYZ ", {**lights, **dict.fromkeys(_curves("rgb"), EVENLY)})


def even_grey() -> bytes:
    """Of grey, in which half the number is half the light."""
    return _profile(b"mntr", b"GRAY", b"XYZ ", dict.fromkeys(_curves("k"), EVENLY))


def cyan_is_red() -> bytes:
    """Of four inks, of which the first prints red, the last black and the others nothing."""
    paper, red, black = bytes((255, 128, 128)), bytes((138, 209, 198)), bytes((0, 128, 128))
    corners = b"".join(
        black if last else red if first else paper for first, *_, last in product((0, 1), repeat=4)
    )
    same = bytes(range(256))
    matrix = b"".join(_fixed(float(at in (0, 4, 8))) for at in range(9))
    sizes = b"mft1" + bytes(4) + bytes((4, 3, 2, 0))
    table = sizes + matrix + 4 * same + corners + 3 * same
    return _profile(b"prtr", b"CMYK", b"Lab ", {"A2B0": table})


def _curves(colours: str) -> list[str]:
    return [f"{one}TRC" for one in colours]


def _fixed(number: float) -> bytes:
    return struct.pack(">i", round(number * 65536))


def _light(xyz: tuple[float, float, float]) -> bytes:
    return b"XYZ " + bytes(4) + b"".join(map(_fixed, xyz))


def _profile(kind: bytes, space: bytes, between: bytes, tags: dict[str, bytes]) -> bytes:
    all_tags = {"wtpt": _light(WHITE), **tags}
    place = 132 + 12 * len(all_tags)
    table, body = struct.pack(">I", len(all_tags)), b""
    for name, data in all_tags.items():
        table += name.encode() + struct.pack(">II", place + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    head = struct.pack(">I4xI", place + len(body), 0x02400000) + kind + space + between
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28)
    return (head + b"".join(map(_fixed, WHITE))).ljust(128, b"\0") + table + body
