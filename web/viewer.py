"""What every page may say about the person who reads it and about the offer of the day."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

from flask import Flask, g, request, url_for
from werkzeug.local import LocalProxy

from access import standing
from access.standing import Standing
from billing import eligibility, labels, terms
from core import clock, settings, territories
from web import freshness, here, proposals, ways_in

T = TypeVar("T")
FILM_PAGE = re.compile(r"/film/([^/?]+)")
PUBLIC = ("storefront", "searching", "information", "watch")


def start(app: Flask) -> None:
    """Give templates ``viewer``, ``offer``, ``terms``, ``had_trial``, ``bound_to`` and the like."""
    app.context_processor(_context)


def _context() -> dict[str, Any]:
    found = settings.current()
    plain = {
        "site_name": found.site_name,
        "labels": labels_here(),
        "origin": found.origin,
        "postal_address": found.postal_address,
        "now": clock.now(),
        "one_trial": eligibility.rule(),
        "canonical": found.origin + request.path,
        "country": territories.name(here.territory()),
        "country_href": _choosing_a_country(),
        "trial_href": proposals.address(None, None),
        "sign_in_href": url_for("security.login", next=_public_page()),
    }
    if "db" not in g:
        return {**plain, "viewer": standing.of_nobody(), "offer": None, "terms": None}
    if freshness.is_for_everybody():
        freshness.keep_until(proposals.changes_at())
    return {
        **plain,
        "viewer": _standing(),
        "member": g.get("member"),
        "offer": _later(proposals.shown),
        "terms": _later(_terms),
        "had_trial": _later(_had_trial),
        "bound_to": _later(proposals.bound_to),
        "trial_href": _later(lambda: proposals.address(proposals.shown(), _film_here())),
    }


def _standing() -> Standing:
    """Where the reader stands, unless the page has read that with more."""
    if "standing" in g:
        return cast(Standing, g.standing)
    read = standing.in_short if g.get("only_reads") else standing.of
    return read(g.db, g.get("member"), now=clock.now())


def _later(ask: Callable[[], T]) -> T:
    """What ``ask`` answers, asked when a template looks at it and no more than once: whoever may
    watch is shown no offer, and for a member each is some questions to the database."""
    return ask() if g.get("member") is None else cast(T, LocalProxy(cache(ask)))


def _terms() -> terms.Terms | None:
    offer = proposals.shown()
    return proposals.told(offer) if offer else None


def _had_trial() -> bool:
    """Whether the reader has had the trial that is offered; a partner's own is none of ours."""
    offer = proposals.shown()
    return (offer is None or offer.kind == "own") and proposals.had_trial()


def labels_here() -> labels.Labels:
    """The words of the law on links and buttons: in the member's own language where one was
    chosen that is not ours, else in the browser's."""
    chosen = labels.language(g.member.locale) if g.get("member") else "en"
    accepted = labels.language(request.headers.get("Accept-Language", ""))
    return labels.of(accepted if chosen == "en" else chosen)


def _public_page() -> str | None:
    """Where signing in leads back to: the public page that is read, with what the view reads of
    its query; the rest is one visitor's own, and pages are kept for everybody."""
    if request.blueprint not in PUBLIC or request.path == "/":
        return None
    read = g.get("reads", ())
    query = [(name, said) for name, said in request.args.items() if name in read]
    kept = urlencode([pair for pair in query if pair[0] != "notice"])
    return f"{request.path}?{kept}" if kept else request.path


def _choosing_a_country() -> str:
    """Where the reader's country is changed: in the profile, or on a page that leads back here."""
    if g.get("member") is not None:
        return url_for("profile.show")
    if request.endpoint in ("countries.show", "countries.choose"):
        return url_for("countries.show", to=ways_in.there("to"))
    if request.blueprint in PUBLIC or request.method not in ("GET", "HEAD"):
        return url_for("countries.show", to=_public_page())
    return url_for("countries.show", to=request.full_path.rstrip("?"))


def _film_here() -> str | None:
    """The film whose pages the reader is on, or to which signing in leads back."""
    if request.endpoint == "security.login":
        back = FILM_PAGE.match(ways_in.there() or "")
        return back[1] if back else None
    on_a_film = (request.endpoint or "") in ("storefront.film", "storefront.film_reviews")
    return (request.view_args or {}).get("slug") if on_a_film else None
