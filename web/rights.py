"""Who of the staff may open and do what: asked of the roles as they are at this very request."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, ParamSpec

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from accounts import roles
from accounts.models import Member
from accounts.roles import Right
from billing import audit
from core import clock, db
from core.errors import Forbidden

P = ParamSpec("P")


class NotYourRole(Forbidden):
    """A member asked for what only other roles may do."""

    def __init__(self, *rights: Right) -> None:
        super().__init__(*rights)
        self.sentence = f"This needs the role {roles.needed(*rights)}."


UPLOADS: dict[Callable[..., Any], tuple[int, tuple[Right, ...]]] = {}
"""The views that take files: bytes of a request at most, and by which right."""


def staff_with(
    *rights: Right, most_bytes: int | None = None
) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """Only for staff who hold one of ``rights`` at this very request: visitors sign in first,
    everybody else is refused. ``most_bytes`` is what a request of theirs may weigh, where that is
    more than anybody's. Raises ``Forbidden``."""

    def guard(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
        @functools.wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            if g.member is None:
                back = request.full_path.rstrip("?") if request.method == "GET" else "/desk"
                return redirect(url_for("security.login", next=back), code=303)
            insist(*rights)
            return view(*args, **kwargs)

        if most_bytes is not None:
            UPLOADS[guarded] = most_bytes, rights
        return guarded

    return guard


def may_weigh(view: Callable[..., Any] | None, member: Member | None) -> int | None:
    """How many bytes a request of ``member`` to a view may have, where that is more than others
    may send anywhere; ``None`` where it is not."""
    if member is None or view not in UPLOADS:
        return None
    most, rights = UPLOADS[view]
    return most if roles.may(member, *rights) else None


def insist(*rights: Right) -> None:
    """Go on only where the signed-in member holds one of ``rights``. Raises ``Forbidden``; the
    refusal is kept in the audit, though nothing else of the request is."""
    if roles.may(g.member, *rights):
        return
    member_id = g.member.id
    g.db.rollback()  # nothing of the request is kept but its refusal
    with db.transaction() as kept:
        audit.note(
            kept,
            now=clock.now(),
            actor=f"member:{member_id}",
            action="access.denied",
            reason=f"{request.method} {request.path}"[:500],
            member_id=member_id,
        )
    raise NotYourRole(*rights)


operators_only = staff_with(Right.REPORTS)
