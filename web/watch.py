"""The pages that play: a film for those whom the gate lets in, a trailer by its own rule."""

from __future__ import annotations

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from access import gate, progress
from access.gate import Answer
from access.playback import TooManyStreams
from catalog import titles
from core import clock
from web import films, players

pages = Blueprint("watch", __name__)


@pages.get("/watch/<slug>")
def play(slug: str) -> ResponseReturnValue:
    """The player of a film, or the way to the step that opens it."""
    title = titles.by_slug(g.db, slug)
    answer = gate.may_watch(g.db, g.member, title, now=clock.now())
    if answer is not Answer.OPEN:
        return redirect(players.way_in(title, answer), code=303)
    if title.video is None:
        return render_template("watch/unavailable.html", title=title, what="film")
    if request.method == "HEAD":  # looking takes none of the member's places
        return ""
    try:
        player = players.for_film(title, title.video)
    except TooManyStreams as full:
        return render_template("watch/too_many.html", title=title, full=full), full.status
    return render_template(
        "watch/player.html",
        title=title,
        card=films.card_of(title),
        player=player,
        resume_at=progress.resume_at(g.db, g.member.id, title.id),
    )


@pages.get("/film/<slug>/trailer")
def trailer(slug: str) -> ResponseReturnValue:
    """The trailer of a film, in the same player."""
    title, found = players.trailer_of(slug)
    answer = gate.may_see_trailer(g.db, g.member, found, now=clock.now())
    if answer is Answer.SIGN_IN:
        return redirect(url_for("security.login", next=request.path), code=303)
    if answer is not Answer.OPEN:
        return redirect(players.way_in(title, answer, "trailer"), code=303)
    if found.video is None:
        return render_template("watch/unavailable.html", title=title, what="trailer")
    page = make_response(
        render_template(
            "watch/trailer.html",
            title=title,
            card=films.card_of(title),
            trailer=found,
            player=players.for_trailer(title, found.video),
        )
    )
    page.headers["Cache-Control"] = "no-store"  # the signed addresses in it grow old
    return page
