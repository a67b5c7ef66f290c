"""How long a page may be kept, and what it shows: by that it is dropped when something changes.

A view of a public page is declared by ``kept``. What it links to is noted by itself: a page with
a link to a film shows that film's card. A member's page is never kept.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any, ParamSpec

from flask import Flask, Response, g, request
from flask.typing import ResponseReturnValue

from catalog.stretches import Tag

P = ParamSpec("P")
FOR_EVERYBODY = "public, no-cache"
ASKED = "matinee.page_cache"
SHOWN = "matinee.shown"
UNTIL = "matinee.until"
SINCE = "matinee.since"  # how many drops there had been when the request came
ON_EVERY_PAGE = "offers"
READING: set[Callable[..., Any]] = set()  # views that change nothing, for whoever asks
FROM_CAMPAIGNS = ("utm_", "gclid", "fbclid", "msclkid", "mc_")
CARDS = {
    "storefront.film": "film-card",
    "storefront.person": "person-card",
    "artwork.poster": "film-card",
    "artwork.still": "film-card",
    "artwork.sharing": "film-card",
}


def start(app: Flask) -> None:
    """Note every link that a page makes."""
    app.url_defaults(note_link)


def kept(
    *tags: str, reads: Collection[str] = ()
) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """Declare that a view's answers to visitors may be kept until one of ``tags`` changes.

    ``{slug}`` in a tag is the view's own argument. ``reads`` names every parameter of the query
    that the view looks at; an address with any other one is answered and not kept.
    """

    def around(
        view: Callable[P, ResponseReturnValue],
    ) -> Callable[P, ResponseReturnValue]:
        @functools.wraps(view)
        def declared(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            g.shown = {ON_EVERY_PAGE, *(tag.format(**kwargs) for tag in tags)}
            g.reads = frozenset(reads)
            return view(*args, **kwargs)

        READING.add(declared)
        return declared

    return around


def shows(*tags: Tag) -> None:
    """Say that the page being drawn shows more than its view declared."""
    if is_for_everybody():
        g.shown.update(tags)


def keep_until(at: datetime | None) -> None:
    """Say that the page being drawn reads otherwise from an instant on, where there is one."""
    if at is not None:
        g.until = min(at, g.get("until", at))


def is_for_everybody() -> bool:
    """Whether the page being drawn was declared and depends on nobody so far."""
    return "shown" in g


def personal() -> None:
    """Say that the page being drawn depends on who asks, so that it is not kept."""
    g.pop("shown", None)


def mark(answer: Response) -> Response:
    """Let caches keep an anonymous page, and answer 304 where the reader has it already.

    Hung on a blueprint as ``after_request``; what is made for a member is marked private by the
    edge of the request. ``Vary`` keeps the two apart in a cache that several people share. Where
    the page cache stands before the app, it gets the page plain, with what it shows.
    """
    if answer.is_streamed or answer.status_code != 200 or g.get("member") is not None:
        return answer
    answer.headers.setdefault("Cache-Control", FOR_EVERYBODY)
    answer.vary.update(["Cookie", "Accept-Language"])
    is_for_others = "Set-Cookie" not in answer.headers
    if ASKED in request.environ and "shown" in g and reads_all() and is_for_others:
        answer.vary.add("Accept-Encoding")
        request.environ[SHOWN] = frozenset(g.shown)
        request.environ[UNTIL] = g.get("until")
        return answer
    answer.add_etag(weak=True)  # the same page, whichever way it is compressed
    answer.make_conditional(request)
    return answer


def reads_all() -> bool:
    """Whether the view looks at all that the address of this request says."""
    return all(name in g.reads or name.startswith(FROM_CAMPAIGNS) for name in request.args)


def note_link(endpoint: str, values: dict[str, Any]) -> None:
    """Note what a link from the page being drawn shows of its end."""
    kind = CARDS.get(endpoint)
    shown = g.get("shown") if kind is not None else None
    if shown is not None:
        shown.add(f"{kind}:{values.get('slug')}")
