"""Deleting one's account: what goes and what stays, the password, and a page for who has left."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from accounts.erasures import StaffStays
from core import clock
from core.db import after_commit
from web import identity, password_form
from web.requests import signed_in
from workers import bell, erasing, tasks, upkeep

pages = Blueprint("deletions", __name__, url_prefix="/account")


@pages.get("/deletion")
@signed_in
def show() -> ResponseReturnValue:
    """What deleting does to this account, and the button; whoever has no password is led to one
    first."""
    if not identity.may_prove(g.member):
        return redirect(url_for("security.change_password"), 303)
    return _page([])


@pages.post("/deletion")
@signed_in
def delete() -> ResponseReturnValue:
    """Close the account; the rest follows by itself."""
    if not identity.is_proved(g.member, request.form.get("password", "")):
        return _page([("password", password_form.NOT_THE_PRESENT_ONE)]), 422
    erasing.ask(g.db, g.member, now=clock.now())
    session.clear()
    after_commit(g.db, bell.ring, tasks.send_owed)
    after_commit(g.db, bell.ring, upkeep.erase_due)
    return redirect(url_for("deletions.done"), 303)


@pages.get("/deleted")
def done() -> str:
    """That the account is deleted, for whoever was signed in to it."""
    return render_template("account/deleted.html")


@pages.errorhandler(StaffStays)
def _staff(refused: StaffStays) -> ResponseReturnValue:
    return _page([("delete", refused.sentence)]), refused.status


def _page(errors: list[tuple[str, str]]) -> str:
    return render_template(
        "account/deletion.html",
        errors=errors,
        wrong=dict(errors),
        asks_password=not identity.came_by_link(g.member, within=identity.PROVED_FOR),
    )
