"""What every request has: one transaction, the member and the visitor behind it, safe headers."""

from __future__ import annotations

import functools
import secrets
from collections.abc import Callable
from typing import Any, ParamSpec, cast
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, make_response, redirect, request, url_for
from flask.json.provider import DefaultJSONProvider
from flask.typing import ResponseReturnValue
from flask_security import current_user
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from accounts import visitors
from accounts.models import Member
from billing import audit
from core import clock, db, logs, patience, settings
from core.errors import DomainError
from web import freshness, kept_parts, networks, rights, sessions
from web.rights import operators_only as operators_only

P = ParamSpec("P")
A_YEAR = 60 * 60 * 24 * 365
MACHINES = ("webhooks",)  # nobody is signed in there, and each opens what it needs


class NotText(DomainError):
    """A form with a letter that no database stores; no browser's keyboard writes it."""

    sentence = "What was sent holds a letter that is no text. Go back, leave it out and send again."


class Json(DefaultJSONProvider):
    """JSON in which lists within lists without end are a mistake of the sender, whoever reads it:
    the library that finds the member looks into every body."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """What ``s`` says. Raises ``ValueError``."""
        try:
            return super().loads(s, **kwargs)
        except RecursionError as deep:
            raise ValueError("lists within lists without end") from deep


def start(app: Flask) -> None:
    """Hang the edges of a request on ``app``."""
    app.json_provider_class = Json
    app.json = Json(app)
    app.before_request(_open)
    app.after_request(_close)
    app.after_request(_protect)
    app.teardown_request(_forget)


def _open() -> ResponseReturnValue | None:
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if given.isalnum() and len(given) <= 64 else secrets.token_hex(8)
    logs.request_id.set(g.request_id)
    audit.network.set(networks.of_evidence(request.remote_addr or ""))
    patience.seconds.set(_patience())
    if request.endpoint == "static" or request.blueprint in MACHINES:
        return None
    g.only_reads = _only_reads()
    g.db = _session()
    g.member = _member()
    _let_files_in()
    _read_form()  # last: the page that refuses it asks who reads
    return None


def _session() -> Session:
    """What only reads goes on where the browser's session was found; what changes something has a
    transaction of its own."""
    asked = cast("Session | None", g.pop(sessions.ASKED, None))
    if g.only_reads:
        return asked or db.reading()
    if asked is not None:
        asked.close()
    return db.session()


def _let_files_in() -> None:
    """Read more than of others where staff send a file; before that nothing of a form is read."""
    most = rights.may_weigh(current_app.view_functions.get(request.endpoint or ""), g.member)
    if most is not None:
        request.max_content_length = most


def _read_form() -> None:
    """Refuse a form that is no text, or, in reading it, one that is too long."""
    if any("\0" in text for _, text in request.form.items(multi=True)):
        raise NotText


def _only_reads() -> bool:
    return current_app.view_functions.get(request.endpoint or "") in freshness.READING


def _patience() -> float:
    return patience.READING_SECONDS if _only_reads() else patience.LONGEST_SECONDS


def _member() -> Member | None:
    """The signed-in member, read afresh; a browser without a session costs no query."""
    if not current_user.is_authenticated:
        return None
    return g.db.get(Member, current_user.id)  # type: ignore[no-any-return]  # g is untyped


def _close(response: Response) -> Response:
    """Keep what an answered request changed; undo what a refused one began."""
    if "db" in g:
        if g.get("only_reads"):
            _forget(None)  # there is nothing to keep
        elif response.status_code < 400:
            _commit()
            return _note_change(response)
        else:
            g.db.rollback()
    return response


def _note_change(response: Response) -> Response:
    """A member who has sent a form is shown what it changed: parts of pages that are kept may hear
    of it a moment later than the page to which the answer leads is asked for."""
    leads_on = request.method == "POST" and response.status_code in (302, 303)
    if leads_on and g.get("member") is not None:
        with_cookie(response, kept_parts.CHANGED, "1", seconds=kept_parts.CHANGED_SECONDS)
    return response


def _commit() -> None:
    """Keep the request's changes; where that fails, leave a session that an error page can use."""
    try:
        g.db.commit()
    except SQLAlchemyError:
        g.db.invalidate()
        g.db = db.session()
        raise


