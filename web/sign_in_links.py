"""Signing in without a password: one e-mail, one press, and a new password for whoever lost it.

A known address and another are answered alike; the e-mail says to its owner alone which it is.
Opening the link does nothing yet, because programs that read mail follow links: a press signs in.
"""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from accounts import sign_in_links
from accounts.models import Member, SignInLink
from core import clock, tokens
from notices.ways_in import SIGN_IN_LINK
from web import identity, sign_in_audit, ways_in

ASKED = "sign_in_link"

pages = Blueprint("sign_in_links", __name__, url_prefix="/account/sign-in/link")


@pages.get("")
def show() -> ResponseReturnValue:
    """The form: one field."""
    return _form("", [])


@pages.post("")
def ask() -> ResponseReturnValue:
    """Send a link to the address, whoever has it."""
    email, errors = ways_in.address()
    if errors:
        return _form(request.form.get("email", "")[:254], errors), 422
    return _sent_to(email, ways_in.there() or "/")


@pages.get("/sent")
def sent() -> ResponseReturnValue:
    """That an e-mail is on its way, and to which address."""
    asked = g.db.get(SignInLink, session.get(ASKED, 0))
    if asked is None or asked.used_at is not None:
        return redirect(url_for("sign_in_links.show"), 303)
    return render_template("account/link_sent.html", asked=asked, inbox=ways_in.inbox())


@pages.get("/<token>")
def confirm(token: str) -> ResponseReturnValue:
    """Whom the link signs in, and the button that does it; or why it does not, and a new one."""
    try:
        _, member = _opened(token)
    except sign_in_links.LinkOver as over:
        return _over(over)
    return render_template("account/link.html", address=member.email)


@pages.post("/<token>")
def use(token: str) -> ResponseReturnValue:
    """Sign in, and go on where the way led, or to a new password."""
    try:
        link, member = _opened(token)
    except sign_in_links.LinkOver as over:
        return _over(over)
    sign_in_links.use(link, now=clock.now())
    _sign_in(member)
    wants_password = request.form.get("then") == "password"
    return redirect(url_for("new_password.show") if wants_password else link.there, 303)


@pages.post("/<token>/again")
def send_again(token: str) -> ResponseReturnValue:
    """A new link in the place of one that is over, to the same address and way on."""
    found = _named(token)
    old = g.db.get(SignInLink, found)
    if old is None:
        return redirect(url_for("sign_in_links.show"), 303)
    return _sent_to(old.email, old.there)


def _form(email: str, errors: list[tuple[str, str]]) -> str:
    return render_template("account/ask_link.html", email=email, errors=errors, wrong=dict(errors))


def _sent_to(email: str, there: str) -> ResponseReturnValue:
    asked = sign_in_links.ask(g.db, email, there=there, now=clock.now())
    if ways_in.owe(asked, "sign_in_link"):
        sign_in_links.end(g.db, asked.email, but=asked, now=clock.now())
    session[ASKED] = asked.id
    return redirect(url_for("sign_in_links.sent"), 303)


def _named(token: str) -> int:
    named = tokens.find(SIGN_IN_LINK, token)
    return named if isinstance(named, int) else 0


def _opened(token: str) -> tuple[SignInLink, Member]:
    return sign_in_links.open_for(g.db, _named(token), now=clock.now())


def _over(over: sign_in_links.LinkOver) -> ResponseReturnValue:
    said = {"sentence": over.sentence, "can_repeat": over.link is not None}
    return render_template("account/link_over.html", **said), over.status


def _sign_in(member: Member) -> None:
    session.pop(ASKED, None)
    identity.sign_in(member)
    sign_in_audit.keep("signin.ok", member.id, "signed in by a link")
