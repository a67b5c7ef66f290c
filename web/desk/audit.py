"""The audit at the desk: who did what to whom, why, and what it was before and after."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue

from accounts.roles import Right
from billing import audit_pages
from web.desk import naming, paging
from web.rights import staff_with

pages = Blueprint("desk_audit", __name__, url_prefix="/desk/audit")


@pages.get("")
@staff_with(Right.AUDIT)
def rows() -> ResponseReturnValue:
    """Every act, the latest first; narrowed to a kind of act or to who acted."""
    chosen = paging.filters("action", "actor")
    actor = naming.actor_named(g.db, chosen["actor"])
    page = audit_pages.listed(g.db, paging.place(), action=chosen["action"], actor=actor)
    return render_template(
        "desk/audit.html",
        rows=page.rows,
        beside=paging.beside(page),
        chosen=chosen,
        actions=[("", "All"), *sorted(audit_pages.ACTIONS.items(), key=lambda one: one[1])],
        names=naming.of_rows(g.db, page.rows),
    )


@pages.app_context_processor
def _words() -> dict[str, Any]:
    return {"act_words": audit_pages.words, "said": naming.said}
