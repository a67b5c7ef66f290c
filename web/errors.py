"""Every refusal as one page: what happened, what it means, what to do."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from urllib.parse import quote, urlsplit

from flask import (
    Flask,
    Response,
    current_app,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import RequestRedirect

from catalog import similar, slugs
from catalog.titles import Moved
from core.errors import DomainError, Gone, NotFound
from web import limits, sessions

log = logging.getLogger(__name__)
NO_COOKIE = (
    "Your browser sent no cookie with this form, and without one nobody can tell whose it is. "
    "Allow cookies for this site, load the page again and send it."
)
TOO_LARGE = (
    "What you sent is larger than this page takes, so none of it was kept. Go back, shorten what "
    "you wrote or choose a smaller file, and send it again."
)
STALE = 400
TOO_LONG = "This form has been open for too long."
PAGES = {403, 404, 410, 429, 500, 503}


class DeadLink(DomainError):
    """A link of an e-mail that opens nothing. ``ways`` are the words and endpoints that lead on."""

    status = 404
    sentence = "This link does not work."
    ways: tuple[tuple[str, str], ...] = ()


def start(app: Flask) -> None:
    """Register the pages of refusal."""
    app.register_error_handler(Moved, _moved)
    app.register_error_handler(DomainError, _domain)
    app.register_error_handler(CSRFError, stale_form)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(RateLimitExceeded, _too_often)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(Exception, _unexpected)


def _moved(moved: Moved) -> ResponseReturnValue:
    args = (request.view_args or {}) | {"slug": moved.slug}
    path, asked = url_for(request.endpoint or "storefront.home", **args), request.query_string
    code = 301 if request.method in ("GET", "HEAD") else 308  # what was sent is sent again
    there = f"{path}?{asked.decode('ascii', 'ignore')}" if asked else path
    answer = redirect(there, code=code)
    answer.cache_control.no_cache = True  # the film may move back, and a browser would go round
    return answer


def _domain(error: DomainError) -> ResponseReturnValue:
    log.info("request.refused", extra={"error": type(error).__name__, "detail": str(error)[:200]})
    if isinstance(error, NotFound) and (there := _written_as_usual()):
        return there
    if written := g.get("written"):
        return _unsent(error.sentence, written, None, status=error.status)
    if isinstance(error, Gone):
        return page(error.status, error.sentence, gone=error.slug)
    if isinstance(error, DeadLink):
        return page(error.status, error.sentence, ways=error.ways)
    if isinstance(error, NotFound) and type(error).sentence == NotFound.sentence:
        return page(error.status, None)  # the page says of an address what there is to say
    return page(error.status, error.sentence)


def stale_form(_: CSRFError, written: str = "") -> ResponseReturnValue:
    """The page for a form that is older than the session, or came without its cookie, with what
    was ``written`` into it; where nobody is signed in any more, the way back to a member's form."""
    if written:
        return _unsent(TOO_LONG, written, None)
    if g.get("member") is None and request.endpoint == "security.logout":
        return redirect(url_for("storefront.home"), code=303)  # another window has done it
    view = current_app.view_functions.get(request.endpoint or "")
    if g.get("member") is None and getattr(view, "is_for_members", False):
        return signed_out("", _page_of_form())
    if sessions.cookie_name() not in request.cookies:
        return page(400, NO_COOKIE)
    return page(400, f"{TOO_LONG} Go back, load it again and send it.")


def signed_out(written: str, form: str) -> Response:
    """The page for a form whose reader is signed out: what was written, to be copied, and the way
    back to the ``form``."""
    return _unsent("You have been signed out.", written, url_for("security.login", next=form))


def _page_of_form() -> str:
    """The page of ours that the browser came from, else the account."""
    try:
        came = urlsplit(request.referrer or "")
    except ValueError:  # such as a bracket that nothing closes
        came = urlsplit("")
    if came.netloc != request.host:
        return url_for("account.overview")
    return came._replace(scheme="", netloc="", fragment="").geturl()


def keep_written(field: str) -> None:
    """Note what stands in a field of this form: where it is refused, it is shown to be copied."""
    g.written = request.form.get(field, "").strip()


def _unsent(sentence: str, written: str, sign_in: str | None, *, status: int = STALE) -> Response:
    drawn = render_template(
        "errors/unsent.html",
        sentence=sentence,
        written=written,
        sign_in=sign_in,
        is_refused=status != STALE,
    )
    answer = make_response(drawn, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code == 404 and (there := _written_as_usual()):
        return there
    refused = page(error.code or 500, TOO_LARGE if error.code == 413 else None)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        refused.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return refused


def _written_as_usual() -> ResponseReturnValue | None:
    """The way to a page whose address was given with a slash too many or, in the storefront, with
    capitals; ``None`` where there is no such page."""
    path = request.path.rstrip("/")
    if request.method not in ("GET", "HEAD") or not path or path[1:2] == "/":
        return None
    if path.lower() != request.path and _names_a_page(path.lower(), of="storefront."):
        there = path.lower()
    elif request.endpoint is None and path != request.path and _names_a_page(path):
        there = quote(path)
    else:
        return None
    asked = request.query_string.decode("ascii", "ignore")
    return redirect(f"{there}?{asked}" if asked else there, 301)


def _names_a_page(path: str, *, of: str = "") -> bool:
    adapter = current_app.create_url_adapter(request)
    try:
        endpoint, named = adapter.match(path, method="GET") if adapter else ("", {})
    except (HTTPException, RequestRedirect):
        return False
    return endpoint.startswith(of) and slugs.is_slug(named.get("slug", "a"))


def _too_often(_: RateLimitExceeded) -> Response:
    return page(429, limits.sentence())


def _database_away(error: OperationalError) -> Response:
    log.error("database.away", exc_info=error)
    _let_go_of_database()
    return page(503, None)


def _unexpected(error: Exception) -> Response:
    log.error("request.failed", exc_info=error)
    _let_go_of_database()
    return page(500, None)


def _let_go_of_database() -> None:
    """The page that follows is drawn without it: what failed once would fail again."""
    session, g.member = g.pop("db", None), None
    if session is not None:
        session.close()


def page(
    status: int,
    sentence: str | None,
    *,
    gone: str | None = None,
    ways: Sequence[tuple[str, str]] = (),
) -> Response:
    """The page for ``status``, with films like the one that is ``gone``, or the ``ways`` on from a
    dead link; JSON where a script asked.

    What it shows beside the refusal is left out where the database does not answer.
    """
    if request.accept_mimetypes.best == "application/json":
        answer = jsonify(error=sentence or "That did not work.", status=status)
    else:
        try:
            answer = _drawn(status, sentence, gone, ways)
        except SQLAlchemyError as away:
            log.error("database.away", exc_info=away)
            _let_go_of_database()
            answer = _drawn(status, sentence, gone, ways)
    answer.status_code = status
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _drawn(
    status: int, sentence: str | None, gone: str | None, ways: Sequence[tuple[str, str]]
) -> Response:
    name = "link" if ways else str(status) if status in PAGES else "other"
    return make_response(
        render_template(
            f"errors/{name}.html",
            sentence=sentence,
            status=status,
            ways=ways,
            reference=g.get("request_id"),
            alike=similar.of_withdrawn(g.db, gone) if gone and "db" in g else [],
        )
    )
