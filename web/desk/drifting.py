"""Drift at the desk: what our mirror said otherwise than Stripe, and a comparison asked for."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.roles import Right
from billing import sweeps
from core import clock
from core.db import after_commit
from web.desk import naming, paging
from web.rights import staff_with
from workers import bell, tasks

pages = Blueprint("desk_drift", __name__, url_prefix="/desk/drift")

LONGEST_REASON = 500


@pages.get("")
@staff_with(Right.UPKEEP)
def listed() -> ResponseReturnValue:
    """Everything that differed, the latest first, and the latest comparisons."""
    return _page([])


@pages.post("")
@staff_with(Right.REPAIR)
def sweep() -> ResponseReturnValue:
    """Ask for a comparison, which a worker makes: one that only looks, or one that mends."""
    reason = request.form.get("reason", "").strip()[:LONGEST_REASON]
    if not reason:
        return _page([("reason", "Write why you compare. It is kept with your name.")]), 422
    sweeps.ask(
        g.db,
        dry_run=request.form.get("mend") != "yes",
        actor=f"operator:{g.member.id}",
        reason=reason,
        now=clock.now(),
    )
    after_commit(g.db, bell.ring, tasks.sweep_asked)
    flash("A worker compares everything with Stripe now. Load this page again in a minute.", "ok")
    return redirect(url_for("desk_drift.listed"), 303)


def _page(errors: list[tuple[str, str]]) -> str:
    chosen = paging.filters("state")
    page, made = sweeps.drifts(g.db, paging.place(), state=chosen["state"]), sweeps.latest(g.db)
    concerned = [row.member_id for row in page.rows]
    return render_template(
        "desk/drift.html",
        rows=page.rows,
        beside=paging.beside(page),
        chosen=chosen,
        sweeps=made,
        names=naming.of_ids(g.db, concerned),
        actors=naming.of_actors(g.db, [one.actor for one in made]),
        errors=errors,
        longest=LONGEST_REASON,
    )
