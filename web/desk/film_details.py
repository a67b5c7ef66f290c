"""A film's details at the desk: what its page tells in lists, each as lines to be changed."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.roles import Right
from catalog import detail_lines, detailing, editing, genres
from catalog.detail_lines import WrongLines
from catalog.models import Title
from core import clock
from web.desk import catalogue
from web.desk.catalogue import CHANGED_MEANWHILE, LONGEST_REASON, Errors
from web.rights import staff_with

pages = Blueprint("desk_details", __name__, url_prefix="/desk/catalogue")


@pages.get("/<int:title_id>/details")
@staff_with(Right.CATALOGUE)
def edit(title_id: int) -> ResponseReturnValue:
    """A film's details on one side, its page as it stands on the other."""
    title = editing.by_id(g.db, title_id)
    return _form(title, _standing(title), [])


@pages.post("/<int:title_id>/details")
@staff_with(Right.CATALOGUE)
def save(title_id: int) -> ResponseReturnValue:
    """Change the details; what cannot be used brings the form back as it was typed."""
    title = detailing.held(g.db, title_id)
    typed = {name: request.form.get(name, told) for name, told in _standing(title).items()}
    seen = detailing.fingerprint(title)
    if request.form.get("seen", seen) != seen:
        return _form(title, typed, [(next(iter(typed)), CHANGED_MEANWHILE)]), 409
    reason = request.form.get("reason", "").strip()[:LONGEST_REASON]
    if not reason:
        wrong = [("reason", "Write why you change it. It is kept with your name.")]
        return _form(title, typed, wrong), 422
    lines = {name: detail_lines.parted(text) for name, text in typed.items()}
    try:
        before, after = detailing.change(g.db, title, lines, now=clock.now())
    except WrongLines as wrong_lines:
        return _form(title, typed, wrong_lines.errors), wrong_lines.status
    if after:
        catalogue.note(title, reason, before, after)
    flash("The film is saved." if after else "Nothing was different.", "ok")
    return redirect(url_for("desk_details.edit", title_id=title.id), 303)


def _standing(title: Title) -> dict[str, str]:
    return {name: "\n".join(lines) for name, lines in detail_lines.told(title).items()}


def _form(title: Title, given: dict[str, str], errors: Errors) -> str:
    return render_template(
        "desk/film_details.html",
        title=title,
        seen=detailing.fingerprint(title),
        given=given,
        errors=errors,
        wrong=dict(errors),
        genres=[one.name for one in genres.with_counts(g.db)],
        longest=LONGEST_REASON,
    )
