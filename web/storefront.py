"""The pages that anybody may read: home, lists of films, a film with its reviews, a person."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from access import progress
from access.gate import Answer
from billing.models import Offer
from catalog import (
    choices,
    film_pages,
    genres,
    listings,
    people,
    rails,
    reviews,
    scores,
    titles,
)
from catalog.choices import Choices
from catalog.genres import GenreCount
from catalog.listings import Anchor, Page
from catalog.models import Review, Title
from catalog.people import PersonPage
from catalog.rails import Rail
from catalog.stretches import Offered
from core import keyset
from core.errors import NotFound
from core.keyset import Place
from web import (
    experiments,
    films,
    freshness,
    kept_parts,
    lists,
    proposals,
    reviewing,
    shelves,
    structured,
)
from web.films import FilmPage
from web.freshness import kept
from web.lists import Filters
from web.requests import signed_in

PROPOSED = (Answer.SIGN_IN, Answer.SUBSCRIBE)
SOLD_TO = (*PROPOSED, Answer.RENEW)
REVIEWS_PER_PAGE = 20

pages = Blueprint("storefront", __name__)
pages.after_request(freshness.mark)
pages.after_request(kept_parts.keep)
pages.register_blueprint(reviewing.pages)
pages.app_template_global("list_url")(lists.address)
pages.app_template_filter("by_whom")(scores.by_whom)


@pages.app_template_global()
def playing() -> list[Rail]:
    """The first row of the home page, for pages that have nothing of their own to show."""
    return rails.drawn(g.db, most=1).rows if "db" in g else []


@pages.get("/")
@kept("collections")
def home() -> ResponseReturnValue:
    """The collections, or where there are none the beginnings of lists; for a member, first what
    they have begun.

    Whoever pressed the button of an offer that is over is told so, on a page that is not kept.
    """
    rows = kept_parts.of("rails", _read_rails)
    begun = shelves.begun(g.db, g.member) if g.member else []
    return render_template(
        "storefront/home.html",
        came_for="offer" if request.args.get("notice") == "offer" else None,
        rails=rows,
        begun=begun,
        because=shelves.because(g.db, begun),
        fan=rows[0].cards[:3] if rows else [],
        graph=kept_parts.of("graph", partial(structured.listing, rows[0].cards if rows else [])),
    )


def _read_rails() -> list[Rail]:
    found = rails.drawn(g.db)
    freshness.shows(*found.tags)
    return found.rows


@pages.get("/browse")
@kept("lists", reads=lists.READS)
def browse() -> ResponseReturnValue:
    """Every film, narrowed by what the address says; one of its filters may be a genre."""
    chosen = lists.read(request.args)
    if chosen.genre:
        return _listed(_genre(chosen.genre), chosen)
    return _listed("Films" if chosen.on else "All films", chosen)


@pages.get("/genre/<slug>")
@kept("lists", reads=lists.READS)
def genre(slug: str) -> ResponseReturnValue:
    """The films of a genre."""
    return _listed(_genre(slug), lists.read(request.args, genre=slug))


@pages.get("/collection/<slug>")
@kept("lists", reads=lists.READS)
def collection(slug: str) -> ResponseReturnValue:
    """All films of a rail of the home page."""
    heading = kept_parts.of("heading", lambda: titles.collection(g.db, slug).name)
    return _listed(heading, lists.read(request.args), collection=slug)


def _genre(slug: str) -> str:
    """The genre's name. Raises ``NotFound``."""
    return kept_parts.of("heading", lambda: genres.by_slug(g.db, slug).name)


def _listed(heading: str, chosen: Filters, collection: str | None = None) -> str:
    listing = kept_parts.of("list", partial(_read_list, chosen, collection))
    counts = kept_parts.of("genres", _read_genres)
    return render_template(
        "storefront/browse.html",
        heading=heading,
        collection=collection,
        listing=listing,
        chosen=chosen,
        removable=lists.removable(chosen, counts),
        selects=lists.selects(chosen, counts, kept_parts.of("choices", _read_choices)),
        graph=kept_parts.of("graph", partial(structured.listing, listing.cards, here=heading)),
    )


def _read_genres() -> list[GenreCount]:
    counts = genres.with_counts(g.db)
    freshness.shows(Offered.by(genre=[one.slug for one in counts]))
    return counts


def _read_choices() -> Choices:
    there = choices.found(g.db)
    freshness.shows(Offered.by(decade=there.decades, certificate=there.certificates))
    return there


def _read_list(chosen: Filters, collection: str | None) -> Page:
    page = request.args.get("page", 1, type=int)
    near = Anchor.read(request.args.get("near"))
    freshness.shows(*lists.tags(chosen, collection, near))
    listing = listings.listed(g.db, collection=collection, page=page, near=near, **chosen.query)
    freshness.shows(listing.stretch)
    _refuse_beyond(listing, page)
    return listing


def _refuse_beyond(listing: Page, page: int) -> None:
    if not 1 <= page <= listing.pages:
        raise NotFound


@pages.get("/film/<slug>")
@kept("film:{slug}", reads=("from", "notice"))
def film(slug: str) -> ResponseReturnValue:
    """The page that sells: facts, the offer or the way in, cast, similar films, reviews."""
    page = kept_parts.of("film", partial(_read_film, slug))
    title, reader, arms = page.title, films.to_reader(page.title), experiments.shown()
    came_for = request.args.get("notice")
    drawn = render_template(
        "storefront/film.html",
        page=page,
        title=title,
        reader=reader,
        graph=_graph(page, proposals.shown() if reader.answer in PROPOSED else None),
        partners=proposals.of_partners(title.slug) if reader.answer in SOLD_TO else [],
        came_for=came_for if came_for in films.ASKED_FOR else None,
        arms=arms,
        arms_text=experiments.text(arms),
    )
    return experiments.named(drawn)


def _read_film(slug: str) -> FilmPage:
    title = film_pages.by_slug(g.db, slug)
    freshness.shows(*films.tags(title))
    return films.gather(title, from_genre=request.args.get("from"))


def _graph(page: FilmPage, offer: Offer | None) -> Markup:
    """The structured data of a film, with the offer that the page proposes."""
    name = f"graph:{offer.code}" if offer else "graph"
    return kept_parts.of(name, partial(structured.film, page, offer))


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
        own=reviews.by_member(g.db, title.id, g.member) if g.member else None,
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
@kept("person:{slug}", reads=("page",))
def person(slug: str) -> ResponseReturnValue:
    """Somebody's films, page by page: those they play in and those they directed."""
    found = kept_parts.of("person", partial(_read_person, slug))
    graph = kept_parts.of("graph", partial(structured.person, found))
    return render_template("storefront/person.html", found=found, graph=graph)


def _read_person(slug: str) -> PersonPage:
    found = people.by_slug(g.db, slug, page=request.args.get("page", 1, type=int))
    freshness.shows(f"film-still:{found.films[0].slug}")
    return found


@pages.post("/film/<slug>/progress/removal")
@signed_in
def forget(slug: str) -> ResponseReturnValue:
    """Take a film off the row of those that a member has begun."""
    title = titles.by_slug(g.db, slug)
    progress.forget(g.db, g.member.id, title.id)
    flash(f"{title.name} is off the row.", "ok")
    return redirect(url_for("storefront.home"), code=303)
