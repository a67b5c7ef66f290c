"""The records of a JSON file, one after the other: a list of them, one alone, or one a line.

Not by a library such as ijson: it tells no line, and refuses a whole file for one record's ``NaN``.
Python's own decoder over a window of the text does neither, and is as quick.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection, Iterable, Iterator
from enum import Enum
from json import JSONDecodeError
from pathlib import Path
from typing import Any, NoReturn

from catalog import plain
from catalog.imports import opening
from catalog.imports.opening import Text
from catalog.imports.unreadable import Unreadable

AT_ONCE = 8_192
LONGEST_RECORD = 4_000_000
LONGEST_NUMBER = 400
MOST_KEYS, LONGEST_KEY = 50, 40  # of those that are told
NEAR = 16  # letters: a word or an escape that is cut is shorter
BLANK = re.compile(r"[ \t\r\n]*")


class Odd(Enum):
    """What stands in a record's place that alone cannot be read."""

    NOT_JSON = "not JSON: refused"
    NOT_TEXT = "not UTF-8 text: refused"


def _whole(digits: str) -> float:
    """A whole number. One that Python is not willing to read is endless, and means nothing."""
    return int(digits) if len(digits) <= LONGEST_NUMBER else math.inf


DECODER = json.JSONDecoder(parse_int=_whole)


class Window:
    """The part of a text that is looked at, which moves on and grows no longer than a record."""

    def __init__(self, text: Text) -> None:
        self._text = text
        self._shown = ""
        self._at = 0
        self._line = 1

    def sign(self) -> str:
        """The next letter that is no blank; empty at the end of the text."""
        while True:
            blank = BLANK.match(self._shown, self._at)
            self._move_to(blank.end() if blank else self._at)
            if self._at < len(self._shown):
                return self._shown[self._at]
            if not self._grow():
                return ""

    def skip(self) -> None:
        """Go behind the letter that ``sign`` told."""
        self._move_to(self._at + 1)

    def value(self) -> tuple[int, Any]:
        """The next value, and the line on which it starts.

        Raises ``Unreadable`` for what is not JSON, nested too deeply, or too long.
        """
        self.sign()
        line = self._line
        found, end = self._decoded()
        whole = opening.is_text(self._shown[self._at : end])
        self._move_to(end)
        return line, found if whole else Odd.NOT_TEXT

    def refuse(self, why: str, at: int | None = None) -> NoReturn:
        """Raise ``Unreadable`` with the line of a place of the window, this one unless told."""
        line = self._line + self._shown.count("\n", self._at, at or self._at)
        raise Unreadable(f"Line {line} is not JSON: {why}.")

    def _decoded(self) -> tuple[Any, int]:
        """The value that starts here, and where it ends."""
        while True:
            wrong = None
            try:
                found, end = DECODER.raw_decode(self._shown, self._at)
            except RecursionError as deep:
                why = f"What starts on line {self._line} is nested too deeply to be read."
                raise Unreadable(why) from deep
            except JSONDecodeError as error:
                wrong, end = error, error.pos
            if not self._may_be_cut(wrong, end) or not self._grow():
                if wrong is not None:
                    self.refuse(wrong.msg, at=wrong.pos)
                return found, end

    def _may_be_cut(self, wrong: JSONDecodeError | None, end: int) -> bool:
        """Whether what was found, or what is wrong, may be so because the window ends there."""
        endless = wrong is not None and wrong.msg.startswith("Unterminated")
        return endless or end > len(self._shown) - NEAR

    def _grow(self) -> bool:
        """Look at more of the text. Answers whether there was more.

        Twice as much each time, so that a long record is not begun too often.
        """
        rest = len(self._shown) - self._at
        if rest > LONGEST_RECORD:
            raise Unreadable(
                f"What starts on line {self._line} is no film: it is longer than "
                f"{LONGEST_RECORD // 1_000_000} MB, or a quotation mark is missing."
            )
        more = self._text.read(max(AT_ONCE, rest))
        if more:
            self._shown, self._at = self._shown[self._at :] + more, 0
        return bool(more)

    def _move_to(self, at: int) -> None:
        self._line += self._shown.count("\n", self._at, at)
        self._at = at


def read(text: Text) -> Iterator[tuple[int, Any]]:
    """Every record with the line on which it starts; ``Odd`` in the place of one that cannot be
    read while the others can.

    Raises ``Unreadable`` where the file as a whole, or from there on, is not JSON.
    """
    if _is_one_a_line(text.path):
        yield from _lines(text)
        return
    window = Window(text)
    if window.sign() == "[":
        yield from _elements(window)
    else:
        yield window.value()
    if window.sign():
        window.refuse("Something follows the end")


def telling(
    found: Iterable[tuple[int, Any]], known: Collection[str], remarks: list[str]
) -> Iterator[tuple[int, Any]]:
    """The records ``found``; behind the last of them the keys that are not ``known``, of which
    nothing is read, are added to ``remarks``, each once."""
    others: dict[str, None] = {}
    for line, record in found:
        if isinstance(record, dict) and len(others) < MOST_KEYS:
            more = (plain.line(key)[:LONGEST_KEY] for key in record if key not in known)
            others.update(dict.fromkeys(filter(None, more)))
        yield line, record
    if others:
        remarks.append(f"keys left out: {', '.join([*others][:MOST_KEYS])}")


def _elements(window: Window) -> Iterator[tuple[int, Any]]:
    window.skip()
    more = window.sign() != "]"
    while more:
        yield window.value()
        more = window.sign() == ","
        if more:
            window.skip()
    if window.sign() != "]":
        window.refuse("Expecting a comma or the end of the list")
    window.skip()


def _is_one_a_line(path: Path) -> bool:
    """Whether the first line is an object by itself."""
    with opening.opened(path) as text:
        if Window(text).sign() != "{":
            return False
    with opening.opened(path) as text:
        line = next((line for line in text.lines(longest=LONGEST_RECORD) if line.strip()), "")
    return _of_line(line) is not Odd.NOT_JSON


def _lines(text: Text) -> Iterator[tuple[int, Any]]:
    lines = text.lines(longest=LONGEST_RECORD)
    yield from ((text.line, _of_line(line)) for line in lines if line.strip())


def _of_line(line: str) -> Any:
    if not opening.is_text(line):
        return Odd.NOT_TEXT
    try:
        return DECODER.decode(line)
    except (JSONDecodeError, RecursionError):
        return Odd.NOT_JSON
