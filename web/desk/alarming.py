"""Alarms at the desk: what a person must look at, what to do for each, and who saw to it."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.roles import Right
from billing import alarms, audit, finding, withdrawals
from billing.cancellations import NothingToCancel
from billing.case_models import Withdrawal
from core import clock, keyset
from core.errors import NotFound
from reports import evidence
from web import downloads
from web.desk import alarm_words, naming, paging
from web.looking import gateway
from web.rights import staff_with
from workers import news

pages = Blueprint("desk_alarms", __name__, url_prefix="/desk")

LONGEST_REASON = 500
NEEDS_REASON = "Write what you did about it. It is kept with your name."


@pages.get("/alarms")
@staff_with(Right.UPKEEP)
def listed() -> ResponseReturnValue:
    """What waits for a person, the latest first, and the withdrawals that nobody has proved."""
    return _page({})


@pages.post("/alarms/<int:alarm_id>/seen")
@staff_with(Right.UPKEEP)
def seen(alarm_id: int) -> ResponseReturnValue:
    """Take an alarm off the list with what was done about it; once, whoever presses."""
    if alarm_id > keyset.LARGEST:
        raise NotFound
    why = request.form.get("reason", "").strip()[:LONGEST_REASON]
    if not why:
        return _page({alarm_id: NEEDS_REASON}), 422
    by_us = alarms.see_to(g.db, alarm_id, actor=f"operator:{g.member.id}", why=why, now=clock.now())
    flash("It is off the list." if by_us else "Somebody has seen to it already.", "ok")
    return redirect(url_for("desk_alarms.listed"), 303)


@pages.post("/withdrawals/<int:withdrawal_id>")
@staff_with(Right.MONEY)
def withdraw(withdrawal_id: int) -> ResponseReturnValue:
    """Carry out a declared withdrawal for a person who was proved by other means."""
    row = g.db.get(Withdrawal, min(withdrawal_id, keyset.LARGEST), with_for_update=True)
    if row is None:
        raise NotFound
    said = "The contract has ended and the money goes back."
    try:
        withdrawals.carry_out(
            g.db, gateway(), row, actor=f"operator:{g.member.id}", now=clock.now()
        )
    except (NothingToCancel, withdrawals.TooLate) as refused:
        said = refused.sentence
    if row.member_id is not None and row.state == "done":
        g.db.flush()  # the look that follows reads it
        news.look(g.db, gateway(), row.member_id, now=clock.now())
    flash(said, "ok" if row.state == "done" else "warn")
    return redirect(url_for("desk_alarms.listed"), 303)


@pages.get("/person/<int:member_id>/evidence.json")
@staff_with(Right.MONEY)
def evidence_file(member_id: int) -> ResponseReturnValue:
    """What a bank is shown when a charge is disputed; who asked for it is kept."""
    member = finding.by_id(g.db, member_id)
    audit.note(
        g.db,
        now=clock.now(),
        actor=f"operator:{g.member.id}",
        action="evidence.read",
        reason="downloaded for a dispute",
        member_id=member.id,
    )
    pack = {"person": member.email, **evidence.of_member(g.db, member.id)}
    return downloads.json_file(pack, f"evidence-{member.id}.json")


def _page(wrong: dict[int, str]) -> str:
    chosen = paging.filters("state", "kind")
    page = alarms.listed(g.db, paging.place(), state=chosen["state"], kind=chosen["kind"])
    concerned = {row.member_id for row in page.rows}
    return render_template(
        "desk/alarms.html",
        rows=[(row, alarm_words.remedy(row.kind), alarm_words.link(row)) for row in page.rows],
        beside=paging.beside(page),
        chosen=chosen,
        kinds=[("", "All"), *((kind, one.name) for kind, one in alarm_words.REMEDIES.items())],
        names=naming.of_ids(g.db, concerned),
        actors=naming.of_actors(g.db, [row.seen_by or "" for row in page.rows]),
        withdrawals=withdrawals.waiting(g.db),
        wrong=wrong,
        longest=LONGEST_REASON,
    )
