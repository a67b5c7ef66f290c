"""What every page may say about the person who reads it and about the offer of the day."""

from __future__ import annotations

from typing import Any

from flask import Flask, g, request

from access import standing
from billing import eligibility, offers, terms
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
    }
    if "db" not in g:
        return {**plain, "viewer": standing.of_nobody(), "offer": None, "terms": None}
    member, now = g.get("member"), clock.now()
    offer = offers.shown(g.db)
    return {
        **plain,
        "viewer": standing.of(g.db, member, now=now),
        "member": member,
        "offer": offer,
        "terms": terms.of(offer, now=now, zone=_zone()) if offer else None,
        "had_trial": eligibility.had_trial(g.db, member),
    }


def _zone() -> str:
    member = g.get("member")
    return member.zone if member else settings.current().zone
