"""Every try to sign in, in the audit: who it was for, how it ended, from which network."""

from __future__ import annotations

from flask import Flask, Response, g, request
from flask_security import current_user
from sqlalchemy import select

from accounts.models import Member
from billing import audit
from core import clock


def start(app: Flask) -> None:
    """Note each answer of the sign-in page to what was sent; the request commits it."""
    app.after_request(_note)


def _note(response: Response) -> Response:
    sent = request.endpoint == "security.login" and request.method == "POST"
    if sent and "db" in g and response.status_code < 400:
        if current_user.is_authenticated:
            keep("signin.ok", current_user.id, "signed in")
        else:
            keep("signin.failed", _named(), "address or password was wrong")
    return response


def _named() -> int | None:
    """The member that a failed try was for; what was typed is not kept where nobody has it."""
    typed = request.form.get("email", "").strip().lower()[:254].replace("\x00", "")
    found: int | None = g.db.scalar(select(Member.id).where(Member.email == typed))
    return found


def keep(action: str, member_id: int | None, reason: str) -> None:
    """Note how a try to sign in ended, for whom, and by what."""
    audit.note(
        g.db,
        now=clock.now(),
        actor=f"member:{member_id}" if member_id and action == "signin.ok" else "visitor",
        action=action,
        reason=reason,
        member_id=member_id,
    )
