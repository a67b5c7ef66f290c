"""What search engines read first: the map of the site and the rules of the door."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, g, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from catalog import genres, sitemaps
from web import addresses, proposals

NOT_FOR_CRAWLERS = (
    *("/account", "/trial", "/offer", "/desk", "/events", "/cancel", "/country"),
    *("/search?", "/search/"),  # there are as many results as words
)
SIGN_UP = "signing_up.show"
MOST_IN_A_MAP = 49_000
LAST_ID = 2**63 - 1

pages = Blueprint("crawlers", __name__)


@pages.get("/sitemap.xml")
def sitemap() -> ResponseReturnValue:
    """Everything in one map, or the list of the maps where one cannot hold all the films."""
    starts = sitemaps.parts(g.db, _size())
    if len(starts) == 1:
        return _map(_lists(g.db), 0)
    maps = [addresses.whole("information.crawlers.lists")]
    maps += [addresses.whole("information.crawlers.films", after=after) for after in starts]
    text = render_template("information/sitemap_index.xml", maps=maps)
    return Response(text, mimetype="application/xml")


@pages.get("/sitemaps/lists.xml")
def lists() -> ResponseReturnValue:
    """Home and the lists of films, where the films have maps of their own."""
    return _map(_lists(g.db), None)


@pages.get("/sitemaps/films-<int:after>.xml")
def films(after: int) -> ResponseReturnValue:
    """The films that follow a title: the day of their last change, picture and public trailer."""
    return _map([], min(after, LAST_ID))


def _size() -> int:
    return int(current_app.config.get("FILMS_IN_A_SITEMAP", MOST_IN_A_MAP))


def _lists(db: Session) -> list[str]:
    found = [addresses.whole("storefront.home"), addresses.whole("storefront.browse")]
    offer = proposals.shown()
    if offer and offer.kind == "own":
        found.append(addresses.whole(SIGN_UP))
    slugs = [one.slug for one in genres.with_counts(db)]
    return found + [addresses.whole("storefront.genre", slug=slug) for slug in slugs]


def _map(lists: list[str], after: int | None) -> Response:
    found = [] if after is None else sitemaps.films(g.db, _size(), after=after)
    whole = addresses.whole
    text = render_template("information/sitemap.xml", lists=lists, films=found, whole=whole)
    return Response(text, mimetype="application/xml")


@pages.get("/robots.txt")
def robots() -> ResponseReturnValue:
    """Everything for sale may be read, the terms of a trial with it; what belongs to one person
    may not."""
    lines = ["User-agent: *", f"Allow: {addresses.path(SIGN_UP)}$"]
    lines += [f"Disallow: {path}" for path in NOT_FOR_CRAWLERS]
    lines += ["", f"Sitemap: {addresses.whole('information.crawlers.sitemap')}", ""]
    return Response("\n".join(lines), mimetype="text/plain")
