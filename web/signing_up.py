"""The way to an account: an address and a password, and the link of an e-mail that proves it.

A known address and a new one are answered alike: the page looks at none, and the one e-mail that
follows says to its owner alone which of the two it is.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from flask import Blueprint, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_limiter import RateLimitExceeded
from flask_security.utils import verify_password

from accounts import passwords, sign_up_requests
from accounts.models import SignUpRequest
from accounts.sign_up_requests import LinkOver
from billing import promotions
from catalog import titles
from catalog.models import Title
from core import clock, tokens
from notices.ways_in import SIGN_UP_LINK
from web import errors, here, identity, limits, proposals, ways_in
from web.requests import find_visitor_id

ASKED = "sign_up_request"
MOST_ASKED = 5  # as many sign-ups as a browser is let ask for in an hour
A_CODE = re.compile(r"[\w-]+")
TOO_MANY = (
    "Too many sign-ups have come from your connection, or for this address, within an hour. "
    "Wait {} and send it again, or use another connection."
)
OTHER_PASSWORD = "That is not the password of this sign-up."

pages = Blueprint("signing_up", __name__, url_prefix="/account/sign-up")


@pages.get("")
def show() -> ResponseReturnValue:
    """The form, with the terms beside it; whoever is signed in goes on."""
    if g.member is not None:
        return redirect(_there(), 303)
    return _form("", [])


@pages.post("")
def ask() -> ResponseReturnValue:
    """Keep what was typed and send the link."""
    password = request.form.get("password", "")
    email, wrong = ways_in.address()
    wrong += [("password", told) for told in identity.password_errors(password, email)[:1]]
    if wrong:
        return _form(_typed(), wrong), 422
    asked = sign_up_requests.ask(
        g.db,
        email,
        passwords.hashed(identity.normalised(password)),
        there=_there(),
        zone=request.form.get("zone", ""),
        territory=here.chosen_here(),
        visitor_id=find_visitor_id(),
        now=clock.now(),
    )
    ways_in.owe(asked, "sign_up")
    _note(asked)
    return redirect(url_for("signing_up.sent"), 303)


@pages.get("/sent")
def sent() -> ResponseReturnValue:
    """That an e-mail is on its way, to which address, and what it leads to."""
    asked = g.db.get(SignUpRequest, (_asked_here() or [0])[-1])
    if asked is None or asked.done_at is not None:
        return redirect(url_for("signing_up.show"), 303)
    return render_template(
        "trial/sent.html",
        asked=asked,
        film=_film(asked.there),
        code=_code(asked.there),
        inbox=ways_in.inbox(),
    )


@pages.get("/<token>")
def prove(token: str) -> ResponseReturnValue:
    """The link of the e-mail: on at once in the browser that asked, else by the password.

    A program that reads mail and follows links has neither, and makes no account.
    """
    asked = _asked(token)
    if asked.id in _asked_here():
        return _finish(asked)
    return _proof(asked, "")


@pages.post("/<token>")
def prove_by_password(token: str) -> ResponseReturnValue:
    """The link on another device: the password tells that it is the same person."""
    asked = _asked(token)
    password = identity.normalised(request.form.get("password", "")[:1000])
    if not verify_password(password, asked.password):
        return _proof(asked, OTHER_PASSWORD), 422
    return _finish(asked)


@pages.post("/<token>/again")
def send_again(token: str) -> ResponseReturnValue:
    """A new link in the place of one that is too old, to the same address and way on."""
    old = _named(token)
    if old is None or old.done_at is not None:
        raise LinkOver
    asked = sign_up_requests.again(g.db, old, now=clock.now())
    ways_in.owe(asked, "sign_up")
    if old.id in _asked_here():
        _note(asked)
        return redirect(url_for("signing_up.sent"), 303)
    return render_template("trial/link_over.html", film=_film(asked.there), asked=asked, sent=True)


@pages.errorhandler(RateLimitExceeded)
def _too_often(_: RateLimitExceeded) -> ResponseReturnValue:
    """The form with the address that was typed: whoever shares a connection with others is often
    not the one who asked so much."""
    if request.endpoint != "signing_up.ask":
        return errors.page(429, limits.sentence())
    return _form(_typed(), [("email", TOO_MANY.format(limits.wait()))]), 429


@pages.errorhandler(LinkOver)
def _over(over: LinkOver) -> ResponseReturnValue:
    """Whoever made this account and is signed in goes on; others are told why, and get a new link
    where it was only too old."""
    asked = _named(str((request.view_args or {}).get("token", "")))
    if asked is not None and g.member is not None and g.member.email == asked.email:
        return redirect(asked.there, 303)
    film = _film(asked.there) if asked else None
    page = render_template("trial/link_over.html", film=film, asked=asked, sent=False, over=over)
    return page, over.status


def _typed() -> str:
    return request.form.get("email", "")[:254]


def _form(email: str, wrong: list[tuple[str, str]]) -> str:
    there = request.args.get("next", "")
    return render_template(
        "trial/sign_up.html",
        email=email,
        errors=wrong,
        wrong=dict(wrong),
        film=_film(there),
        code=_code(there),
    )


def _proof(asked: SignUpRequest, error: str) -> str:
    film, code = _film(asked.there), _code(asked.there)
    return render_template("trial/proof.html", film=film, code=code, error=error)


def _asked_here() -> list[int]:
    """The sign-ups of this browser, the last one last: each of their links leads on at once."""
    kept = session.get(ASKED, [])
    return kept if isinstance(kept, list) else [kept]  # earlier sessions keep one


def _note(asked: SignUpRequest) -> None:
    session[ASKED] = [*_asked_here(), asked.id][-MOST_ASKED:]


def _there() -> str:
    """The page that led here, else our offer, else the films."""
    offer = proposals.shown()
    usual = "trials.propose" if offer and offer.kind == "own" else "storefront.home"
    return ways_in.there() or url_for(usual)


def _film(there: str) -> Title | None:
    """The film that the page names: the one whose trial button led here."""
    return titles.still_there(g.db, _said("film", there))


def _code(there: str) -> str:
    """The code that goes along to the payment page, which takes it off; empty for what is none."""
    said = _said("code", there)
    return said if len(said) <= promotions.LONGEST_CODE and A_CODE.fullmatch(said) else ""


def _said(name: str, there: str) -> str:
    return parse_qs(urlsplit(there).query).get(name, [""])[0]


def _asked(token: str) -> SignUpRequest:
    named = _named(token)
    return sign_up_requests.open_for(g.db, named.id if named else 0, now=clock.now())


def _named(token: str) -> SignUpRequest | None:
    """The sign-up of a link. Its pages show the offer of its country in whichever browser."""
    named = tokens.find(SIGN_UP_LINK, token)
    asked = g.db.get(SignUpRequest, named) if isinstance(named, int) else None
    if asked is not None:
        g.signs_up_for = asked.territory
    return asked


def _finish(asked: SignUpRequest) -> ResponseReturnValue:
    asked.territory = here.chosen_here() or asked.territory
    member = sign_up_requests.finish(g.db, asked, now=clock.now())
    session.pop(ASKED, None)
    identity.welcome(member, asked.visitor_id)
    return redirect(asked.there, 303)
