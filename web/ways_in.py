"""What signing up, the ways of signing in, and another address share: the address, the e-mail."""

from __future__ import annotations

from flask import g, redirect, request
from flask.typing import ResponseReturnValue
from flask_security.utils import validate_redirect_url

from accounts import mail_limits
from accounts.models import EmailChange, SignInLink, SignUpRequest
from core import clock, settings
from core.db import after_commit
from notices import owed
from web import identity
from workers import bell, tasks

NOT_AN_ADDRESS = "Enter your e-mail address, like name@example.org."


def address() -> tuple[str, list[tuple[str, str]]]:
    """The e-mail address that the form brings, or what is wrong with it, for the page."""
    try:
        return identity.readable_address(request.form.get("email", "")[:255]), []
    except ValueError:
        return "", [("email", NOT_AN_ADDRESS)]


def is_address(typed: str) -> bool:
    """Whether an e-mail can go to what somebody typed."""
    try:
        return bool(identity.readable_address(typed))
    except ValueError:
        return False


def there(named_by: str = "next") -> str | None:
    """Where the way goes on: a page of ours that the address names, else ``None``."""
    named = request.args.get(named_by, "")[:500]
    is_ours = named.startswith("/") and "\\" not in named and validate_redirect_url(named)
    return named if is_ours and named.isprintable() else None


def lead_on() -> ResponseReturnValue | None:
    """Take whoever is signed in already on to where they were going, when they sign in: by the
    second press of a double click, in a second window, or by a link that they kept."""
    if request.endpoint != "security.login" or g.get("member") is None:
        return None
    return redirect(there() or "/", 303)


def inbox() -> str | None:
    """Where a demo's e-mails are read; ``None`` where they go out."""
    found = settings.current()
    return f"http://{found.host}:{found.inbox_port}" if found.has_own_inbox else None


def owe(asked: SignUpRequest | SignInLink | EmailChange, kind: str) -> bool:
    """One e-mail, a few an address: beyond that the page says the same and nothing is sent.
    Answers whether one is."""
    now = clock.now()
    if not mail_limits.may_be_written_to(g.db, asked, now=now):
        return False
    owed.owe(
        g.db,
        kind,
        f"{kind}:{asked.id}",
        member_id=None,
        address=asked.email,
        subscription_id=None,
        object_id=str(asked.id),
        now=now,
    )
    after_commit(g.db, bell.ring, tasks.send_owed)
    return True
