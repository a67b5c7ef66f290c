"""A film's own pictures at the desk: a file takes the place of the drawn poster or still."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from accounts.roles import Right
from catalog import editing, picture_cuts, pictures
from catalog.models import Title
from catalog.picture_cuts import UnusablePicture
from core import clock
from web.desk import catalogue
from web.desk.catalogue import LONGEST_REASON, Errors
from web.rights import staff_with

pages = Blueprint("desk_pictures", __name__, url_prefix="/desk/catalogue")

REST_OF_THE_FORM = 64 * 1024
SHOWN = {pictures.POSTER: "picture", pictures.STILL: "still"}  # where a title keeps its address


@pages.post("/<int:title_id>/<any(poster, still):kind>")
@staff_with(Right.CATALOGUE, most_bytes=picture_cuts.MOST_BYTES + REST_OF_THE_FORM)
def put(title_id: int, kind: str) -> ResponseReturnValue:
    """Show the file that was chosen, or again what is drawn; a file that cannot be used changes
    nothing and says why."""
    title = editing.by_id(g.db, title_id)
    reason = request.form.get("reason", "").strip()[:LONGEST_REASON]
    is_drawn = request.form.get("show") == "drawn"
    sent = request.files.get("file")
    data = sent.read() if sent and not is_drawn else b""
    wrong: Errors = []
    if not data and not is_drawn:
        wrong.append((f"{kind}-file", "Choose a file with a picture in it."))
    if not reason:
        wrong.append((f"{kind}-reason", "Write why. It is kept with your name."))
    if wrong:
        return _refused(title, wrong)
    before = getattr(title, SHOWN[kind])
    try:
        _show(title, kind, data)
    except UnusablePicture as unusable:
        return _refused(title, [(f"{kind}-file", unusable.sentence)])
    after = getattr(title, SHOWN[kind])
    if after != before:
        catalogue.note(title, reason, {kind: before}, {kind: after})
    whose = "drawn" if is_drawn else "own"
    flash(f"The film shows its {whose} {kind} from now on.", "ok")
    return redirect(url_for("desk_catalogue.edit", title_id=title.id), 303)


def _show(title: Title, kind: str, data: bytes) -> None:
    if data:
        pictures.put(g.db, title, data, kind=kind, now=clock.now())
    else:
        pictures.remove(g.db, title, kind=kind, now=clock.now())


def _refused(title: Title, wrong: Errors) -> ResponseReturnValue:
    return catalogue.form(title, asdict(editing.facts_of(title)), wrong), 422
