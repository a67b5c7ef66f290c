"""Addresses of our own pages: quick ones for pages full of links, whole ones for elsewhere."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask, current_app, request
from flask import url_for as long_way
from werkzeug.routing import BuildError

from core import settings
from web import freshness

PLAIN = re.compile(r"[A-Za-z0-9_-]+")
PATTERNS = "address_patterns"
Names = tuple[str, ...]


def start(app: Flask) -> None:
    """Let templates have the quick ``url_for``."""
    app.extensions[PATTERNS] = {}
    app.jinja_env.globals["url_for"] = path


def path(endpoint: str, **values: Any) -> str:
    """What ``flask.url_for`` answers, without its work where every value is a plain word.

    A film page has a hundred links of a dozen shapes. The router is asked for a shape once; a
    value that it could write otherwise than it stands goes the long way each time.
    """
    given = {name: value for name, value in values.items() if value is not None}
    if all(type(value) is str and PLAIN.fullmatch(value) for value in given.values()):
        pattern = _pattern(endpoint, tuple(given))
        if pattern is not None:
            freshness.note_link(endpoint, given)
            return request.script_root + pattern.format_map(given)
    return long_way(endpoint, **values)


def whole(endpoint: str, **values: Any) -> str:
    """The address of ``endpoint`` with our public origin, whatever host this request named."""
    return settings.current().origin + path(endpoint, **values)


def _pattern(endpoint: str, names: Names) -> str | None:
    """``/film/{slug}``; ``None`` where an address is more than its words put into places."""
    known: dict[tuple[str, Names], str | None] = current_app.extensions[PATTERNS]
    if (endpoint, names) not in known:
        known[endpoint, names] = _made(endpoint, names)
    return known[endpoint, names]


def _made(endpoint: str, names: Names) -> str | None:
    if endpoint.startswith(".") or any(name.startswith("_") for name in names):
        return None
    places = {name: f"place{at}of-{name}-" for at, name in enumerate(names)}
    try:
        made = current_app.url_map.bind("").build(endpoint, places)
    except (BuildError, ValueError):
        return None
    for name, place in places.items():
        made = made.replace(place, f"{{{name}}}")
    return made
