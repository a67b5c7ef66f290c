"""What every page may say about the person who reads it and about the offer of the day."""

from __future__ import annotations

from typing import Any

from flask import Flask, g, request, url_for

from access import standing
from billing import eligibility, offers, terms
from billing.terms import REMINDER_LEAD
from core import clock, settings


def start(app: Flask) -> None:
    """Give templates ``viewer``, ``offer``, ``terms``, ``had_trial``, ``site_name`` and ``now``."""
    app.context_processor(_context)


def _context() -> dict[str, Any]:
    found = settings.current()
    plain = {
        "site_name": found.site_name,
        "origin": found.origin,
        "postal_address": found.postal_address,
        "now": clock.now(),
        "canonical": found.origin + request.path,
        "trial_href": _trial_href(),
        "reminder_lead": REMINDER_LEAD,
    }
    if "db" not in g:
        return {**plain, "viewer": standing.of_nobody(), "offer": None, "terms": None}
    member, now = g.get("member"), clock.now()
    offer = offers.shown(g.db, member)
    return {
        **plain,
        "viewer": standing.of(g.db, member, now=now),
        "member": member,
        "offer": offer,
        "terms": terms.of(offer, now=now, zone=_zone()) if offer else None,
        "had_trial": eligibility.had_trial(g.db, member),
    }


def _trial_href() -> str:
    """Where every trial button leads: on a film's pages it carries the film to the charge."""
    on_a_film = (request.endpoint or "") in ("storefront.film", "storefront.film_reviews")
    slug = (request.view_args or {}).get("slug") if on_a_film else None
    return url_for("trials.propose", film=slug)


def _zone() -> str:
    member = g.get("member")
    return member.zone if member else settings.current().zone
