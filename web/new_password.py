"""A new password for whoever has just signed in by the link of an e-mail, without the old one."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web import identity
from web.requests import signed_in

pages = Blueprint("new_password", __name__, url_prefix="/account/new-password")


@pages.get("")
@signed_in
def show() -> ResponseReturnValue:
    """The form; who signed in otherwise, or longer ago, changes the password with the old one."""
    if not identity.came_by_link(g.member, within=identity.PROVED_FOR):
        return redirect(url_for("security.change_password"), 303)
    return render_template("account/new_password.html", error="")


@pages.post("")
@signed_in
def save() -> ResponseReturnValue:
    """Set it; every other browser is signed out, and no link of an earlier e-mail works."""
    if not identity.came_by_link(g.member, within=identity.PROVED_FOR):
        return redirect(url_for("security.change_password"), 303)
    password = request.form.get("password", "")
    errors = identity.password_errors(password, g.member.email)
    if errors:
        return render_template("account/new_password.html", error=errors[0]), 422
    identity.set_password(g.member, identity.normalised(password))
    return redirect(url_for("profile.show"), 303)
