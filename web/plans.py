"""A member's plan: pause it, go on, or change it after seeing the money."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from access import standing
from access.standing import State
from billing import labels, offers, pauses, plan_changes
from billing.holding import NothingToCancel
from billing.models import Subscription
from billing.plan_changes import Preview
from core import clock, tokens
from web import here, viewer
from web.looking import gateway, look
from web.requests import signed_in

pages = Blueprint("plans", __name__, url_prefix="/account")

SHOWN_FOR = timedelta(minutes=30)
PREVIEW = "plan preview"


@pages.post("/pause")
@signed_in
def pause() -> ResponseReturnValue:
    """Charge nothing for one to three months after what is paid."""
    months = request.form.get("months", 1, type=int)
    pauses.start(g.db, gateway(), g.member.id, months=months, actor=_actor(), now=clock.now())
    return _shown("Your subscription is paused.")


@pages.post("/pause/end")
@signed_in
def go_on() -> ResponseReturnValue:
    """End the pause now, at the charge that the page named; an old page is shown anew."""
    said = request.form.get("charged", 0, type=int)
    try:
        pauses.end(g.db, gateway(), g.member.id, actor=_actor(), now=clock.now(), said_minor=said)
    except pauses.ChargeUnsaid as refused:
        return _shown(refused.sentence, "warn")
    look(g.member.id, charged=said > 0)
    stands = standing.of(g.db, g.member, now=clock.now())
    if stands.state is not State.PAST_DUE:
        return _told("Your subscription goes on.")
    return _told(f"Your pause has ended. {stands.failed} Films play once it is paid.", "bad")


@pages.get("/plan")
@signed_in
def choose() -> ResponseReturnValue:
    """The other plans, each with the money that a change would bring today."""
    sub, now = _subscription(), clock.now()
    if plan_changes.waiting(sub):  # the account says how it is confirmed
        return redirect(url_for("account.overview"), 303)
    if not plan_changes.may_switch(sub):
        return _told("Your plan cannot be changed just now. This is how it stands.", "info")
    shown = [
        _shown_for(plan_changes.preview(g.db, gateway(), sub, offer, now=now), sub)
        for offer in offers.beside(g.db, sub, now=now)
    ]
    return render_template("account/plan.html", sub=sub, shown=shown)


@pages.post("/plan")
@signed_in
def switch() -> ResponseReturnValue:
    """Change the plan at the money that the page showed; an old page is shown anew."""
    said = tokens.find(PREVIEW, request.form.get("preview", ""), within=SHOWN_FOR)
    if not isinstance(said, dict):
        return redirect(url_for("plans.choose"), 303)
    try:
        plan_changes.start(
            g.db,
            gateway(),
            g.member.id,
            offers.by_code(g.db, said["offer"]),
            shown_at=datetime.fromtimestamp(said["at"], UTC),
            shown_of=said.get("of"),
            agreed=said.get("agreed", ""),
            actor=_actor(),
            now=clock.now(),
        )
    except plan_changes.MoneyMoved as moved:
        look(g.member.id)
        flash(moved.sentence, "warn")
        return redirect(url_for("plans.choose"), 303)
    look(g.member.id, charged=True)
    if standing.of(g.db, g.member, now=clock.now()).change_waits:
        return _told("Your plan is not changed yet: confirm the payment first.", "warn")
    return _told("Your plan is changed.")


def _shown_for(preview: Preview, sub: Subscription) -> tuple[Preview, str, str, str]:
    """A change as the page shows it: its money, what the press agrees to, the words of the button,
    and all of this as it comes back with the press."""
    promise, usual = preview.promise(g.member.zone), preview.button
    button = labels.order_button(viewer.labels_here(), here.territory(), usual)
    said = {
        "offer": preview.offer.code,
        "at": int(preview.at.timestamp()),
        "of": plan_changes.mark(sub),
        "agreed": f"{promise} [{button}]",
    }
    return preview, promise, button, tokens.sign(PREVIEW, said)


def _subscription() -> Subscription:
    found = standing.of(g.db, g.member, now=clock.now()).subscription
    if found is None or not found.is_live:
        raise NothingToCancel
    return found


def _actor() -> str:
    return f"member:{g.member.id}"


def _shown(told: str, kind: str = "ok") -> ResponseReturnValue:
    """The account as it is now, with a word of what was done."""
    look(g.member.id)
    return _told(told, kind)


def _told(told: str, kind: str = "ok") -> ResponseReturnValue:
    flash(told, kind)
    return redirect(url_for("account.overview"), 303)
