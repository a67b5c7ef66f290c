"""Noting that somebody pressed a call to action, for a browser that has no script to say so.

A script that did say so names the press in the address (``?press=``), and it stays one.
"""

from __future__ import annotations

from flask import g, request
from flask.typing import ResponseReturnValue

from accounts import visitors
from catalog.models import Title
from core import clock
from reports import facts
from web import beacons
from web.requests import find_visitor_token, with_visitor


def noted(
    answer: ResponseReturnValue, film: Title | None, *, kind: str = "cta_click", offer: str = ""
) -> ResponseReturnValue:
    """``answer``, once the press is a fact of ``kind`` for the offer with this code.

    A browser that is met here first gets its cookie. The steps that led it here are noted where
    nothing has told of them: what its script tells is under the same names, and stays once. Nobody
    presses where a program looks whether the address answers, or a browser fetches it beforehand.
    """
    if request.method == "HEAD" or "prefetch" in request.headers.get("Sec-Purpose", ""):
        return answer
    now, token = clock.now(), find_visitor_token()
    known = visitors.find_by_token(g.db, token) if token else None
    if known is not None:
        before = beacons.untold(known, [film.id if film else None], now=now)
        _note((*(step for _, step in before), kind), known, film, offer)
        return answer
    made = token or beacons.new_name(_press())
    _note((*beacons.BEFORE, kind), visitors.by_token(g.db, made, now=now), film, offer)
    return with_visitor(answer, made)


def _press() -> str:
    """The name by which a script told of this press; empty where none did."""
    said = beacons.ID.fullmatch(request.args.get("press", ""))
    return said[0] if said else ""


def _note(kinds: tuple[str, ...], visitor_id: int, film: Title | None, offer: str) -> None:
    now = clock.now()
    press = _press() or f"{film.id if film else 0}:{now.timestamp()}"
    for kind in kinds:
        facts.record(
            g.db,
            kind,
            f"{visitor_id}:{press}",
            at=now,
            now=now,
            visitor_id=visitor_id,
            member_id=g.member.id if g.member else None,
            title_id=film.id if film else None,
            data={"offer": offer} if offer else {},
        )
