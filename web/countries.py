"""The page on which a visitor says in which country they are; a member says it in the profile.

Its form holds no token, because a token needs a session, and whoever has one is shown no kept
page. The browser tells whether it was sent from here.
"""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.profiles import UnknownCountry
from core import territories
from core.errors import DomainError
from web import freshness, here, ways_in
from web.requests import A_YEAR, is_from_our_pages, with_cookie

pages = Blueprint("countries", __name__)
pages.after_request(freshness.mark)


class SentFromElsewhere(DomainError):
    """A form that another site sent."""

    sentence = "This was sent from another site. Choose your country on the page of this one."


@pages.get("/country")
def show() -> ResponseReturnValue:
    """The countries by name, the reader's own chosen."""
    if g.member is not None:
        return redirect(url_for("profile.show"), 303)
    return _form("")


@pages.post("/country")
def choose() -> ResponseReturnValue:
    """Keep the choice in a cookie, and lead back to the page that was read."""
    if not is_from_our_pages():
        raise SentFromElsewhere
    if g.member is not None:
        return redirect(url_for("profile.show"), 303)
    code = request.form.get("country", "")
    if code not in territories.names():
        return _form(UnknownCountry.sentence), 422
    back = redirect(ways_in.there("to") or url_for("storefront.home"), 303)
    return with_cookie(back, here.COOKIE, code, seconds=A_YEAR)


def _form(error: str) -> str:
    """The page; the address that leads to it is also that of its form."""
    return render_template(
        "account/country.html",
        countries=list(territories.names().items()),
        chosen=here.territory(),
        errors=[("country", error)] if error else [],
        error=error,
    )
