"""Stripe's events at the desk: what was delivered, what became of it, and handling one again."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from accounts.roles import Right
from billing import customers, event_lists, events
from core import clock
from core.db import after_commit
from web.addresses import whole
from web.desk import paging
from web.rights import staff_with
from workers import bell, tasks

pages = Blueprint("desk_events", __name__, url_prefix="/desk/events")

STATES = {"new": "Waiting", "dead": "Failed", "done": "Handled", "ignored": "Of no use"}


@pages.get("")
@staff_with(Right.UPKEEP)
def listed() -> ResponseReturnValue:
    """Every delivery, the latest first: time, type, object, result, tries and delay."""
    chosen = paging.filters("state", "type", "about")
    state = chosen["state"] if chosen["state"] in STATES else ""
    page = event_lists.listed(
        g.db, paging.place(), state=state, kind=chosen["type"], about=chosen["about"]
    )
    return render_template(
        "desk/events.html",
        rows=page.rows,
        beside=paging.beside(page),
        chosen=chosen,
        states=STATES,
        endpoint=whole("webhooks.stripe"),
    )


@pages.get("/<int:event_id>")
@staff_with(Right.UPKEEP)
def one(event_id: int) -> ResponseReturnValue:
    """One delivery: how it went, whom it concerns, and what Stripe sent."""
    event = event_lists.by_id(g.db, event_id)
    owner = customers.find(g.db, event.customer_id) if event.customer_id else None
    return render_template(
        "desk/event.html",
        event=event,
        member_id=owner.member_id if owner else None,
        payload=event_lists.payload(event),
        states=STATES,
    )


@pages.post("/<int:event_id>/replay")
@staff_with(Right.REPAIR)
def replay(event_id: int) -> ResponseReturnValue:
    """Let a worker handle it once more; safe at any time, for handling is repeatable."""
    event = event_lists.by_id(g.db, event_id)
    events.replay_by(g.db, event.id, actor=f"operator:{g.member.id}", now=clock.now())
    after_commit(g.db, bell.ring, tasks.apply_stripe_event, event.id)
    flash("It is handled again. This page shows how it went in a moment.", "ok")
    return redirect(url_for("desk_events.one", event_id=event.id), 303)
