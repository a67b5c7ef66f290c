"""Every refusal as one page: what happened, what it means, what to do."""

from __future__ import annotations

import logging

from flask import (
    Flask,
    Response,
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
from werkzeug.exceptions import HTTPException

from catalog import similar
from catalog.titles import Moved
from core.errors import DomainError, Gone
from web import limits

log = logging.getLogger(__name__)
PAGES = {403, 404, 410, 429, 500, 503}


def start(app: Flask) -> None:
    """Register the pages of refusal."""
    app.register_error_handler(Moved, _moved)
    app.register_error_handler(DomainError, _domain)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(RateLimitExceeded, _too_often)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(Exception, _unexpected)


def _moved(moved: Moved) -> ResponseReturnValue:
    there = (request.view_args or {}) | {"slug": moved.slug}
    path, asked = url_for(request.endpoint or "storefront.home", **there), request.query_string
    code = 301 if request.method in ("GET", "HEAD") else 308  # what was sent is sent again
    return redirect(f"{path}?{asked.decode('ascii', 'ignore')}" if asked else path, code=code)


def _domain(error: DomainError) -> Response:
    log.info("request.refused", extra={"error": type(error).__name__, "detail": str(error)[:200]})
    if isinstance(error, Gone):
        return page(error.status, error.sentence, gone=error.slug)
    return page(error.status, error.sentence)


def _stale_form(_: CSRFError) -> Response:
    return page(400, "This form has been open for too long. Go back, load it again and send it.")


def _http(error: HTTPException) -> Response:
    return page(error.code or 500, None)


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


def page(status: int, sentence: str | None, *, gone: str | None = None) -> Response:
    """The page for ``status``, with films like the one that is ``gone``; JSON where a script asked.

    What it shows beside the refusal is left out where the database does not answer.
    """
    if request.accept_mimetypes.best == "application/json":
        answer = jsonify(error=sentence or "That did not work.", status=status)
    else:
        try:
            answer = _drawn(status, sentence, gone)
        except SQLAlchemyError as away:
            log.error("database.away", exc_info=away)
            _let_go_of_database()
            answer = _drawn(status, sentence, gone)
    answer.status_code = status
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _drawn(status: int, sentence: str | None, gone: str | None) -> Response:
    name = str(status) if status in PAGES else "other"
    return make_response(
        render_template(
            f"errors/{name}.html",
            sentence=sentence,
            status=status,
            reference=g.get("request_id"),
            alike=similar.of_withdrawn(g.db, gone) if gone and "db" in g else [],
        )
    )
