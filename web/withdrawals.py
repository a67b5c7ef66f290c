"""Withdrawing from a contract: a public form, a receipt at once, and one button that proves who."""

from __future__ import annotations

import logging

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from billing import credits, withdrawals
from billing.cancellations import NothingToCancel
from billing.case_models import Withdrawal
from billing.gateway import StripeRefused, StripeUnavailable
from core import clock, tokens
from notices import owed
from notices.words import WITHDRAW_LINK
from web import ways_in
from web.errors import DeadLink
from web.looking import gateway, look

log = logging.getLogger(__name__)
pages = Blueprint("withdrawals", __name__, url_prefix="/withdraw")

FIELDS = (("name", 100), ("email", 254), ("contract", 100))
MISSING = {"name": "Enter your name.", "email": "Enter the e-mail address of the contract."}


class LinkUnknown(DeadLink):
    """A link that was not made by us, or not for this."""

    sentence = "This link does not work. Declare your withdrawal again; it takes a minute."
    ways = (("Declare it again", "withdrawals.ask"),)


@pages.get("")
def ask() -> ResponseReturnValue:
    """The form: who withdraws from what. Nobody has to sign in."""
    given = {"email": g.member.email if g.member else ""}
    return _form(given, [])


@pages.post("")
def declare() -> ResponseReturnValue:
    """Receive the declaration, send the receipt, and carry it out for a member who is signed in."""
    given = {name: request.form.get(name, "").strip()[:most] for name, most in FIELDS}
    there = {"name": bool(given["name"]), "email": ways_in.is_address(given["email"])}
    missing = [(name, words) for name, words in MISSING.items() if not there[name]]
    if missing:
        return _form(given, missing), 422
    theirs = g.member if g.member and g.member.email == given["email"].lower() else None
    row = withdrawals.declare(g.db, **given, by=theirs, now=clock.now())
    _owe_receipt(row)
    if theirs is not None:
        _carry_out(row)
    return _withdrawn(row)


@pages.get("/<token>")
def prove(token: str) -> ResponseReturnValue:
    """The link of the receipt: what was declared, and the button that carries it out."""
    row = _declared(token)
    action = url_for("withdrawals.carry_out", token=token)
    return render_template("account/withdraw_proof.html", withdrawal=row, action=action)


@pages.post("/<token>")
def carry_out(token: str) -> ResponseReturnValue:
    """End the contract for whoever holds the receipt's link."""
    row = _declared(token)
    _carry_out(row)
    return _withdrawn(row)


def _withdrawn(row: Withdrawal) -> str:
    by = row.member_id if row.state == "done" else None
    credit_back = by is not None and credits.is_back(g.db, by)
    return render_template("account/withdrawn.html", withdrawal=row, credit_back=credit_back)


def _form(given: dict[str, str], errors: list[tuple[str, str]]) -> str:
    return render_template("account/withdraw.html", given=given, errors=errors)


def _declared(token: str) -> Withdrawal:
    named = tokens.find(WITHDRAW_LINK, token)
    row = g.db.get(Withdrawal, int(named)) if isinstance(named, str) and named.isdigit() else None
    if not isinstance(row, Withdrawal):
        raise LinkUnknown
    return row


def _carry_out(row: Withdrawal) -> None:
    """Tell Stripe; where it does not answer, or refuses, the timetable goes on with what is kept
    here, and the page says the same."""
    try:
        withdrawals.carry_out(
            g.db, gateway(), row, actor=f"member:{row.member_id}", now=clock.now()
        )
    except (NothingToCancel, withdrawals.TooLate):
        return
    except (StripeUnavailable, StripeRefused):
        g.db.rollback()
        log.warning("withdrawal.waits", extra={"withdrawal_id": row.id})
        return
    look(row.member_id or 0)


def _owe_receipt(row: Withdrawal) -> None:
    """To the member, or to the address that was typed: a stranger is told the same."""
    owed.owe(
        g.db,
        "withdrawal",
        f"withdrawal:{row.id}",
        member_id=row.member_id,
        address=None if row.member_id else row.email,
        subscription_id=None,
        object_id=str(row.id),
        now=clock.now(),
    )
