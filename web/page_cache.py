"""The page cache: stands before Flask and answers visitors from the pages that are kept.

Only ``GET`` and ``HEAD`` without a session or any other proof of a person are looked up, and only
what a view declared by ``freshness.kept`` is taken in. See ``docs/decisions/0007-kept-pages.md``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from werkzeug.http import parse_etags
from werkzeug.sansio.http import parse_cookie

from billing import labels
from core import clock
from web import here, maintenance
from web.compression import encoding_for
from web.freshness import ASKED, FROM_CAMPAIGNS, SHOWN, SINCE, UNTIL
from web.kept_facts import FACTS, KeptFacts
from web.kept_pages import KeptPages
from web.kept_shelves import Headers, Page
from web.sessions import cookie_name

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ARMS = "arms"
FILM_PAGE = re.compile(r"/film/[^/]+")
QUARTER = 15 * 60
LONGEST_QUERY = 300
OF_ONE_ANSWER = {"content-length", "x-request-id", "etag", "date"}
READING = ("GET", "HEAD")
REMEMBERED = "remember_token"


class PageCache:
    """``app`` behind its kept ``pages``."""

    def __init__(self, app: WSGIApplication, pages: KeptPages) -> None:
        self.app = app
        self.pages = pages
        self.facts = KeptFacts(pages)
        self._session = cookie_name()

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer from what is kept, else from the app."""
        if not self._may_be_kept(environ):
            return self._drawn(environ, start)
        query, cookies = environ.get("QUERY_STRING"), environ.get("HTTP_COOKIE")
        address = address_of(environ["PATH_INFO"], query) if query else environ["PATH_INFO"]
        language = labels.language(environ.get("HTTP_ACCEPT_LANGUAGE", ""))
        if language != "en":  # the links of leaving in the foot read otherwise
            address += f"#{language}"
        if cookies:
            address += here.mark(cookies) + arms_of(environ["PATH_INFO"], cookies)
        page = self.pages.find(address)
        if page is not None:
            return self._answer(address, page, environ, start)
        return self._made(address, environ, start)

    def _may_be_kept(self, environ: WSGIEnvironment) -> bool:
        """Whether a request names nobody; plain comparisons, for this is most of a kept answer."""
        if environ["REQUEST_METHOD"] not in READING or "HTTP_AUTHORIZATION" in environ:
            return False
        if is_odd(environ):
            return False
        cookies = environ.get("HTTP_COOKIE")
        if cookies and (self._session in cookies or REMEMBERED in cookies):
            return False
        if len(environ.get("QUERY_STRING", "")) > LONGEST_QUERY or maintenance.ends_at():
            return False
        return self.pages.is_open

    def _drawn(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        environ[FACTS], environ[SINCE] = self.facts, self.pages.moment
        return self.app(environ, start)

    def _made(
        self, address: str, environ: WSGIEnvironment, start: StartResponse
    ) -> Iterable[bytes]:
        """The app's answer, and where the view says what it shows, a page to keep of it.

        Headers alone are those of the whole page, so they are taken from one that is drawn whole.
        """
        moment, until = self.pages.moment, next_quarter(clock.now())
        whole = {**environ, ASKED: True, "REQUEST_METHOD": "GET"}
        began: list[Any] = []
        answer = self._drawn(whole, lambda *told: began.append(told))  # type: ignore[arg-type]  # nobody writes by start_response
        status, headers, *error = began[-1]
        if SHOWN not in whole or not status.startswith("200") or _names_somebody(headers):
            start(status, headers, *error)
            return answer if environ["REQUEST_METHOD"] == "GET" else _closed(answer)
        body = b"".join(answer)
        _closed(answer)
        own = [one for one in headers if one[0].lower() not in OF_ONE_ANSWER]
        page = Page.made(body, own, min(until, whole[UNTIL] or until), whole[SHOWN])
        self.pages.keep(address, page, since=moment)
        return self._answer(address, page, environ, start)

    def _answer(
        self, address: str, page: Page, environ: WSGIEnvironment, start: StartResponse
    ) -> Iterable[bytes]:
        encoding = encoding_for(environ.get("HTTP_ACCEPT_ENCODING", ""))
        found = page.bodies.get(encoding) or self.pages.pack(address, page, encoding)
        known = environ.get("HTTP_IF_NONE_MATCH")
        if known and _is_known(known, found.etag):
            start("304 Not Modified", found.short_headers.copy())
            return []
        start("200 OK", found.headers.copy())
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [found.content]


def _closed(answer: Iterable[bytes]) -> list[bytes]:
    """Nothing more of an answer."""
    if hasattr(answer, "close"):
        answer.close()
    return []


def _is_known(known: str, etag: str) -> bool:
    return known == etag or parse_etags(known).contains_weak(etag.strip('"'))


def is_odd(environ: WSGIEnvironment) -> bool:
    """Whether a request names another root of the site, or a path with a mark in it, which would
    read as another page's query or language."""
    path = environ["PATH_INFO"]
    return bool(environ.get("SCRIPT_NAME")) or "?" in path or "#" in path


def address_of(path: str, query: str) -> str:
    """A page's address with its query in one order, without what only counts campaigns."""
    pairs = parse_qsl(query, keep_blank_values=True, errors="surrogateescape")
    own = sorted(
        (pair for pair in pairs if not pair[0].startswith(FROM_CAMPAIGNS)), key=lambda pair: pair[0]
    )
    return f"{path}?{urlencode(own, errors='surrogateescape')}" if own else path


def arms_of(path: str, cookies: str) -> str:
    """What a film page shows this browser otherwise than others: the arms of its experiments, as
    the view reads them in its cookies."""
    if ARMS not in cookies or not FILM_PAGE.fullmatch(path):
        return ""
    arms = parse_cookie(cookies).get(ARMS)
    return f"#{arms}" if arms else ""


def next_quarter(now: datetime) -> datetime:
    """The next quarter of an hour: in every zone of the world, a day begins with one."""
    passed = timedelta(seconds=now.timestamp() % QUARTER)
    return (now - passed + timedelta(seconds=QUARTER)).astimezone(UTC)


def _names_somebody(headers: Headers) -> bool:
    return any(name.lower() == "set-cookie" for name, _ in headers)
