"""The pages of the local inbox: the list of e-mails, and each with its text and its HTML."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from commands.mails import Mail, Mails

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
PAGE = (
    "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
# A mail is somebody's HTML: no script, no form, and links open beside the inbox.
FRAMED = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    "style-src 'unsafe-inline'; img-src data: http://127.0.0.1:* http://localhost:* https:"
)
LOCAL = ("127.0.0.1", "localhost")
Answer = tuple[str, str, str | bytes, str]
NOT_FOUND: Answer = ("404 Not Found", "text/plain", "There is no such e-mail here.\n", PAGE)


class Pages:
    """A WSGI app over ``mails``. ``local`` refuses requests that call it by another name."""

    def __init__(self, mails: Mails, site_name: str, *, local: bool) -> None:
        self.mails, self.site_name, self.local = mails, site_name, local
        self.templates = Environment(
            loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined
        )

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., object]
    ) -> Iterable[bytes]:
        """Answer one request."""
        status, kind, body, policy = self.answer(environ)
        content = body.encode() if isinstance(body, str) else body
        headers = [
            ("Content-Type", f"{kind}; charset=utf-8"),
            ("Content-Length", str(len(content))),
            ("Content-Security-Policy", policy),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"),
            ("Cache-Control", "no-store"),
        ]
        start_response(status, headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [content]

    def answer(self, environ: dict[str, Any]) -> Answer:
        """Status, media type, body and content policy for what was asked."""
        name = environ.get("HTTP_HOST", "").rpartition(":")[0] or environ.get("HTTP_HOST", "")
        if self.local and name not in LOCAL:
            return ("403 Forbidden", "text/plain", "This inbox is for this machine.\n", PAGE)
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return ("405 Method Not Allowed", "text/plain", "Only GET and HEAD.\n", PAGE)
        parts = environ["PATH_INFO"].strip("/").split("/")
        match parts:
            case [""]:
                return self._page("inbox/list.html", mails=self._all())
            case ["health"]:
                return ("200 OK", "text/plain", "ok\n", PAGE)
            case ["mails.json"]:
                every = [asdict(mail) for mail in self._all()]
                return ("200 OK", "application/json", json.dumps(every), PAGE)
            case ["mails", number, *part] if number.isdecimal() and len(part) <= 1:
                return self._mail(int(number), *part)
        return NOT_FOUND

    def _mail(self, number: int, part: str = "") -> Answer:
        mail = self.mails.find(number)
        if mail is None:
            return NOT_FOUND
        if part == "html":
            base = (
                '<!doctype html><base target="_blank"><meta name="referrer" content="no-referrer">'
            )
            return ("200 OK", "text/html", base + mail.html, FRAMED)
        if part == "source":
            return ("200 OK", "text/plain", self.mails.path(number).read_bytes(), PAGE)
        return self._page("inbox/mail.html", mail=mail) if not part else NOT_FOUND

    def _page(self, template: str, **known: object) -> Answer:
        page = self.templates.get_template(template)
        return ("200 OK", "text/html", page.render(site_name=self.site_name, **known), PAGE)

    def _all(self) -> list[Mail]:
        found = (self.mails.find(number) for number in self.mails.numbers())
        return [mail for mail in found if mail is not None]
