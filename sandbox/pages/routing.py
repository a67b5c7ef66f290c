"""Finds the page a path means, draws templates, and sends people on."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from ..billing.money import written
from ..clock import day_of
from ..engine import Engine

Obj = dict[str, Any]
Page = Callable[[Engine, Request, str], Response]
PAGES: list[tuple[re.Pattern[str], Page]] = []

templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent.parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
templates.filters["money"] = written
templates.filters["day"] = day_of
SAFETY = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def page(pattern: str) -> Callable[[Page], Page]:
    """Register the function that answers a path such as ``/c/pay/<id>``."""
    exact = re.compile("^" + pattern.replace("<id>", r"(?P<id>[\w-]+)") + "/?$")

    def keep(draw: Page) -> Page:
        PAGES.append((exact, draw))
        return draw

    return keep


def answer(engine: Engine, request: Request) -> Response:
    """The page at a path."""
    for pattern, draw in PAGES:
        found = pattern.match(request.path)
        if found is not None:
            if request.method not in ("GET", "HEAD", "POST"):
                return drawn("message.html", 405, title="Not possible", text="Use the form.")
            with engine.lock:
                engine.run_due()
            return draw(engine, request, found.groupdict().get("id", ""))
    return missing()


def drawn(template: str, status: int = 200, **names: Any) -> Response:
    """A page drawn from its template."""
    text = templates.get_template(template).render(**names)
    return Response(text, status, SAFETY, content_type="text/html; charset=utf-8")


def missing() -> Response:
    """There is nothing at this address."""
    return drawn(
        "message.html",
        404,
        title="Nothing here",
        text="This address does not belong to anything the sandbox knows.",
    )


def send_on(url: str) -> Response:
    """Send a person on to an address with a fresh GET."""
    scheme = urlsplit(url).scheme
    if scheme not in ("", "http", "https"):
        return missing()
    return redirect(url, code=303)
