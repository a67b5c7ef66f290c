"""Addresses of our own pages: quick ones for pages full of links, whole ones for elsewhere."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from flask import Flask, current_app, g, request
from flask import url_for as long_way
from werkzeug.routing import BuildError

from core import settings
from web import freshness

is_plain = re.compile(r"[A-Za-z0-9_-]+").fullmatch
SHAPES = "address_shapes"
PLACE_OF_NUMBER = 8_260_714_935_000  # stands where a number will: no address of ours has it


class Shape(NamedTuple):
    """``/film/%(slug)s``, or ``None`` where an address is more than its words put into places;
    and what a page with such a link shows of its end."""

    pattern: str | None
    shows: str | None


Shapes = dict[tuple[str, ...], Shape]


def start(app: Flask) -> None:
    """Let templates have the quick ``url_for``, and for the many links of films ``film_url``."""
    app.extensions[SHAPES] = {}
    app.jinja_env.globals["url_for"] = path
    app.jinja_env.filters["film_url"] = film


def path(endpoint: str, **values: Any) -> str:
    """What ``flask.url_for`` answers, without its work where every value is a plain word or number.

    A film page has a hundred links of a dozen shapes. The router is asked for a shape once; a
    value that it could write otherwise than it stands goes the long way each time.
    """
    numbers: tuple[str, ...] = ()
    for name, value in values.items():
        if type(value) is int and value >= 0:
            numbers += (name,)
        elif type(value) is not str or not is_plain(value):
            return _around(endpoint, values)
    here = g.__dict__  # reached once: each look through the proxy costs as much as all the rest
    root, shapes = here.get("shapes") or _shapes()
    found = shapes.get((endpoint, *values, *numbers))
    shape = found or _shape(shapes, endpoint, tuple(values), numbers)
    if shape.pattern is None:
        return long_way(endpoint, **values)
    if shape.shows and "shown" in here:
        here["shown"].add(f"{shape.shows}:{values['slug']}")
    return root + shape.pattern % values


def _around(endpoint: str, values: dict[str, Any]) -> str:
    """The same with a value that is no plain word; one that is ``None`` is none."""
    if None not in values.values():
        return long_way(endpoint, **values)
    return path(endpoint, **{name: value for name, value in values.items() if value is not None})


def film(slug: str) -> str:
    """The address of a film's page."""
    return path("storefront.film", slug=slug)


def whole(endpoint: str, **values: Any) -> str:
    """The address of ``endpoint`` with our public origin, whatever host this request named."""
    return settings.current().origin + path(endpoint, **values)


def _shapes() -> tuple[str, Shapes]:
    """Where the site is mounted and the shapes that it knows, looked up once a request."""
    g.shapes = request.script_root, current_app.extensions[SHAPES]
    return g.shapes  # type: ignore[no-any-return]  # g is untyped


def _shape(
    shapes: Shapes, endpoint: str, names: tuple[str, ...], numbers: tuple[str, ...]
) -> Shape:
    made = Shape(_made(endpoint, names, numbers), freshness.CARDS.get(endpoint))
    return shapes.setdefault((endpoint, *names, *numbers), made)


def _made(endpoint: str, names: tuple[str, ...], numbers: tuple[str, ...]) -> str | None:
    if endpoint.startswith(".") or any(name.startswith("_") for name in names):
        return None
    places = {
        name: PLACE_OF_NUMBER + at if name in numbers else f"place{at}of-{name}-"
        for at, name in enumerate(names)
    }
    try:
        made = current_app.url_map.bind("").build(endpoint, places)
    except (BuildError, ValueError):
        return None
    made = made.replace("%", "%%")
    for name, place in places.items():
        made = made.replace(str(place), f"%({name})s")
    return made
