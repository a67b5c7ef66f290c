"""The report of an import: a line for every record, also where the import was broken off."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import click

from catalog.import_account import OUTCOMES

# Among the counts of an import: how long its report is, and the checksum of that.
LENGTH, CHECKSUM = "report length", "report checksum"
NO_REPORT = {LENGTH: 0, CHECKSUM: 0}
AT_ONCE = 1_000_000
BEGINNINGS = (b"line ", b"The first ")  # of a report's first line


class Report:
    """The file at ``path``, which goes on behind the ``done`` records of the file ``name`` that an
    import told here, and behind no other."""

    def __init__(self, path: Path, name: str, *, done: int, counts: Mapping[str, int]) -> None:
        self.path = path
        try:
            if not done:
                _refuse_other(path)
            self._file = path.open("a+b" if done else "wb")
        except OSError as wrong:
            raise click.ClickException(f"{path} cannot be written: {wrong.strerror}.") from wrong
        self._length = self._checksum = 0
        if done:
            self._go_on(_begun_late(name, done, counts), counts)

    def write(self, lines: str) -> None:
        """Add these lines."""
        told = lines.encode()
        self._file.write(told)
        self._file.flush()
        self._length += len(told)
        self._checksum = zlib.crc32(told, self._checksum)

    def mark(self) -> dict[str, int]:
        """By what it is known again."""
        return {LENGTH: self._length, CHECKSUM: self._checksum}

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _go_on(self, first_line: str, counts: Mapping[str, int]) -> None:
        """Go on behind what was told and stored: what was told and not stored is told again. A new
        report begins with what it lacks."""
        length = counts.get(LENGTH, 0)
        if length and _checksum(self._file, length) == (length, counts.get(CHECKSUM, 0)):
            self._file.truncate(length)
            self._length, self._checksum = length, counts.get(CHECKSUM, 0)
        elif self._begins_with(first_line.encode()):
            self._file.truncate(0)
            self.write(first_line)
            click.echo(first_line.strip())
        else:
            self._file.close()
            raise click.ClickException(
                f"{self.path} is not the report of this import, some of whose records are stored "
                f"already. Nothing was done. Name its report, or one that does not exist yet."
            )

    def _begins_with(self, first_line: bytes) -> bool:
        self._file.seek(0)
        return self._file.read(len(first_line)) in (b"", first_line)


def _refuse_other(path: Path) -> None:
    """Refuse to write a new report over a file that is none. Raises ``ClickException``."""
    if not path.is_file():
        return
    with path.open("rb") as file:
        begins = file.read(len(max(BEGINNINGS, key=len)))
    if begins and not begins.startswith(BEGINNINGS):
        raise click.ClickException(
            f"{path} is there already, and no report of an import. Nothing was done. Name another "
            "file."
        )


def _begun_late(name: str, done: int, counts: Mapping[str, int]) -> str:
    became = ", ".join(f"{counts.get(outcome, 0):,} {outcome}" for outcome in OUTCOMES)
    return (
        f"The first {done:,} records of {name} are not in this report, because they were stored "
        f"before it began: {became}.\n"
    )


def _checksum(file: IO[bytes], length: int) -> tuple[int, int]:
    """How much of the first ``length`` bytes there is, and the checksum of that."""
    file.seek(0)
    checksum = read = 0
    while some := file.read(min(AT_ONCE, length - read)):
        checksum, read = zlib.crc32(some, checksum), read + len(some)
    return read, checksum
