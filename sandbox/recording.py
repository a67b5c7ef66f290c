"""Writes API traffic down as JSON lines, to be read or checked afterwards."""

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from werkzeug.wrappers import Request, Response

Obj = dict[str, Any]


def exchange(request: Request, response: Response) -> Obj:
    """One call and its answer; keys and headers are left out."""
    query = request.query_string.decode()
    return {
        "method": request.method,
        "path": request.path + (f"?{query}" if query else ""),
        "request": request.get_data(as_text=True),
        "status": response.status_code,
        "response": json.loads(response.get_data()),
    }


def to_file(path: Path) -> Callable[[Request, Response], None]:
    """An observer that adds a line to a file for every call."""
    lock = threading.Lock()

    def note(request: Request, response: Response) -> None:
        line = json.dumps(exchange(request, response))
        with lock, path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    return note
