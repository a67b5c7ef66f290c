"""Which arm of each running experiment a browser is shown, and the note that it was shown."""

from __future__ import annotations

from datetime import datetime

from flask import g, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from accounts import visitors
from accounts.models import Visitor
from reports import experiments
from reports.experiment_models import Experiment
from web import freshness, kept_facts, page_cache
from web.requests import named_by_cookie, with_cookie, with_visitor

Arms = dict[str, str]
ARMS = page_cache.ARMS


def usual() -> Arms:
    """The arms of a page while nothing is tried: the first of each."""
    return {design.code: design.arms[0] for design in experiments.DESIGNS.values()}


def shown() -> Arms:
    """The arms for the person or browser of this request, drawn anew each time to the same end.

    A browser that has no name yet is given one here, for ``named`` to send along.
    """
    freshness.shows("experiments")
    found = kept_facts.of("experiments", _running)
    if found and g.get("member") is None and named_by_cookie() is None:
        g.new_visitor = visitors.new_token()
    drawn = _drawn(found)
    g.arms = "_".join(f"{each.id}.{drawn[each.code]}" for each in found)
    return usual() | drawn


def named(answer: ResponseReturnValue) -> ResponseReturnValue:
    """``answer``, with the cookies that a kept page is found by: the browser's name and its arms.

    A page is kept for the arms that the browser itself names, so only one whose cookie is right
    already may be: an answer that sets a cookie never is.
    """
    token, arms = g.pop("new_visitor", None), g.pop("arms", "")
    if token:
        answer = with_visitor(answer, token)
    if g.get("member") is None and arms != request.cookies.get(ARMS, ""):
        answer = with_cookie(answer, ARMS, arms, seconds=None if arms else 0)
    return answer


def text(arms: Arms) -> str:
    """The arms as a page carries them: ``button-words:try-free time-line:short``."""
    return " ".join(f"{code}:{arm}" for code, arm in sorted(arms.items()))


def note_shown(said: object, visitor_id: int, *, now: datetime) -> None:
    """Note the arms in which a page says it showed the offer, where they are this browser's own:
    a page that was kept from before a start or a stop proves nothing."""
    found = experiments.running(g.db)
    if not found or said != text(usual() | _drawn(found)):
        return
    unit, member = _unit(), g.get("member")
    for each in found:
        experiments.expose(
            g.db,
            each,
            unit,
            visitor_id=visitor_id,
            member_id=member.id if member else None,
            now=now,
        )


def _running() -> tuple[list[Experiment], None]:
    return experiments.running(g.db), None


def _drawn(found: list[Experiment]) -> Arms:
    unit = _unit() if found else ""
    return {each.code: experiments.arm(each, unit) for each in found}


def _unit() -> str:
    """Whose arms are drawn: a member under the browser that they joined with, on every other one
    as well, so that nobody is shown both."""
    member = g.get("member")
    if member is None:
        return visitors.hashed(named_by_cookie() or g.get("new_visitor", ""))
    first = (
        select(Visitor.token_hash)
        .where(Visitor.member_id == member.id)
        .order_by(Visitor.joined_at, Visitor.id)
    )
    return g.db.scalar(first.limit(1)) or f"member:{member.id}"
