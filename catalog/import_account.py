"""The account of an import: what became of every record, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from catalog.import_records import Reading

OUTCOMES = ("taken", "merged", "unchanged", "refused")


@dataclass(frozen=True)
class Entry:
    """What became of a record; ``notes`` say what is odd about it and what was done."""

    reading: Reading
    outcome: str
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        where = f"line {self.reading.line}: "
        title = f"{self.reading.title}: " if self.reading.title else ""
        return where + title + ("; ".join(self.notes) or self.outcome)


def counted(outcomes: Iterable[str]) -> dict[str, int]:
    """How many records had each outcome; every outcome is named."""
    found = Counter(outcomes)
    return {outcome: found[outcome] for outcome in OUTCOMES}


@dataclass(frozen=True)
class Account:
    """Every record of a file, in its order."""

    entries: Sequence[Entry]

    def counts(self) -> dict[str, int]:
        """How many records had each outcome; every outcome is named."""
        return counted(entry.outcome for entry in self.entries)
