"""How long a page may be kept: a minute for everybody's pages, never for a member's."""

from __future__ import annotations

from flask import Response, g, request

FOR_EVERYBODY = "public, max-age=60"


def mark(answer: Response) -> Response:
    """Let caches keep an anonymous page, and answer 304 where the reader has it already.

    Hung on a blueprint as ``after_request``; what is made for a member is marked private by the
    edge of the request. ``Vary`` keeps the two apart in a cache that several people share.
    """
    if answer.is_streamed or answer.status_code != 200 or g.get("member") is not None:
        return answer
    answer.headers.setdefault("Cache-Control", FOR_EVERYBODY)
    answer.vary.add("Cookie")
    answer.add_etag(weak=True)  # the same page, whichever way it is compressed
    answer.make_conditional(request)
    return answer
