"""Reading a file of films: its size, its letters and its shape, before any record is looked at."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.errors import DomainError

LARGEST = 64 * 1024 * 1024
MOST_RECORDS = 200_000
BLANK = re.compile(r"[ \t\r\n]*")


class Unreadable(DomainError):
    """A file that cannot be imported at all; ``sentence`` says why. Nothing of it was taken."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.sentence = f"{why} Nothing was imported."


def records(path: Path) -> list[tuple[int, Any]]:
    """Every record of the JSON list in ``path``, with the line on which it starts.

    Raises ``Unreadable`` for what is no file, too large, not UTF-8, not JSON or not a list.
    """
    text = _text(path)
    try:
        found = list(_walk(text))
    except json.JSONDecodeError as wrong:
        raise Unreadable(f"Line {wrong.lineno} is not JSON: {wrong.msg}.") from wrong
    except (ValueError, RecursionError) as wrong:
        raise Unreadable("A number or a list in the file is too large to be read.") from wrong
    return found


def one_or_more(path: Path) -> list[tuple[int, Any]]:
    """As ``records``, also of a file that is one object alone."""
    text = _text(path)
    if not text.lstrip().startswith("{"):
        return records(path)
    try:
        return [(1, json.loads(text))]
    except (ValueError, RecursionError) as wrong:
        raise Unreadable(f"The file is not JSON: {wrong}.") from wrong


def _text(path: Path) -> str:
    if not path.is_file():
        raise Unreadable(f"{path} is not a file.")
    if path.stat().st_size > LARGEST:
        raise Unreadable(f"{path} is larger than {LARGEST // 1024 // 1024} MB.")
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = content.count(b"\n", 0, wrong.start) + 1
        raise Unreadable(f"Line {line} is not UTF-8 text.") from wrong


def _walk(text: str) -> Iterator[tuple[int, Any]]:
    decoder = json.JSONDecoder()
    at = _after_blanks(text, 0)
    if text[at : at + 1] != "[":
        raise Unreadable("The file is not a list of films: it does not begin with [.")
    at, line, counted, number = _after_blanks(text, at + 1), 1, 0, 0
    more = text[at : at + 1] != "]"
    while more:
        line, counted, number = line + text.count("\n", counted, at), at, number + 1
        if number > MOST_RECORDS:
            raise Unreadable(f"The file holds more than {MOST_RECORDS:,} films.")
        record, end = decoder.raw_decode(text, at)
        yield line, record
        at = _after_blanks(text, end)
        more = text[at : at + 1] == ","
        if more:
            at = _after_blanks(text, at + 1)
    if text[at : at + 1] != "]":
        raise json.JSONDecodeError("Expecting a comma or the end of the list", text, at)
    end = _after_blanks(text, at + 1)
    if end != len(text):
        raise json.JSONDecodeError("Something follows the list", text, end)


def _after_blanks(text: str, at: int) -> int:
    found = BLANK.match(text, at)
    return found.end() if found else at
