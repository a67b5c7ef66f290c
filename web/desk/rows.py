"""The rows of the front page at the desk: made, named, put in order, filled with films."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.roles import Right
from billing import audit
from catalog import collecting, editing, plain
from catalog.collecting import NameTaken, UnknownFilms
from catalog.models import Collection
from core import clock
from web.desk.catalogue import LONGEST_REASON, Errors
from web.rights import staff_with

pages = Blueprint("desk_rows", __name__, url_prefix="/desk/rows")

LONGEST_NAME = 80
CHANGED_MEANWHILE = (
    "This row was changed after you opened this page, so nothing is saved yet. What you typed "
    "stands here; open the row in another window to see what is new, then save again."
)
TOO_MANY = f"A row takes at most {collecting.MOST_FILMS} films by hand."


@pages.get("")
@staff_with(Right.CATALOGUE)
def listed() -> ResponseReturnValue:
    """Every row in its order, and the form of a new one."""
    return _list("", [])


@pages.post("")
@staff_with(Right.CATALOGUE)
def make() -> ResponseReturnValue:
    """A new row, without films so far."""
    name = _typed("name")
    wrong = _wrong_name(name)
    if wrong:
        return _list(name, wrong), 422
    try:
        made = collecting.make(g.db, name)
    except NameTaken as taken:
        return _list(name, [("name", taken.sentence)]), 422
    _note(made, "A new row", {}, {"name": name})
    return redirect(url_for("desk_rows.edit", row_id=made.id), 303)


@pages.get("/<int:row_id>")
@staff_with(Right.CATALOGUE)
def edit(row_id: int) -> ResponseReturnValue:
    """The row's name, place and films."""
    row = collecting.by_id(g.db, row_id)
    return _form(row, _facts(row), [])


@pages.post("/<int:row_id>")
@staff_with(Right.CATALOGUE)
def save(row_id: int) -> ResponseReturnValue:
    """Change the row; what cannot be used brings the form back as it was typed."""
    row = collecting.held(g.db, row_id)
    before = _facts(row)
    typed: dict[str, Any] = {"name": _typed("name"), "place": _typed("place"), "films": None}
    if before["films"] is not None:
        typed["films"] = _addresses(request.form.get("films", ""))
    wrong = [*_wrong_name(typed["name"]), *_wrong(typed)]
    seen = collecting.fingerprint(g.db, row)
    if not wrong and request.form.get("seen", seen) != seen:
        return _form(row, typed, [("name", CHANGED_MEANWHILE)]), 409
    try:
        if not wrong:
            at = int(typed["place"])
            collecting.change(g.db, row, name=typed["name"], at=at, films=typed["films"])
    except NameTaken as taken:
        wrong = [("name", taken.sentence)]
    except UnknownFilms as unknown:
        wrong = [("films", unknown.sentence)]
    if wrong:
        return _form(row, typed, wrong), 422
    after = _facts(row)
    changed = [name for name in after if after[name] != before[name]]
    if changed:
        was, now = ({name: facts[name] for name in changed} for facts in (before, after))
        _note(row, _reason(), was, now)
    flash("The row is saved." if changed else "Nothing was different.", "ok")
    return redirect(url_for("desk_rows.edit", row_id=row.id), 303)


@pages.post("/<int:row_id>/end")
@staff_with(Right.CATALOGUE)
def remove(row_id: int) -> ResponseReturnValue:
    """Take the row away; its films stay in the catalogue."""
    row = collecting.held(g.db, row_id)
    if not _reason():
        wrong = [("removal-reason", "Write why. It is kept with your name.")]
        return _form(row, _facts(row), wrong), 422
    _note(row, _reason(), _facts(row), {})
    collecting.remove(g.db, row)
    flash("The row is gone; its films are in the catalogue as before.", "ok")
    return redirect(url_for("desk_rows.listed"), 303)


def _typed(name: str) -> str:
    return plain.line(plain.readable(request.form.get(name, "")))


def _reason() -> str:
    return request.form.get("reason", "").strip()[:LONGEST_REASON]


def _addresses(text: str) -> list[str]:
    """The films of a row as they were typed: one a line, alone or as the page's whole address."""
    lines = (plain.line(one) for one in text.splitlines())
    paths = (editing.ADDRESS_ENDS.split(one, maxsplit=1)[0] for one in lines)
    ends = (one.rstrip("/").rpartition("/")[2] for one in paths)
    return [one.lower() for one in ends if one]


def _wrong_name(name: str) -> Errors:
    if 1 <= len(name) <= LONGEST_NAME:
        return []
    return [("name", f"Enter a name of at most {LONGEST_NAME} letters.")]


def _wrong(typed: dict[str, Any]) -> Errors:
    found: Errors = []
    place, films = typed["place"], typed["films"]
    if not (place.isascii() and place.isdecimal() and 1 <= len(place) <= 4 and int(place)):
        found.append(("place", "Enter the place as a number, 1 being the first."))
    if films is not None and len(films) > collecting.MOST_FILMS:
        found.append(("films", TOO_MANY))
    if not _reason():
        found.append(("reason", "Write why you change it. It is kept with your name."))
    return found


def _facts(row: Collection) -> dict[str, Any]:
    return {
        "name": row.name,
        "place": collecting.place(g.db, row),
        "films": collecting.films(g.db, row),
    }


def _list(name: str, errors: Errors) -> str:
    rows = collecting.listed(g.db)
    return render_template("desk/rows.html", rows=rows, name=name, errors=errors)


def _form(row: Collection, given: dict[str, Any], errors: Errors) -> str:
    return render_template(
        "desk/row.html",
        row=row,
        seen=collecting.fingerprint(g.db, row),
        given=given,
        errors=errors,
        wrong=dict(errors),
        longest=LONGEST_REASON,
        longest_name=LONGEST_NAME,
    )


def _note(row: Collection, reason: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    audit.note(
        g.db,
        now=clock.now(),
        actor=f"operator:{g.member.id}",
        action="row.changed",
        reason=reason,
        before={"row": row.slug, **before},
        after=after,
    )
