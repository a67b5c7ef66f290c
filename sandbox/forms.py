"""Turns form encoding with brackets into a tree, the way Stripe reads a request."""

import re
from typing import Any
from urllib.parse import parse_qsl

from .errors import BadParameters

KEY = re.compile(r"\[([^\[\]]*)\]")
DEEPEST = 12


def decode(text: str) -> dict[str, Any]:
    """``items[0][price]=p`` becomes ``{"items": {"0": {"price": "p"}}}``; lists count."""
    tree: dict[str, Any] = {}
    for key, value in parse_qsl(text, keep_blank_values=True):
        _place(tree, [key.split("[", 1)[0], *KEY.findall(key)], value)
    return tree


def _place(tree: dict[str, Any], path: list[str], value: str) -> None:
    if len(path) > DEEPEST:
        raise BadParameters("Parameters are nested too deeply.", param=path[0])
    node = tree
    for part in path[:-1]:
        child = node.setdefault(part or str(len(node)), {})
        if not isinstance(child, dict):
            raise BadParameters(f"Invalid hash: {path[0]}", param=path[0])
        node = child
    node[path[-1] or str(len(node))] = value
