"""A trailer's player alone: the one page of ours that any site may show in a frame of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, g, make_response, render_template
from flask.typing import ResponseReturnValue

from access import gate
from access.gate import Answer
from core import clock
from core.errors import NotFound
from web import addresses, films, players

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

EMBED = re.compile(r"/film/[^/]+/trailer/embed")
PROOFS = ("HTTP_COOKIE", "HTTP_AUTHORIZATION")

pages = Blueprint("embedding", __name__)


def start(app: Flask) -> None:
    """Take off a request for an embedded player what says who asks, before ``app`` reads it: no
    session is opened, and every reader gets the same page."""
    answer = app.wsgi_app

    def to_nobody(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if EMBED.fullmatch(environ.get("PATH_INFO", "")):
            environ = {name: said for name, said in environ.items() if name not in PROOFS}
        return answer(environ, start_response)

    app.wsgi_app = to_nobody  # type: ignore[method-assign]


@pages.get("/film/<slug>/trailer/embed")
def trailer(slug: str) -> ResponseReturnValue:
    """The player of a trailer that everybody may see. Raises ``NotFound`` for every other one."""
    title, found = players.trailer_of(slug)
    is_public = gate.may_see_trailer(g.db, None, found, now=clock.now()) is Answer.OPEN
    if found.video is None or not is_public:
        raise NotFound
    page = make_response(
        render_template(
            "watch/embed.html",
            title=title,
            card=films.card_of(title),
            trailer=found,
            player=players.for_trailer(title, found.video),
            canonical=addresses.whole("storefront.film", slug=title.slug),
        )
    )
    page.headers["Cache-Control"] = "no-store"  # the signed addresses in it grow old
    g.framers = "*"  # last: a refusal is framed by nobody
    return page
