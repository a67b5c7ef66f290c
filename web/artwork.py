"""Posters, stills and sharing pictures: the operator's own, else drawn; kept by their content."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache

from flask import Blueprint, Response, g, redirect
from flask.typing import ResponseReturnValue

from accounts import roles, sessions
from accounts.models import Member
from accounts.roles import Right
from catalog import artwork, picture_cuts, pictures, titles
from catalog.cards import Card
from catalog.models import Title
from core import clock, settings
from core.errors import Gone, NotFound
from web import addresses, films
from web.assets import FOR_EVER
from web.sessions import token_of_request

A_DAY = "public, max-age=86400"
SHARED, STILL = "sharing.jpg", f"still-{min(picture_cuts.STILL_WIDTHS)}.jpg"
ONLY_STILL = "wide.webp"  # its name while there was one size and format

pages = Blueprint("artwork", __name__)

_drawn = lru_cache(maxsize=256)(artwork.poster_svg)
_cut = lru_cache(maxsize=256)(artwork.still_svg)
_shared = lru_cache(maxsize=64)(artwork.sharing_png)


@pages.app_template_filter()
def poster_url(card: Card) -> str:
    """The address of a film's poster, which changes when the picture does."""
    if card.picture is not None:
        return _picture_url(card.picture, card.slug, f"poster-{picture_cuts.LEAST_WIDTH}.jpg")
    return addresses.path("artwork.poster", content=_content(card), slug=card.slug)


@pages.app_template_filter()
def poster_set(card: Card, kind: str) -> str:
    """The ``srcset`` of an operator's poster in ``kind``, which is ``avif`` or ``webp``."""
    return _set(card.picture, card.slug, "poster", picture_cuts.WIDTHS, kind)


@pages.app_template_filter()
def still_url(card: Card) -> str:
    """The address of the picture in 16:9, without words, in a form that every browser reads: a
    small JPEG of the operator's, or the drawing. It changes when the picture does."""
    if card.still is not None:
        return _picture_url(card.still, card.slug, STILL)
    return addresses.path("artwork.still", content=_content(card), slug=card.slug)


@pages.app_template_filter()
def still_set(card: Card, kind: str) -> str:
    """The ``srcset`` of an operator's still in ``kind``, which is ``webp`` or ``jpg``."""
    return _set(card.still, card.slug, "still", picture_cuts.STILL_WIDTHS, kind)


@pages.app_template_filter()
def sharing_url(card: Card) -> str:
    """The whole address of the 1200 by 630 picture that a shared link shows: of the operator's
    poster, else of their still, else as it is drawn."""
    return settings.current().origin + _sharing_path(card)


@pages.get("/art/site.png")
def site() -> Response:
    """The picture of a shared page that is of no film: the site's name."""
    name = settings.current().site_name
    answer = Response(_shared(name, None, None, site_name=""), mimetype="image/png")
    answer.headers["Cache-Control"] = A_DAY
    return answer


@pages.get("/art/<content>/<slug>.svg")
def poster(content: str, slug: str) -> ResponseReturnValue:
    """A film's poster as it is drawn."""
    return _answer(
        "artwork.poster", content, slug, lambda card: _drawn(card.name, card.year, card.genre)
    )


@pages.get("/art/<content>/wide/<slug>.svg")
def still(content: str, slug: str) -> ResponseReturnValue:
    """A film's still: the operator's, where there is one."""
    title = _title(slug)
    if title.still is not None:
        return redirect(_picture_url(title.still, title.slug, STILL), code=302)
    return _answer(
        "artwork.still", content, slug, lambda card: _cut(card.name, card.year, card.genre)
    )


@pages.get("/art/<content>/<slug>.png")
def sharing(content: str, slug: str) -> ResponseReturnValue:
    """A film's picture for sharing services, which do not draw SVG."""
    name = settings.current().site_name
    return _answer(
        "artwork.sharing",
        content,
        slug,
        lambda card: _shared(card.name, card.year, card.genre, site_name=name),
    )


@pages.get("/art/<content>/<slug>/<name>")
def picture(content: str, slug: str, name: str) -> ResponseReturnValue:
    """One cut of an operator's picture. An earlier picture's address leads to the one of today."""
    title = _title(slug)
    data = pictures.cut(g.db, content, name) if content in (title.picture, title.still) else None
    if data is None:
        return _instead(title, content, name)
    answer = Response(data, mimetype=picture_cuts.KINDS[name.rpartition(".")[2]])
    answer.headers["Cache-Control"] = FOR_EVER
    return answer


def _title(slug: str) -> Title:
    """The film at an address: a published one, and for whoever works on the catalogue any."""
    try:
        return titles.by_slug(g.db, slug)
    except (Gone, NotFound):
        g.member = _on_the_catalogue()  # what is made for somebody is kept by nobody else
        if g.member is None:
            raise
        return titles.of_any_status(g.db, slug)


def _on_the_catalogue() -> Member | None:
    """Whoever changes films in this browser. Pictures are asked for without a session, so it is
    looked up where one is not for everybody."""
    token = token_of_request()
    found = sessions.find(g.db, token, now=clock.now()) if token else None
    member = found.member if found else None
    return member if member is not None and roles.may(member, Right.CATALOGUE) else None


def _instead(title: Title, content: str, name: str) -> ResponseReturnValue:
    card = films.card_of(title)
    if name == ONLY_STILL:
        return redirect(still_url(card), code=302)
    if content in (title.picture, title.still):
        raise NotFound(f"{content}/{name}")
    if name == SHARED:
        return redirect(_sharing_path(card), code=302)
    is_still = name.startswith("still-")
    today = title.still if is_still else title.picture
    if today is None:
        return redirect(still_url(card) if is_still else poster_url(card), code=302)
    return redirect(_picture_url(today, title.slug, name), code=302)


def _answer(
    endpoint: str, content: str, slug: str, draw: Callable[[Card], str | bytes]
) -> ResponseReturnValue:
    """The drawing, to be kept for ever; an old address leads on to the one of today."""
    card = films.card_of(_title(slug))
    today = _content(card)
    if content != today:
        return redirect(addresses.path(endpoint, content=today, slug=card.slug), code=302)
    drawing = draw(card)
    kind = "image/svg+xml" if isinstance(drawing, str) else "image/png"
    answer = Response(drawing, mimetype=kind)
    answer.headers["Cache-Control"] = FOR_EVER
    return answer


def _set(content: str | None, slug: str, cut: str, widths: Iterable[int], kind: str) -> str:
    """Every width of an operator's picture in one kind, as a ``srcset``."""
    return ", ".join(
        f"{_picture_url(content or '', slug, f'{cut}-{width}.{kind}')} {width}w" for width in widths
    )


def _picture_url(content: str, slug: str, name: str) -> str:
    """The address of one cut of an operator's picture."""
    return addresses.path("artwork.picture", content=content, slug=slug, name=name)


def _sharing_path(card: Card) -> str:
    content = card.picture or card.still
    if content is not None:
        return _picture_url(content, card.slug, SHARED)
    return addresses.path("artwork.sharing", content=_content(card), slug=card.slug)


def _content(card: Card) -> str:
    return artwork.content_hash(card.name, card.year, card.genre)
