"""The pages that anybody may read: home, lists of films, a film with its reviews, a person."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from access import progress
from catalog import choices, film_pages, genres, listings, people, reviews, titles
from catalog.listings import Anchor, Page
from catalog.models import Review, Title
from catalog.titles import Rail
from core import keyset
from core.errors import NotFound
from core.keyset import Place
from web import (
    experiments,
    films,
    freshness,
    lists,
    proposals,
    reviewing,
    shelves,
    structured,
)
from web.freshness import kept
from web.lists import Filters
from web.requests import signed_in

REVIEWS_PER_PAGE = 20

pages = Blueprint("storefront", __name__)
pages.after_request(freshness.mark)
pages.register_blueprint(reviewing.pages)
pages.app_template_global("list_url")(lists.address)
pages.app_template_filter("source_name")(films.source_name)


@pages.app_template_global()
def playing() -> list[Rail]:
    """The first row of the home page, for pages that have nothing of their own to show."""
    return titles.rails(g.db)[:1] if "db" in g else []


@pages.get("/")
@kept("collections")
def home() -> ResponseReturnValue:
    """The collections; for a member, first what they have begun."""
    rails = titles.rails(g.db)
    begun = shelves.begun(g.db, g.member) if g.member else []
    return render_template(
        "storefront/home.html",
        rails=rails,
        begun=begun,
        because=shelves.because(g.db, begun),
        fan=rails[0].cards[:3] if rails else [],
        graph=structured.listing(rails[0].cards if rails else []),
    )


@pages.get("/browse")
@kept("lists", reads=lists.READS)
def browse() -> ResponseReturnValue:
    """Every film, narrowed by what the address says; one of its filters may be a genre."""
    chosen = lists.read(request.args)
    if chosen.genre:
        return _listed(genres.by_slug(g.db, chosen.genre).name, chosen)
    return _listed("Films" if chosen.on else "All films", chosen)


@pages.get("/genre/<slug>")
@kept("lists", reads=lists.READS)
def genre(slug: str) -> ResponseReturnValue:
    """The films of a genre."""
    found = genres.by_slug(g.db, slug)
    return _listed(found.name, lists.read(request.args, genre=found.slug))


@pages.get("/collection/<slug>")
@kept("lists", reads=lists.READS)
def collection(slug: str) -> ResponseReturnValue:
    """All films of a rail of the home page."""
    found = titles.collection(g.db, slug)
    return _listed(found.name, lists.read(request.args), collection=found.slug)


def _listed(heading: str, chosen: Filters, collection: str | None = None) -> str:
    page = request.args.get("page", 1, type=int)
    near = Anchor.read(request.args.get("near"))
    freshness.shows(*lists.tags(chosen, collection, near))
    listing = listings.listed(g.db, collection=collection, page=page, near=near, **chosen.query)
    _refuse_beyond(listing, page)
    counts = genres.with_counts(g.db)
    return render_template(
        "storefront/browse.html",
        heading=heading,
        collection=collection,
        listing=listing,
        chosen=chosen,
        removable=lists.removable(chosen, counts),
        selects=lists.selects(chosen, counts, choices.found(g.db)),
        graph=structured.listing(listing.cards, here=heading),
    )


def _refuse_beyond(listing: Page, page: int) -> None:
    if not 1 <= page <= listing.pages:
        raise NotFound


@pages.get("/film/<slug>")
@kept("film:{slug}", reads=("from", "notice"))
def film(slug: str) -> ResponseReturnValue:
    """The page that sells: facts, the offer or the way in, cast, similar films, reviews."""
    title = film_pages.by_slug(g.db, slug)
    came_for = request.args.get("notice")
    page, arms = films.gather(title, from_genre=request.args.get("from")), experiments.shown()
    freshness.shows(*films.tags(title))
    drawn = render_template(
        "storefront/film.html",
        page=page,
        title=title,
        graph=structured.film(page, proposals.shown()),
        partners=proposals.of_partners(title.slug),
        came_for=came_for if came_for in films.ASKED_FOR else None,
        arms=arms,
        arms_text=experiments.text(arms),
    )
    return experiments.named(drawn)


@pages.get("/film/<slug>/reviews")
@kept("reviews:{slug}", "film-still:{slug}", reads=reviewing.PLACE)
def film_reviews(slug: str) -> ResponseReturnValue:
    """Every review of a film, newest first unless the address asks for another order."""
    title = titles.by_slug(g.db, slug)
    sort = request.args.get("sort", "newest")
    if sort not in reviews.SORTS:
        raise NotFound
    behind = keyset.number(request.args.get("behind"))
    found = reviews.page(g.db, title.id, Place(behind), sort=sort, size=REVIEWS_PER_PAGE)
    if behind is not None and not found.rows:
        return redirect(_reviews_address(title.slug, sort), code=302)
    return render_template(
        "storefront/reviews.html",
        title=title,
        card=films.card_of(title),
        reviews=found.rows,
        found_helpful=films.helpful_to_reader([one.id for one in found.rows]),
        total=reviews.count(g.db, title.id),
        sort=sort,
        place=reviewing.place(),
        behind=behind,
        around=_beside(found, title, sort),
    )


def _beside(found: keyset.Page[Review], title: Title, sort: str) -> dict[str, str | None]:
    """The addresses of the pages of reviews before and behind this one. A page is told by what it
    stands behind, from whichever side it is reached."""
    address, size = partial(_reviews_address, title.slug, sort), REVIEWS_PER_PAGE
    around = {"previous": None, "next": address(found.next) if found.next else None}
    if found.previous is not None:
        edge = reviews.edge_before(g.db, title.id, found.previous, sort=sort, size=size)
        around["previous"] = address(edge)
    return around


def _reviews_address(slug: str, sort: str, behind: int | None = None) -> str:
    """Where a page of reviews is; the first and the usual order have no word for it."""
    order = sort if sort != "newest" else None
    return url_for("storefront.film_reviews", slug=slug, sort=order, behind=behind)


@pages.get("/person/<slug>")
@kept("person:{slug}")
def person(slug: str) -> ResponseReturnValue:
    """Somebody's films: those they play in and those they directed."""
    found = people.by_slug(g.db, slug)
    freshness.shows(f"film-still:{found.films[0].slug}")
    return render_template("storefront/person.html", found=found, graph=structured.person(found))


@pages.post("/film/<slug>/progress/removal")
@signed_in
def forget(slug: str) -> ResponseReturnValue:
    """Take a film off the row of those that a member has begun."""
    title = titles.by_slug(g.db, slug)
    progress.forget(g.db, g.member.id, title.id)
    return redirect(url_for("storefront.home"), code=303)
