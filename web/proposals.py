"""The offers that a page paints, and the way out to a partner with the click on record."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import cast

from flask import Blueprint, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from billing import eligibility, offers, terms
from billing.models import Offer
from catalog import titles
from catalog.models import Title
from core import clock, settings
from web import addresses, clicks, here, kept_facts

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
        g.offer_shown = offers.first(g.db, g.get("member"), _fitting())
    return cast("Offer | None", g.offer_shown)


def bound_to() -> str | None:
    """The currency (ISO 4217) that the reader's account is held to, where what is sold here would
    fit them in another alone: they are told so in place of a button."""
    member = g.get("member")
    if member is None or shown() is not None or not _fitting():
        return None
    return offers.bound_to(g.db, member.id)


def had_trial() -> bool:
    """Whether the reader has had a trial, asked for once a request."""
    if "had_trial" not in g:
        g.had_trial = eligibility.had_trial(g.db, g.get("member"))
    return cast(bool, g.had_trial)


def changes_at() -> datetime | None:
    """When the next offer begins or ends."""

    def read() -> tuple[datetime | None, datetime | None]:
        at = offers.changes_at(g.db, now=clock.now())
        return at, at

    return kept_facts.of("offers change", read)


def _fitting() -> list[Offer]:
    if "offers_fitting" not in g:
        had, territory = had_trial(), here.territory()
        read = partial(_read, territory, had)
        g.offers_fitting = kept_facts.of(("offers", had, territory), read)
    return cast("list[Offer]", g.offers_fitting)


def _read(territory: str, had: bool) -> tuple[list[Offer], datetime | None]:
    """The offers that fit, for as long as they do: that is asked first, so that none is missed."""
    until = changes_at() if g.get("only_reads") else None
    return offers.fitting(g.db, territory, had_trial=had, now=clock.now()), until


def told(offer: Offer) -> terms.Terms:
    """The terms of an offer in the reader's zone, for a trial that begins now."""
    found = terms.of(offer, now=clock.now(), zone=zone())
    return found if g.get("member") else replace(found, guessed_zone=zone())


def address(offer: Offer | None, slug: str | None) -> str:
    """Where the button of an offer leads; the film goes along from the click to the charge."""
    if offer is not None and offer.kind == "partner":
        return addresses.path("proposals.leave", code=offer.code, film=slug)
    return addresses.path("trials.propose", film=slug)


def of_partners(slug: str | None) -> list[Proposal]:
    """What partners propose to this reader, for below our own offer."""
    found = offers.of_partners(_fitting(), limit=PARTNERS_SHOWN)
    return [Proposal(told(offer), address(offer, slug)) for offer in found]


def find_film() -> Title | None:
    """The film that the address carries from the click to the charge, if it still exists."""
    return titles.still_there(g.db, request.args.get("film", ""))


@pages.get("/offer/<code>")
def leave(code: str) -> ResponseReturnValue:
    """To the partner who makes this offer; the click is a fact that our credit can be held to.

    From a page that was open when the offer ended the way leads back, with a notice that says so.
    """
    now = clock.now()
    offer = offers.partner_by_code(g.db, code, now=now)
    if offers.is_over(offer, now=now):
        return _back(find_film())
    answer = redirect(offer.partner_url or url_for("storefront.home"), 303)
    return clicks.noted(answer, find_film(), kind="partner_click", offer=offer.code)


def _back(film: Title | None) -> ResponseReturnValue:
    """To the film that the reader came from, else the front page."""
    if film is None:
        return redirect(url_for("storefront.home", notice="offer"), 303)
    return redirect(url_for("storefront.film", slug=film.slug, notice="offer"), 303)
