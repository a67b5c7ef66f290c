"""The account of an import: what became of every record, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
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


@dataclass(frozen=True)
class Account:
    """Every record of a file, in its order."""

    entries: Sequence[Entry]

    def counts(self) -> dict[str, int]:
        """How many records had each outcome; every outcome is named."""
        found = Counter(entry.outcome for entry in self.entries)
        return {outcome: found[outcome] for outcome in OUTCOMES}

    def noted(self) -> list[Entry]:
        """The records of which something is to be said."""
        return [entry for entry in self.entries if entry.notes]

    @property
    def in_vain(self) -> bool:
        """Whether no record of the file could be used."""
        return all(entry.outcome == "refused" for entry in self.entries)
