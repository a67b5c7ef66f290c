"""The country for which pages are drawn: a member's own, what a visitor chose, else the site's."""

from __future__ import annotations

import re

from flask import g, request

from core import settings, territories

COOKIE = "country"
# The same expression tells pages apart in docs/nginx/matinee.conf: of several cookies of the name,
# of one in quotes, or among blanks that a server may strip, both read the same.
CHOSEN = re.compile(r"(?:^|;)[ \t]*country=([A-Z]{2})[ \t]*(?:;|$)")


def chosen(cookies: str) -> str | None:
    """The country (ISO 3166) that a ``Cookie`` header names; ``None`` where there is no such."""
    found = CHOSEN.search(cookies)
    return found[1] if found and found[1] in territories.names() else None


def chosen_here() -> str | None:
    """The country that this browser's visitor chose, or ``None``."""
    return chosen(request.environ.get("HTTP_COOKIE", ""))


def mark(cookies: str) -> str:
    """What tells a visitor's kept pages from those of the site's own country: ``#DE``, or nothing.

    There are as many as countries: what is none has the pages of whoever chose nothing.
    """
    if COOKIE not in cookies:
        return ""
    code = chosen(cookies)
    return f"#{code}" if code and code != settings.current().territory else ""


def territory() -> str:
    """The reader's country. A member's is that of the profile, for the checkout reads it there;
    where a sign-up's link is opened in a browser that chose none, it is that of the sign-up."""
    member = g.get("member")
    own = member.territory if member else chosen_here() or g.get("signs_up_for")
    return own or settings.current().territory
