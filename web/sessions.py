"""Flask's session kept on the server: the cookie is a random token that says nothing."""

from __future__ import annotations

from typing import Any, cast

from flask import Flask, Request, Response, g, request, session
from flask.sessions import SessionInterface, SessionMixin
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import CallbackDict

from accounts import sessions
from accounts.models import Member
from core import clock, patience, settings
from core.db import reading, transaction

SEEN_EVERY_SECONDS = 60
ASKED = "asked"  # of ``g``: where the session was asked for, until the request begins
# What is kept for ever by whoever fetches it, and what machines send: nobody is signed in there.
SAME_FOR_ALL = ("/static/", "/art/", "/webhooks/")


class StoredSession(CallbackDict[str, Any], SessionMixin):
    """The content of one session, and the token that it is found by."""

    def __init__(self, content: dict[str, Any] | None = None, token: str | None = None) -> None:
        def changed(_: object) -> None:
            self.modified = True

        super().__init__(content or {}, changed)
        self.token = token
        self.member: Member | None = None  # who was named when it was opened
        self.signed_in_as = self.get("_user_id")
        self.seen_at: float = 0
        self.modified = False
        self.accessed = True


def cookie_name() -> str:
    """The session cookie's name; the ``__Host-`` prefix binds it to this host over TLS."""
    secure = settings.current().origin.startswith("https://")
    return "__Host-session" if secure else "session"


def member_named(fs_uniquifier: str) -> Member | None:
    """The member of this name, where the session was opened for them; not read again."""
    found = cast(StoredSession, session).member
    return found if found is not None and found.fs_uniquifier == fs_uniquifier else None


def is_open() -> bool:
    """Whether this request came with a session or began one: what it is answered may tell of it."""
    return bool(session) or cast(StoredSession, session).token is not None


def token_of_request() -> str | None:
    """The token of the session that this request came with."""
    return request.cookies.get(cookie_name())


class StoredSessions(SessionInterface):
    """Opens the session that a cookie names, and keeps what a request changed in it."""

    def open_session(self, app: Flask, request: Request) -> StoredSession:
        token = request.cookies.get(cookie_name())
        if not token or request.path.startswith(SAME_FOR_ALL):
            return StoredSession()
        patience.seconds.set(patience.READING_SECONDS)
        try:
            return self._found(token)
        except OperationalError:  # the page that follows says so; a session is not its place
            g.pop(ASKED).close()
            return StoredSession()

    def _found(self, token: str) -> StoredSession:
        """The session of ``token``; a page that only reads goes on where it was asked for."""
        g.asked = reading()
        row = sessions.find(g.asked, token, now=clock.now())
        if row is None:
            return StoredSession()
        found = StoredSession(dict(row.data), token)
        found.seen_at, found.member = row.last_seen_at.timestamp(), row.member
        return found

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        assert isinstance(session, StoredSession)
        if not session and session.token is None:
            return
        if not session:
            self._forget(session, response)
        elif session.modified:
            self._keep(session, response)
        elif self._is_stale(session):
            with transaction() as db:
                sessions.note_seen(db, session.token or "", now=clock.now())

    def _is_stale(self, session: StoredSession) -> bool:
        return clock.now().timestamp() - session.seen_at > SEEN_EVERY_SECONDS

    def _forget(self, session: StoredSession, response: Response) -> None:
        with transaction() as db:
            sessions.end(db, session.token or "")
        response.delete_cookie(cookie_name(), path="/", secure=self._secure(), httponly=True)

    def _keep(self, session: StoredSession, response: Response) -> None:
        """Write what changed; whoever signs in or out has a new token. A browser that was signed
        out elsewhere meanwhile stays so, and is handed no cookie."""
        old = session.token
        begins = old is None or session.get("_user_id") != session.signed_in_as
        token = session.token = sessions.new_token() if begins else old or ""
        with transaction() as db:
            if old and begins:
                sessions.end(db, old)
            is_there = sessions.keep(
                db,
                token,
                dict(session),
                fs_uniquifier=session.get("_user_id"),
                device=request.user_agent.string,
                now=clock.now(),
                begins=begins,
            )
        if is_there:
            self._hand_over(token, response)

    def _hand_over(self, token: str, response: Response) -> None:
        response.set_cookie(
            cookie_name(),
            token,
            max_age=int(sessions.ABSOLUTE.total_seconds()),
            path="/",
            secure=self._secure(),
            httponly=True,
            samesite="Lax",
        )

    def _secure(self) -> bool:
        return settings.current().origin.startswith("https://")
