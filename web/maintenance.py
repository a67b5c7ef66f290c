"""While somebody works on the site: every page says until when. Kept pages are not handed out
either, for what they offer could not be pressed."""

from __future__ import annotations

import math
from datetime import datetime

from flask import Flask, request
from flask.typing import ResponseReturnValue

from core import clock, settings
from web import errors, filters

OPEN = ("assets", "health", "webhooks")  # what a page is drawn with, and machines that ask again
SENTENCE = "We are at work on this site until {}. Your trial or subscription is not affected."


def start(app: Flask) -> None:
    """Hang it on ``app`` before anything that asks the database."""
    app.before_request(_refuse)


def ends_at() -> datetime | None:
    """When the maintenance that is under way ends, or ``None``."""
    until = settings.current().maintenance_until
    return until if until is not None and clock.now() < until else None


def _refuse() -> ResponseReturnValue | None:
    until = ends_at()
    if until is None or request.endpoint == "static" or request.blueprint in OPEN:
        return None
    answer = errors.page(503, SENTENCE.format(filters.day_and_time(until)))
    left = (until - clock.now()).total_seconds()
    answer.headers["Retry-After"] = str(math.ceil(left))
    return answer
