"""Leaving in two clicks, signed in or by a signed link, and coming back while there is time."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from access import standing
from access.standing import Standing
from accounts import merges
from accounts.models import Member
from billing import cancellations
from billing.trials import has_live_subscription
from core import clock, tokens
from notices import interlock, ledger, owed
from notices.words import CANCEL_LINK
from web import ways_in
from web.errors import DeadLink
from web.filters import full_date
from web.looking import gateway, look, warn_in_time
from web.requests import signed_in

pages = Blueprint("cancellations", __name__)

WORDS = {
    "price": "It costs too much",
    "films": "I did not find films that I like",
    "time": "I do not watch enough",
    "broken": "Something did not work",
    "trial": "I only wanted to try it",
}


class LinkSpent(DeadLink):
    """A cancel link that was not made by us, or not for this."""

    sentence = "This link does not work. Ask for a new one, or sign in to cancel."
    ways = (("Ask for a new link", "cancellations.by_mail"), ("Sign in", "cancellations.ask"))


@pages.app_template_global()
def payment_if_kept(state: Standing) -> datetime | None:
    """When the next payment falls due if what was cancelled is kept now."""
    sub = state.subscription
    if sub is None or sub.status != "trialing":
        return state.next_payment_at
    return interlock.end_if_kept(g.db, sub, now=clock.now())


@pages.get("/account/cancellation")
@signed_in
def ask() -> ResponseReturnValue:
    """What stops and when, one button that cancels, one link that keeps."""
    return _ask(g.member, url_for("cancellations.start"), url_for("account.overview"))


@pages.post("/account/cancellation")
@signed_in
def start() -> ResponseReturnValue:
    """Cancel; what was promised stays."""
    _cancel(g.member)
    return redirect(url_for("cancellations.done"), 303)


@pages.get("/account/cancellation/done")
@signed_in
def done() -> ResponseReturnValue:
    """It is cancelled: until when films play, that nothing is charged, and undo."""
    return render_template("account/cancelled.html", state=_standing(g.member), undo=True)


@pages.post("/account/resumption")
@signed_in
def undo() -> ResponseReturnValue:
    """Keep the subscription after all."""
    actor, now = f"member:{g.member.id}", clock.now()
    interlock.check_keeping(g.db, g.member.id, now=now)
    kept = cancellations.undo(g.db, gateway(), g.member.id, actor=actor, now=now)
    before = kept.trial_ends_at
    look(g.member.id)
    warn_in_time(kept.id)
    told = f"You keep your {'trial' if kept.status == 'trialing' else 'subscription'}."
    if kept.trial_ends_at and kept.trial_ends_at != before:
        told += f" It ends on {full_date(kept.trial_ends_at)}, so that we can remind you in time."
    flash(told, "ok")
    return redirect(url_for("account.overview"), 303)


@pages.get("/cancel")
def by_mail() -> ResponseReturnValue:
    """Cancel without signing in: ask for a link by e-mail."""
    if g.member is not None:
        return redirect(url_for("cancellations.ask"), 303)
    return _by_mail("", [])


@pages.post("/cancel")
def send_link() -> ResponseReturnValue:
    """Send the link where the address has something to cancel; the answer never tells."""
    typed = request.form.get("email", "")[:254].strip()
    if not ways_in.is_address(typed):
        return _by_mail(typed, [("email", ways_in.NOT_AN_ADDRESS)]), 422
    member = merges.by_address(g.db, typed)
    if member is not None and has_live_subscription(g.db, member.id):
        _owe_link(member.id)
    return _by_mail(typed, [], sent=True)


def _by_mail(typed: str, errors: list[tuple[str, str]], *, sent: bool = False) -> str:
    return render_template(
        "account/cancel_by_mail.html", typed=typed, errors=errors, wrong=dict(errors), sent=sent
    )


@pages.get("/cancel/<token>")
def ask_by_link(token: str) -> ResponseReturnValue:
    """The same question as on the account page, for whoever holds the signed link."""
    action = url_for("cancellations.start_by_link", token=token)
    return _ask(_holder(token), action, url_for("cancellations.kept", token=token))


@pages.post("/cancel/<token>")
def start_by_link(token: str) -> ResponseReturnValue:
    """Cancel for whoever holds the signed link."""
    member = _holder(token)
    _cancel(member)
    return render_template("account/cancelled.html", state=_standing(member), undo=False)


@pages.get("/cancel/<token>/kept")
def kept(token: str) -> ResponseReturnValue:
    """Nothing was cancelled: what goes on and when it is paid, for whoever holds the link."""
    return render_template("account/kept.html", state=_standing(_holder(token)), token=token)


def _owe_link(member_id: int) -> None:
    """One e-mail in ten minutes, a few in some hours, whoever types the address."""
    now = clock.now()
    if not ledger.may_be_written_to(g.db, member_id, "cancel_link", now=now):
        return
    key = f"cancel_link:{member_id}:{int(now.timestamp()) // 600}"
    owed.owe(
        g.db,
        "cancel_link",
        key,
        member_id=member_id,
        subscription_id=None,
        object_id=key,
        now=now,
    )


def _holder(token: str) -> Member:
    member_id = tokens.find(CANCEL_LINK, token)
    named = _db().get(Member, member_id) if isinstance(member_id, int) else None
    member = merges.present(g.db, named)
    if member is None:
        raise LinkSpent
    return member


def _ask(member: Member, action: str, keep: str) -> ResponseReturnValue:
    return render_template(
        "account/cancel.html",
        state=_standing(member),
        action=action,
        keep=keep,
        reasons=[(value, WORDS[value]) for value in cancellations.REASONS],
    )


def _cancel(member: Member) -> None:
    given = request.form.get("reason", "")
    reason = given if given in cancellations.REASONS else cancellations.NOT_SAID
    cancellations.start(
        g.db,
        gateway(),
        member.id,
        actor=f"member:{member.id}",
        reason=reason,
        now=clock.now(),
    )
    look(member.id)


def _standing(member: Member) -> standing.Standing:
    return standing.of(g.db, member, now=clock.now())


def _db() -> Session:
    return cast(Session, g.db)
