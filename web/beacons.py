"""What browsers report about film pages, in batches: seen, call to action visible, pressed.

METRICS knows these facts of film pages alone; a press on another page is noted by ``clicks``.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import visitors
from catalog import plain
from catalog.models import Title
from core import clock
from reports import facts
from web import experiments
from web.requests import find_visitor_id, is_from_our_pages, sent_json, with_visitor

pages = Blueprint("beacons", __name__)

BEFORE = ("visit", "cta_seen")
KINDS = frozenset({*BEFORE, "cta_click"})
WINDOW = timedelta(days=7)
MOST_EVENTS = 50
ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
RANDOM = re.compile(r"[0-9a-f]{32}")  # as our script makes an id: nobody else has it by chance
LONGEST_AGO_MS = 15 * 60 * 1000


@pages.post("/events")
def take() -> ResponseReturnValue:
    """Keep a batch of events; the first one names the browser by a cookie of its own.

    Only our own pages may report: a browser says in ``Origin`` where it stands.
    """
    if not is_from_our_pages():
        return "", 403
    events = [event for event in _given() if _is_sound(event)]
    if not events:
        return "", 204
    token = None
    visitor_id = find_visitor_id(**_origin_of_visit())
    if visitor_id is None:
        token = new_name(events[0]["id"])
        visitor_id = visitors.by_token(g.db, token, now=clock.now(), **_origin_of_visit())
    _keep(events, visitor_id)
    shown = next((event for event in events if event["kind"] == "cta_seen"), None)
    if shown is not None and token is None:
        experiments.note_shown(shown.get("arms"), visitor_id, now=clock.now())
    return with_visitor(("", 204), token) if token else ("", 204)


def new_name(told: str) -> str:
    """The token of a browser that has no cookie: by the id of what it tells, where that is random,
    so that the page behind a press, which is told of it too, meets the same visitor."""
    if not RANDOM.fullmatch(told):
        return visitors.new_token()
    return visitors.token_for(g.db, told, now=clock.now())


def _given() -> list[Any]:
    events = sent_json(force=True).get("events")
    return events[:MOST_EVENTS] if isinstance(events, list) else []


def _is_sound(event: Any) -> bool:
    return (
        isinstance(event, dict)
        and isinstance(event.get("kind"), str)
        and event["kind"] in KINDS
        and isinstance(event.get("film"), str)
        and isinstance(event.get("id"), str)
        and ID.fullmatch(event["id"]) is not None
    )


def _origin_of_visit() -> dict[str, str | None]:
    said = sent_json(force=True)
    source, campaign = said.get("source"), said.get("campaign")
    return {
        "source": plain.line(source)[:100] if isinstance(source, str) else None,
        "campaign": plain.line(campaign)[:100] if isinstance(campaign, str) else None,
    }


def _at(event: dict[str, Any], now: datetime) -> datetime:
    """When an event happened: ``ago`` milliseconds before it arrived, if that can be believed of a
    batch. Steps are told in their order and with the time between them (METRICS 6)."""
    ago = event.get("ago")
    is_sound = isinstance(ago, (int, float)) and 0 <= ago <= LONGEST_AGO_MS
    return now - timedelta(milliseconds=cast(float, ago)) if is_sound else now


def _told(event: dict[str, Any]) -> dict[str, str | None]:
    """What is kept of an event beside its film: of a visit the link that led to it as well."""
    agent: dict[str, str | None] = {"agent": request.user_agent.string[:200]}
    return agent | _origin_of_visit() if event["kind"] == "visit" else agent


def _keep(events: list[dict[str, Any]], visitor_id: int) -> None:
    """The whole batch in one statement of the request's own transaction: the answer goes out after
    the commit, so nothing that was answered can be lost."""
    db, now = cast(Session, g.db), clock.now()
    slugs = {plain.storable(event["film"]) for event in events}
    rows = db.execute(select(Title.slug, Title.id).where(Title.slug.in_(slugs)))
    known = {row.slug: row.id for row in rows}
    found = [
        facts.Noted(
            kind=event["kind"],
            key=f"{visitor_id}:{event['id']}",
            at=_at(event, now),
            visitor_id=visitor_id,
            member_id=g.member.id if g.member else None,
            title_id=known.get(event["film"]),
            data=_told(event),
        )
        for event in events
    ]
    facts.record_all(db, [*_before(found, visitor_id, now), *found], now=now)


def _before(found: list[facts.Noted], visitor_id: int, now: datetime) -> list[facts.Noted]:
    """What came before the presses of a batch and was not told: who presses within a second of the
    page's coming has seen the offer, and would be missing in the funnel with all that follows."""
    pressed = {one.title_id: one for one in found if one.kind == "cta_click" and one.title_id}
    told = {(one.title_id, one.kind) for one in found}
    return [
        replace(pressed[title_id], kind=step, data={})
        for title_id, step in untold(visitor_id, pressed, now=now)
        if (title_id, step) not in told
    ]


def untold(
    visitor_id: int, title_ids: Collection[int | None], *, now: datetime
) -> list[tuple[int, str]]:
    """The steps before a press that a browser has not come to on these films, as far as anything
    was told of it within the days in which a press counts for a visit (METRICS 6)."""
    films = [one for one in title_ids if one is not None]
    if not films:
        return []
    known = facts.steps_of(g.db, visitor_id, films, BEFORE, since=now - WINDOW)
    return [(film, step) for film in films for step in BEFORE if (film, step) not in known]
