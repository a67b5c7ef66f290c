"""Addresses that nothing has yet, found for many things at once and however many have one."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Text, any_, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute, Session

AT_ONCE = 6


class Free:
    """Knows which addresses the ``columns`` hold; asks for those that may be wanted, a set at a
    time, never for all."""

    def __init__(self, db: Session, *columns: InstrumentedAttribute[Any]) -> None:
        self._db = db
        self._columns = columns
        self._looked: set[str] = set()
        self._taken: set[str] = set()

    def of(self, wishes: Sequence[Iterator[str]]) -> Iterator[str]:
        """For each wish, a sequence of addresses without end, the first that is free; no address
        is given twice."""
        begun = [list(itertools.islice(wish, AT_ONCE)) for wish in wishes]
        self._look({address for addresses in begun for address in addresses})
        for addresses, rest in zip(begun, wishes, strict=True):
            found = next(one for one in itertools.chain(addresses, rest) if self._is_free(one))
            self._taken.add(found)
            yield found

    def _is_free(self, address: str) -> bool:
        if address not in self._looked:
            self._look({address})
        return address not in self._taken

    def _look(self, addresses: set[str]) -> None:
        self._looked |= addresses
        wanted = any_(literal(sorted(addresses), ARRAY(Text)))
        for column in self._columns:
            self._taken |= set(self._db.scalars(select(column).where(column == wanted)))
