"""Another e-mail address for an account: asked for with the password, proved by a link to it.

Opening the link does nothing yet, because programs that read mail follow links; a press in a
browser that is signed in to the account does it.
"""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from accounts import email_changes
from accounts.models import EmailChange
from billing import audit, customers
from core import clock, tokens
from core.db import after_commit
from notices import owed
from notices.ways_in import EMAIL_CHANGE_LINK
from web import identity, password_form, ways_in
from web.requests import signed_in
from workers import bell, tasks, upkeep

ASKED = "email_change"
THE_SAME = "This is your address already."

pages = Blueprint("email_changes", __name__, url_prefix="/account/email")


@pages.get("")
@signed_in
def show() -> ResponseReturnValue:
    """The form; whoever has no password is led to one first."""
    if not identity.may_prove(g.member):
        return redirect(url_for("security.change_password"), 303)
    return _form("", [])


@pages.post("")
@signed_in
def ask() -> ResponseReturnValue:
    """Send a link to the new address."""
    email, errors = ways_in.address()
    if not errors and email.lower() == g.member.email:
        errors = [("email", THE_SAME)]
    if not identity.is_proved(g.member, request.form.get("password", "")):
        errors = [*errors, ("password", password_form.NOT_THE_PRESENT_ONE)]
    if errors:
        return _form(request.form.get("email", "")[:254], errors), 422
    asked = email_changes.ask(g.db, g.member, email, now=clock.now())
    if ways_in.owe(asked, "email_change"):
        email_changes.end_others(g.db, asked, now=clock.now())
    session[ASKED] = asked.id
    return redirect(url_for("email_changes.sent"), 303)


@pages.get("/sent")
@signed_in
def sent() -> ResponseReturnValue:
    """That an e-mail is on its way, and to which address."""
    asked = g.db.get(EmailChange, session.get(ASKED, 0))
    if asked is None or asked.done_at is not None or asked.member_id != g.member.id:
        return redirect(url_for("profile.show"), 303)
    return render_template("account/email_sent.html", asked=asked, inbox=ways_in.inbox())


@pages.get("/<token>")
@signed_in
def confirm(token: str) -> ResponseReturnValue:
    """The address as it is and as it would be, and the button that changes it; or why not."""
    try:
        change = _opened(token)
    except email_changes.ChangeOver as over:
        return _over(over)
    return render_template("account/email_link.html", change=change)


@pages.post("/<token>")
@signed_in
def use(token: str) -> ResponseReturnValue:
    """Change it, tell the former address, and Stripe as soon as it answers."""
    now = clock.now()
    try:
        change = _opened(token)
        email_changes.finish(g.db, change, g.member, now=now)
    except email_changes.ChangeOver as over:
        return _over(over)
    session.pop(ASKED, None)
    _tell_the_former(change)
    customers.owe_address(g.db, g.member.id, now=now)
    audit.note(
        g.db,
        now=now,
        actor=f"member:{g.member.id}",
        action="email.changed",
        reason="proved by the link that went to the new address",
        member_id=g.member.id,
    )
    after_commit(g.db, bell.ring, tasks.send_owed)
    after_commit(g.db, bell.ring, upkeep.tell_addresses)
    return redirect(url_for("profile.show"), 303)


def _opened(token: str) -> EmailChange:
    named = tokens.find(EMAIL_CHANGE_LINK, token)
    number = named if isinstance(named, int) else 0
    return email_changes.open_for(g.db, number, g.member, now=clock.now())


def _form(email: str, errors: list[tuple[str, str]]) -> str:
    return render_template(
        "account/email.html",
        email=email,
        errors=errors,
        wrong=dict(errors),
        is_proved=identity.came_by_link(g.member, within=identity.PROVED_FOR),
    )


def _over(over: email_changes.ChangeOver) -> ResponseReturnValue:
    return render_template("account/email_over.html", sentence=over.sentence), over.status


def _tell_the_former(change: EmailChange) -> None:
    """One e-mail to the address that was left."""
    owed.owe(
        g.db,
        "email_changed",
        f"email_changed:{change.id}",
        member_id=None,
        address=change.former,
        subscription_id=None,
        object_id=str(change.id),
        now=clock.now(),
    )
