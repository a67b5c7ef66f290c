"""The account of an import: what became of every record, and why."""

from __future__ import annotations

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
        title = f"{self.reading.title}: " if self.reading.title else ""
        return f"{self.reading.place}: {title}" + ("; ".join(self.notes) or self.outcome)
