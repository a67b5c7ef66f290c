"""Days whose rows, taken together, no longer follow from the rows they were made of."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from reports.spans import END_US

State = dict[tuple[int, str], str]


@dataclass(frozen=True)
class DueDays:
    """The days noted in ``table``. Those rows of ``source`` are taken together for which ``where``
    holds, by the ``day`` on which they stand; ``order`` tells the rows of one owner apart."""

    table: str
    source: str
    day: str
    where: str
    order: str

    @cached_property
    def _states(self) -> TextClause:
        told = f"md5(string_agg(row::text, '' ORDER BY {self.order}))"
        return text(
            f"SELECT {self.day} AS day_us, owner, {told} FROM {self.source} AS row"  # noqa: S608
            f" WHERE owner = ANY(:owners) AND {self.where} GROUP BY 1, 2"
        )

    def states(self, db: Session, owners: Collection[str]) -> State:
        """What the rows of ``owners`` are, by day and owner."""
        found = db.execute(self._states, {"owners": sorted(owners)})
        return {(day_us, owner): told for day_us, owner, told in found}

    def mark(self, db: Session, before: State, after: State) -> None:
        """Have those days made anew on which anything is not what it was."""
        days = sorted({day_us for (day_us, _), _ in before.items() ^ after.items()})
        if days:
            note = text(
                f"INSERT INTO {self.table} (day_us) SELECT unnest(cast(:days AS bigint[]))"
                " ON CONFLICT DO NOTHING"
            )
            db.execute(note, {"days": days})

    def mark_all(self, db: Session) -> None:
        """Have every day made anew."""
        note = text(
            f"INSERT INTO {self.table} (day_us)"  # noqa: S608  # names of our own
            f" SELECT DISTINCT {self.day} FROM {self.source} WHERE {self.where}"
        )
        db.execute(note)

    def taken(self, db: Session, *, before: int = END_US) -> list[int]:
        """The days due that began before an instant; they are due no longer."""
        take = text(f"DELETE FROM {self.table} WHERE day_us < :before RETURNING day_us")  # noqa: S608
        return sorted(db.scalars(take, {"before": before}))
