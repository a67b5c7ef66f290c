"""Files that a page hands out to be kept."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from flask import Response


def json_file(content: Any, name: str) -> Response:
    """``content`` as a JSON file called ``name``, laid out to be read; instants in ISO 8601."""
    text = json.dumps(content, indent=2, default=_plain, ensure_ascii=False)
    answer = Response(text, content_type="application/json; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, (date, datetime)) else str(value)
