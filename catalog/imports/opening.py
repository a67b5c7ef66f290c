"""Opening a text file of any size, packed by gzip or not, and reading it a line at a time."""

from __future__ import annotations

import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from catalog.import_file import Unreadable

GZIP = b"\x1f\x8b"
LONGEST_LINE = 1_000_000


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
        """Its lines, with their ends. Bytes that are no UTF-8 come as lone surrogates.

        Raises ``Unreadable`` at a line that is too long, and where the packing is broken.
        """
        try:
            while line := self.unpacked.readline(LONGEST_LINE):
                self.line += 1
                if len(line) == LONGEST_LINE:
                    raise Unreadable(f"Line {self.line} of {self.path.name} is longer than 1 MB.")
                yield line
        except (EOFError, gzip.BadGzipFile, zlib.error) as broken:
            why = f"{self.path.name} is not whole: what gzip packed ends early or is damaged."
            raise Unreadable(why) from broken


@contextmanager
def opened(path: Path) -> Iterator[Text]:
    """``path`` as text. Raises ``Unreadable`` for what is no file."""
    if not path.is_file():
        raise Unreadable(f"{path} is not a file.")
    with path.open("rb") as raw:
        packed = raw.read(2) == GZIP
        raw.seek(0)
        content = gzip.GzipFile(fileobj=raw) if packed else raw
        text = io.TextIOWrapper(content, "utf-8-sig", errors="surrogateescape", newline="")
        yield Text(path, path.stat().st_size, raw, text)


def is_text(line: str) -> bool:
    """Whether every letter of a line was UTF-8."""
    return not any("\udc80" <= letter <= "\udcff" for letter in line)


def fingerprint(path: Path) -> str:
    """A hash of the file's content, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
