"""Answers made small on their way: brotli, or gzip for a browser that knows no better."""

from __future__ import annotations

import gzip
from functools import lru_cache

import brotli
from flask import Flask, Response, request
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from web.freshness import SHOWN

ENCODINGS = ("br", "gzip", "identity")  # the smallest first
WORTH_IT = 600
ON_THE_FLY = 3  # 4 costs twice as much for a twentieth less; a kept page is packed at 5
FOR_EVER = 5  # for what a browser asks for once a year, such as a poster
BEST, LONG = 11, 100_000  # for styles and scripts, once a process; a library would take a second
ASSETS = {"static", "assets.styles", "assets.module"}
TEXTS = ("text/", "application/json", "application/xml", "application/javascript", "image/svg+xml")


def start(app: Flask) -> None:
    """Hang the compression on ``app``. Called first, it runs last, when the body stands."""
    app.after_request(_compress)


@lru_cache(maxsize=256)
def encoding_for(accepted: str) -> str:
    """The encoding that a browser weighs most, of equals the smallest; plain where none is named
    that we know (RFC 9110, 12.5.3)."""
    wanted = parse_accept_header(accepted, Accept)
    best = max(ENCODINGS, key=wanted.quality)
    return best if wanted.quality(best) > 0 else "identity"


def _compress(answer: Response) -> Response:
    if SHOWN in request.environ or not _is_worth_it(answer):
        return answer  # a page that is kept is packed once, by what keeps it
    answer.vary.add("Accept-Encoding")
    encoding = encoding_for(request.headers.get("Accept-Encoding", ""))
    answer.direct_passthrough = False  # a file is read here, where it is text
    if encoding == "br":
        return _with(answer, "br", _brotli(answer))
    if encoding == "gzip":
        return _with(answer, "gzip", gzip.compress(answer.get_data(), compresslevel=6, mtime=0))
    return answer


def _brotli(answer: Response) -> bytes:
    if not answer.cache_control.immutable:
        return _at(ON_THE_FLY, answer.get_data())
    if request.endpoint in ASSETS:
        return _packed_once(answer.get_data())
    return _at(FOR_EVER, answer.get_data())


@lru_cache(maxsize=64)
def _packed_once(asset: bytes) -> bytes:
    return _at(BEST if len(asset) < LONG else FOR_EVER, asset)


def _at(quality: int, data: bytes) -> bytes:
    return bytes(brotli.compress(data, quality=quality))


def _is_worth_it(answer: Response) -> bool:
    """Whether ``answer`` is a whole text of some length; media are small already."""
    whole = answer.status_code != 206 and "Content-Encoding" not in answer.headers
    text = (answer.mimetype or "").startswith(TEXTS)
    return whole and text and (answer.content_length or 0) >= WORTH_IT


def _with(answer: Response, encoding: str, data: bytes) -> Response:
    answer.set_data(data)
    answer.headers["Content-Encoding"] = encoding
    return answer