def _forget(_: BaseException | None) -> None:
    for name in ("db", sessions.ASKED):
        session = g.pop(name, None)
        if session is not None:
            session.close()


def _protect(response: Response) -> Response:
    headers = response.headers
    headers.setdefault(
        "Content-Security-Policy",
        "default-src 'self'; img-src 'self' data:; media-src 'self' blob:; object-src 'none'; "
        "base-uri 'none'; "
        f"form-action {_form_targets()}; frame-ancestors {_framers()}",
    )
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("X-Request-Id", g.get("request_id", ""))
    if settings.current().origin.startswith("https://"):
        headers.setdefault("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
    _cache_privately(response)
    return response


def _cache_privately(response: Response) -> None:
    """Nothing made for a person or from a session may be kept by anybody else.

    What answers a form, with its mistakes or as its receipt, may be kept by the browser that sent
    it, where nobody is signed in: without it, going back to the page ends in the browser's error.
    """
    headers = response.headers
    if g.get("member") is not None or "Set-Cookie" in headers or sessions.is_open():
        answers = request.method == "POST" and response.status_code in (200, 422)
        kept = answers and g.get("member") is None
        headers["Cache-Control"] = "private, no-cache" if kept else "private, no-store"


def _framers() -> str:
    """Nobody may show a page of ours inside theirs, but for two that say who may: the preview of a
    film, which the desk frames, and the trailer's player for other sites."""
    return str(g.get("framers", "'none'"))


def lead_to_payment() -> None:
    """Let a form of this page lead on to the payment provider; a browser that was not told so
    refuses the redirect. Every page with such a form says it, and no other."""
    g.leads_to_payment = True


def _form_targets() -> str:
    """Where forms, and the redirects that answer them, may lead."""
    if not g.get("leads_to_payment"):
        return "'self'"
    stripe = settings.current().stripe_url
    return f"'self' {stripe or 'https://checkout.stripe.com https://billing.stripe.com'}"


def signed_in(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Only for members: others sign in first and come back."""

    @functools.wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if g.member is None:
            back = request.full_path.rstrip("?") if request.method == "GET" else "/account"
            return redirect(url_for("security.login", next=back), code=303)
        return view(*args, **kwargs)

    guarded.is_for_members = True  # type: ignore[attr-defined]  # read where its form is refused
    return guarded


def is_from_our_pages() -> bool:
    """Whether what was sent comes from a page of ours: a browser says in ``Origin`` where it
    stands."""
    try:
        origin = urlsplit(request.headers.get("Origin", request.host_url))
    except ValueError:  # such as a bracket that nothing closes
        return False
    return origin.netloc == request.host


def sent_json(*, force: bool = False) -> dict[str, Any]:
    """The object that a script sent, or an empty one where nothing of the kind can be read."""
    said = request.get_json(force=force, silent=True)
    return said if isinstance(said, dict) else {}


def visitor_cookie() -> str:
    """The name of the visitor's cookie."""
    secure = settings.current().origin.startswith("https://")
    return "__Host-visitor" if secure else "visitor"


def find_visitor_token() -> str | None:
    """The name that this browser's cookie gives, or ``None`` where it has none yet; a page
    that asks for it is not kept."""
    freshness.personal()
    return named_by_cookie()


def named_by_cookie() -> str | None:
    """The same for a page that is kept by what follows from the name."""
    token = request.cookies.get(visitor_cookie())
    return token if token and 20 <= len(token) <= 100 else None


def find_visitor_id(**origin: str | None) -> int | None:
    """The visitor that this browser's cookie names, or ``None`` where it has none yet. One that
    was named but not met before came from ``origin`` (source, campaign)."""
    token = find_visitor_token()
    return visitors.by_token(g.db, token, now=clock.now(), **origin) if token else None


def with_visitor(answer: ResponseReturnValue, token: str) -> Response:
    """``answer`` with the cookie that names a new visitor."""
    return with_cookie(answer, visitor_cookie(), token, seconds=A_YEAR)


def with_cookie(
    answer: ResponseReturnValue, name: str, value: str, *, seconds: int | None
) -> Response:
    """``answer`` with a cookie of ours, which no script and no other site reads; ``None`` keeps it
    until the browser is closed."""
    response = make_response(answer)
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path="/",
        secure=settings.current().origin.startswith("https://"),
        httponly=True,
        samesite="Lax",
    )
    return response
