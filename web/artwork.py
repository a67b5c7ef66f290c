"""Posters, stills and sharing pictures, drawn from the title and kept for ever by their content."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from flask import Blueprint, Response, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from catalog import artwork, titles
from catalog.cards import Card
from core import settings
from web import films
from web.assets import FOR_EVER

pages = Blueprint("artwork", __name__)

_drawn = lru_cache(maxsize=256)(artwork.poster_svg)
_cut = lru_cache(maxsize=256)(artwork.still_svg)
_shared = lru_cache(maxsize=64)(artwork.sharing_png)


@pages.app_template_global()
def poster_url(card: Card) -> str:
    """The address of a film's poster, which changes when the drawing would."""
    return url_for("artwork.poster", content=_content(card), slug=card.slug)


@pages.app_template_global()
def still_url(card: Card) -> str:
    """The address of the same picture in 16:9, without words."""
    return url_for("artwork.still", content=_content(card), slug=card.slug)


@pages.app_template_global()
def sharing_url(card: Card) -> str:
    """The whole address of the 1200 by 630 picture that a shared link shows."""
    path = url_for("artwork.sharing", content=_content(card), slug=card.slug)
    return settings.current().origin + path


@pages.get("/art/<content>/<slug>.svg")
def poster(content: str, slug: str) -> ResponseReturnValue:
    """A film's poster."""
    return _answer(content, slug, lambda card: _drawn(card.name, card.year, card.genre))


@pages.get("/art/<content>/wide/<slug>.svg")
def still(content: str, slug: str) -> ResponseReturnValue:
    """A film's still."""
    return _answer(content, slug, lambda card: _cut(card.name, card.year, card.genre))


@pages.get("/art/<content>/<slug>.png")
def sharing(content: str, slug: str) -> ResponseReturnValue:
    """A film's picture for sharing services, which do not draw SVG."""
    name = settings.current().site_name
    return _answer(
        content, slug, lambda card: _shared(card.name, card.year, card.genre, site_name=name)
    )


def _answer(content: str, slug: str, draw: Callable[[Card], str | bytes]) -> ResponseReturnValue:
    """The drawing, to be kept for ever; an old address leads on to the one of today."""
    card = films.card_of(titles.by_slug(g.db, slug))
    today = _content(card)
    if content != today:
        return redirect(url_for(request.endpoint or "", content=today, slug=card.slug), code=302)
    drawing = draw(card)
    kind = "image/svg+xml" if isinstance(drawing, str) else "image/png"
    answer = Response(drawing, mimetype=kind)
    answer.headers["Cache-Control"] = FOR_EVER
    return answer


def _content(card: Card) -> str:
    return artwork.content_hash(card.name, card.year, card.genre)
