"""Whole addresses of our own pages, for search engines, sharing and e-mail programs."""

from __future__ import annotations

from typing import Any

from flask import url_for

from core import settings


def whole(endpoint: str, **values: Any) -> str:
    """The address of ``endpoint`` with our public origin, whatever host this request named."""
    return settings.current().origin + url_for(endpoint, **values)
