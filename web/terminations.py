"""Ending a contract by a form that asks nobody to sign in: declared, answered at once, undone."""

from __future__ import annotations

import logging
from datetime import date, timedelta, timezone

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from access import standing
from accounts.models import Member
from billing import termination_words, terminations
from billing.case_models import Termination
from billing.gateway import StripeRefused, StripeUnavailable
from billing.terminations import Declaration
from core import clock, tokens
from core.db import keep
from notices import interlock, owed
from notices.words import KEEP_LINK
from web import ways_in
from web.errors import DeadLink
from web.looking import gateway, look, warn_in_time
from web.viewer import labels_here

log = logging.getLogger(__name__)
pages = Blueprint("terminations", __name__, url_prefix="/cancellation")

FIELDS = (("name", 100), ("email", 254), ("contract", 100), ("kind", 20), ("cause", 2000))
LAST = timezone(timedelta(hours=-12))
"""Where a day ends last: until then it is today for somebody."""


class LinkUnknown(DeadLink):
    """A link that was not made by us, or not for this."""

    sentence = "This link does not work. Sign in, and keep the subscription on your account page."
    ways = (("Go to your account", "account.overview"),)


@pages.get("")
def ask() -> ResponseReturnValue:
    """The form: who ends which contract, how and when. Nobody has to sign in."""
    given = {"email": g.member.email if g.member else "", "kind": "ordinary"}
    return _form(given, [])


@pages.post("")
def declare() -> ResponseReturnValue:
    """Receive the declaration, owe the receipt, and carry it out where it is a member's.

    The answer is the same for every address. That it was received is kept before Stripe is asked.
    """
    given = {name: request.form.get(name, "").strip()[:most] for name, most in FIELDS}
    given["wished_on"] = request.form.get("wished_on", "").strip()[:10]
    missing = _missing(given)
    if missing:
        return _form(given, missing), 422
    wished_on = date.fromisoformat(given.pop("wished_on")) if given["wished_on"] else None
    given.pop("wished_on", None)
    said = Declaration(**given, wished_on=wished_on)
    row = terminations.declare(g.db, said, language=labels_here().language, now=clock.now())
    _owe_receipt(row)
    keep(g.db)
    _carry_out(row)
    return render_template("account/terminated.html", row=row, words=_words())


@pages.get("/keep/<token>")
def ask_to_keep(token: str) -> ResponseReturnValue:
    """The link of the receipt: what was declared, and the button that takes it back."""
    row = _declared(token)
    action = url_for("terminations.keep_on", token=token)
    return _keeping(row, action=action, kept=False)


@pages.post("/keep/<token>")
def keep_on(token: str) -> ResponseReturnValue:
    """Keep the subscription for whoever holds the receipt's link; a second time changes nothing."""
    row = _declared(token)
    assert row.member_id is not None
    interlock.check_keeping(g.db, row.member_id, now=clock.now())
    kept = terminations.take_back(g.db, gateway(), row, row.member_id, now=clock.now())
    look(row.member_id)
    warn_in_time(kept.id)
    return _keeping(row, action="", kept=True)


def _keeping(row: Termination, *, action: str, kept: bool) -> str:
    """What is kept, with what it costs then."""
    return render_template(
        "account/keep.html",
        row=row,
        language=termination_words.of(row.language).language,
        state=standing.of(g.db, g.db.get(Member, row.member_id), now=clock.now()),
        action=action,
        kept=kept,
    )


def _missing(given: dict[str, str]) -> list[tuple[str, str]]:
    words, wrong = _words().missing, [] if given["name"] else ["name"]
    if not ways_in.is_address(given["email"]):  # the receipt goes there
        wrong.append("email")
    if given["kind"] not in _words().kinds:
        wrong.append("kind")
    if given["kind"] == "extraordinary" and not given["cause"]:
        wrong.append("cause")
    if given["wished_on"] and not _is_to_come(given["wished_on"]):
        wrong.append("wished_on")
    return [(name, words[name]) for name in wrong]


def _is_to_come(day: str) -> bool:
    try:
        return date.fromisoformat(day) >= clock.now().astimezone(LAST).date()
    except ValueError:
        return False


def _form(given: dict[str, str], errors: list[tuple[str, str]]) -> str:
    return render_template("account/terminate.html", given=given, errors=errors, words=_words())


def _words() -> termination_words.FormWords:
    return termination_words.of(labels_here().language)


def _declared(token: str) -> Termination:
    named = tokens.find(KEEP_LINK, token)
    row = g.db.get(Termination, int(named)) if isinstance(named, str) and named.isdigit() else None
    if not isinstance(row, Termination) or row.member_id is None:
        raise LinkUnknown
    return row


def _carry_out(row: Termination) -> None:
    """Tell Stripe; where it does not answer, or refuses, the timetable goes on with what is kept
    here, and the page says the same."""
    if row.member_id is None:
        return
    try:
        terminations.carry_out(g.db, gateway(), row, now=clock.now())
    except (StripeUnavailable, StripeRefused):
        g.db.rollback()
        log.warning("termination.waits", extra={"termination_id": row.id})
        return
    look(row.member_id)


def _owe_receipt(row: Termination) -> None:
    """To the member, or to the address that was typed: a stranger is told the same."""
    owed.owe(
        g.db,
        "termination",
        f"termination:{row.id}",
        member_id=row.member_id,
        address=None if row.member_id else row.email,
        subscription_id=None,
        object_id=str(row.id),
        now=clock.now(),
    )
