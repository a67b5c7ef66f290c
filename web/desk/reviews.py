"""The reviews that wait for an operator: read, then approved or hidden with a reason. A hidden one
is found again, and shown again where that was a mistake."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.roles import Right
from billing import audit
from catalog import moderation
from core import clock, settings
from web.desk import paging
from web.rights import staff_with

pages = Blueprint("desk_reviews", __name__, url_prefix="/desk/reviews")


@pages.get("")
@staff_with(Right.CARE)
def show() -> ResponseReturnValue:
    """The queue, those that have waited longest first."""
    return render_template(
        "desk/reviews.html",
        queue=moderation.queue(g.db),
        total=moderation.waiting(g.db),
        reviews_held=settings.current().reviews_held,
    )


@pages.get("/hidden")
@staff_with(Right.CARE)
def hidden() -> ResponseReturnValue:
    """Those that were hidden, the newest first."""
    page = moderation.hidden(g.db, paging.place())
    return render_template("desk/hidden_reviews.html", rows=page.rows, beside=paging.beside(page))


@pages.post("/<int:number>")
@staff_with(Right.CARE)
def decide(number: int) -> ResponseReturnValue:
    """Approve, hide or restore a review; who, why, and how it stood before are kept."""
    now, reason = clock.now(), request.form.get("reason", "")
    decision = request.form.get("decision", "")
    decided = moderation.decide(
        g.db,
        number,
        decision,
        words=request.form.get("words", ""),
        reported_at=_reported_at(),
        reason=reason,
        now=now,
    )
    review = decided.review
    audit.note(
        g.db,
        now=now,
        actor=f"operator:{g.member.id}",
        action=f"review.{decision}",
        reason=reason,
        member_id=review.member_id,
        before={"review": number, "status": decided.before},
        after={"review": number, "status": review.status, "text": review.text},
    )
    flash("The review is shown." if review.status == "approved" else "The review is hidden.", "ok")
    back = "desk_reviews.hidden" if decision == "restore" else "desk_reviews.show"
    return redirect(url_for(back), 303)


def _reported_at() -> datetime | None:
    """When the last report was made that stood on the page."""
    try:
        return datetime.fromisoformat(request.form.get("reported_at", ""))
    except ValueError:
        return None
