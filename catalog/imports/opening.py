"""Opening a text file of any size, packed by gzip or not, and reading it a line at a time."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import io
import re
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from catalog.imports.unreadable import Unreadable

GZIP = b"\x1f\x8b"
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # the marks with which it begins
LONGEST_LINE = 1_000_000
NOT_TEXT = re.compile("[\\ud800-\\udfff]")


@dataclass
class Text:
    """A file that is being read. ``size`` and ``position`` are bytes on disk, for progress."""

    path: Path
    size: int
    raw: IO[bytes]
    unpacked: io.TextIOWrapper
    line: int = 0

    @property
    def position(self) -> int:
        """How far the file is read."""
        return self.raw.tell()

    def __iter__(self) -> Iterator[str]:
        """Its lines, as ``lines`` gives them."""
        return self.lines()

    def lines(self, longest: int = LONGEST_LINE) -> Iterator[str]:
        """Its lines, with their ends. Bytes that are no text come as lone surrogates.

        Raises ``Unreadable`` at a line that is too long, and where the packing is broken.
        """
        with _whole(self.path):
            while line := self.unpacked.readline(longest):
                self.line += 1
                if len(line) == longest:
                    most = f"{longest // 1_000_000} MB"
                    raise Unreadable(f"Line {self.line} of {self.path.name} is longer than {most}.")
                yield line

    def read(self, letters: int) -> str:
        """The next of its letters, empty at its end; else as ``lines``."""
        with _whole(self.path):
            return self.unpacked.read(letters)


@contextmanager
def opened(path: Path) -> Iterator[Text]:
    """``path`` as text: UTF-8, or UTF-16 with a mark, as Excel's "Unicode text" is.

    Raises ``Unreadable`` for what is no file.
    """
    if not path.is_file():
        raise Unreadable(f"{path} is not a file.")
    with path.open("rb") as raw:
        packed = raw.read(2) == GZIP
        raw.seek(0)
        content = gzip.GzipFile(fileobj=raw) if packed else raw
        with _whole(path):
            wide = content.peek(2)[:2] in UTF_16
        encoding, odd = ("utf-16", "surrogatepass") if wide else ("utf-8-sig", "surrogateescape")
        text = io.TextIOWrapper(content, encoding, errors=odd, newline="")
        yield Text(path, path.stat().st_size, raw, text)


@contextmanager
def _whole(path: Path) -> Iterator[None]:
    try:
        yield
    except (EOFError, gzip.BadGzipFile, zlib.error) as broken:
        why = f"{path.name} is not whole: what gzip packed ends early or is damaged."
        raise Unreadable(why) from broken
    except UnicodeError as broken:
        raise Unreadable(f"{path.name} is not whole: it ends within a letter.") from broken


def is_text(line: str) -> bool:
    """Whether every letter of a line was text."""
    return line.isascii() or NOT_TEXT.search(line) is None


def fingerprint(paths: Iterable[Path]) -> str:
    """A hash of the content of these files, read in pieces."""
    whole = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            whole.update(hashlib.file_digest(file, "sha256").digest())
    return whole.hexdigest()
