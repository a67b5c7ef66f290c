"""Styles, scripts and signs, each under an address that changes with its content.

``asset_url("js/seen.js")`` names a file below ``web/static``. ``asset_url("matinee.css")`` names
the one style sheet, joined from the parts in ``web/static/css`` in the order of their names. The
scripts of the player are one another's modules, which they name by their place: their address is
that of a folder, and changes with each of them.
"""

from __future__ import annotations

import hashlib
import re
import time
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Flask, Response, request, send_from_directory, url_for
from flask.typing import ResponseReturnValue

STATIC = Path(__file__).resolve().parent / "static"
STYLE_SHEET, MODULES = "matinee.css", "js/player"
FOR_EVER = "public, max-age=31536000, immutable"
LOOK_SECONDS = 1.0
COMMENT = re.compile(r"\s*/\*.*?\*/", re.S)

pages = Blueprint("assets", __name__)


def start(app: Flask) -> None:
    """Serve the style sheet, and give templates ``asset_url``."""
    app.register_blueprint(pages)
    app.jinja_env.globals["asset_url"] = asset_url
    app.jinja_env.globals["vendor_url"] = vendor_url
    app.after_request(_keep_for_ever)


def asset_url(name: str) -> str:
    """The address of an asset; it may be kept for ever, because a change gives another one.

    The files are looked at once a second: on every page that would cost more than a query.
    """
    return _address(name, request.script_root, int(time.monotonic() / LOOK_SECONDS))


@lru_cache(maxsize=128)
def _address(name: str, root: str, moment: int) -> str:
    """``root`` and ``moment`` only tell one answer from the next."""
    if name == STYLE_SHEET:
        return url_for("assets.styles", content=fingerprint(style_sheet()))
    if name.startswith(MODULES):
        return url_for("assets.module", content=_of_modules(), name=name.removeprefix("js/"))
    return url_for("static", filename=name, v=_of_file(name))


def vendor_url(name: str) -> str | None:
    """The address of a browser library; ``None`` where ``matinee assets`` has not fetched it."""
    return asset_url(f"vendor/{name}") if (STATIC / "vendor" / name).exists() else None


@pages.get("/static/<content>/matinee.css")
def styles(content: str) -> ResponseReturnValue:
    """The style sheet. An earlier one's address gives today's, and is asked for again next time."""
    text = style_sheet()
    answer = Response(text, mimetype="text/css")
    answer.headers["Cache-Control"] = FOR_EVER if content == fingerprint(text) else "no-cache"
    return answer


@pages.get("/static/<content>/js/<name>")
def module(content: str, name: str) -> ResponseReturnValue:
    """A script of the player, beside those that it asks for; an earlier one's address gives that
    of today."""
    answer = send_from_directory(STATIC / "js", name)
    is_current = content == _of_modules()
    answer.headers["Cache-Control"] = FOR_EVER if is_current else "no-cache"
    return answer


def style_sheet() -> str:
    """The parts as one text, without the comments, which are for those who read them here."""
    parts = sorted(STATIC.glob("css/*.css"))
    return _joined(tuple((part, part.stat().st_mtime_ns) for part in parts))


def fingerprint(content: str | bytes) -> str:
    """Twelve letters that change with ``content``."""
    data = content.encode() if isinstance(content, str) else content
    return hashlib.sha256(data).hexdigest()[:12]


@lru_cache(maxsize=2)
def _joined(parts: tuple[tuple[Path, int], ...]) -> str:
    return COMMENT.sub("", "".join(part.read_text() for part, _ in parts))


def _of_modules() -> str:
    found = sorted(STATIC.glob(f"{MODULES}*.js"))
    return fingerprint("".join(_of_file(f"js/{one.name}") for one in found))


def _of_file(name: str) -> str:
    path = STATIC / name
    return _fingerprint_of(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _fingerprint_of(path: Path, changed_at_ns: int) -> str:
    return fingerprint(path.read_bytes())


def _keep_for_ever(answer: Response) -> Response:
    is_file = request.endpoint == "static" and request.method in ("GET", "HEAD")
    if is_file and answer.status_code in (200, 304):
        name = (request.view_args or {}).get("filename", "")
        is_current = request.args.get("v") == _of_file(name)
        answer.headers["Cache-Control"] = FOR_EVER if is_current else "no-cache"
    return answer
