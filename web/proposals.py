"""The offers that a page paints, and the way out to a partner with the click on record."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

from flask import Blueprint, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from accounts.models import Member
from billing import offers, terms
from billing.models import Offer
from catalog import titles
from catalog.models import Title
from core import clock, settings
from core.errors import NotFound
from web import clicks

PARTNERS_SHOWN = 2

pages = Blueprint("proposals", __name__)


@dataclass(frozen=True)
class Proposal:
    """An offer as a page paints it: its terms, and where its button leads."""

    terms: terms.Terms
    href: str


def zone() -> str:
    """The zone in which the reader's days are counted: their own, else the site's."""
    member = g.get("member")
    return member.zone if member else settings.current().zone


def shown() -> Offer | None:
    """The offer of this request, asked for once: the page's words and its structured data agree."""
    if "offer_shown" not in g:
        g.offer_shown = offers.shown(g.db, g.get("member"), now=clock.now())
    return cast("Offer | None", g.offer_shown)


def told(offer: Offer) -> terms.Terms:
    """The terms of an offer in the reader's zone, for a trial that begins now."""
    found = terms.of(offer, now=clock.now(), zone=zone())
    return found if g.get("member") else replace(found, guessed_zone=zone())


def address(offer: Offer | None, slug: str | None) -> str:
    """Where the button of an offer leads; the film goes along from the click to the charge."""
    if offer is not None and offer.kind == "partner":
        return url_for("proposals.leave", code=offer.code, film=slug)
    return url_for("trials.propose", film=slug)


def of_partners(member: Member | None, slug: str | None) -> list[Proposal]:
    """What partners propose to this reader, for below our own offer."""
    found = offers.of_partners(g.db, member, now=clock.now(), limit=PARTNERS_SHOWN)
    return [Proposal(told(offer), address(offer, slug)) for offer in found]


def find_film() -> Title | None:
    """The film that the address carries from the click to the charge, if it still exists."""
    slug = request.args.get("film")
    if not slug:
        return None
    try:
        return titles.by_slug(g.db, slug)
    except (NotFound, titles.Moved):
        return None


@pages.get("/offer/<code>")
def leave(code: str) -> ResponseReturnValue:
    """To the partner who makes this offer; the click is a fact that our credit can be held to."""
    offer = offers.partner_by_code(g.db, code, now=clock.now())
    answer = redirect(offer.partner_url or url_for("storefront.home"), 303)
    return clicks.noted(answer, find_film(), kind="partner_click", offer=offer.code)
