"""What search engines read first: the map of the site and the rules of the door."""

from __future__ import annotations

from flask import Blueprint, Response, g, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from catalog import genres
from catalog.models import Title
from web import addresses

NOT_FOR_CRAWLERS = ("/account", "/trial", "/offer", "/desk", "/search", "/events", "/cancel")
MOST_IN_A_MAP = 49_000

pages = Blueprint("crawlers", __name__)


@pages.get("/sitemap.xml")
def sitemap() -> ResponseReturnValue:
    """Home, genres and published films with the day of their last change, as the protocol wants."""
    films = g.db.execute(
        select(Title.slug, Title.updated_at)
        .where(Title.status == "published")
        .order_by(Title.popularity.desc(), Title.id)
        .limit(MOST_IN_A_MAP)
    )
    lists = [addresses.whole("storefront.home"), addresses.whole("storefront.browse")]
    slugs = [one.slug for one in genres.with_counts(g.db)]
    lists += [addresses.whole("storefront.genre", slug=slug) for slug in slugs]
    dated = [(addresses.whole("storefront.film", slug=slug), at.date()) for slug, at in films]
    text = render_template("information/sitemap.xml", lists=lists, films=dated)
    return Response(text, mimetype="application/xml")


@pages.get("/robots.txt")
def robots() -> ResponseReturnValue:
    """Everything for sale may be read; what belongs to one person may not."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_FOR_CRAWLERS)]
    lines += ["", f"Sitemap: {addresses.whole('information.crawlers.sitemap')}", ""]
    return Response("\n".join(lines), mimetype="text/plain")
