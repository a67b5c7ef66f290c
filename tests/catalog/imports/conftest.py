"""What tests of the import share."""

from __future__ import annotations

from datetime import timedelta

import pytest

from catalog.imports import batches, rows
from tests.factories import NOW


@pytest.fixture
def bring(db):
    """Import these rows as one file, in one batch; the answer is what is said of each."""

    def bring(*given, file="a", source="import", finish=True, later=0):
        now = NOW + timedelta(days=later)
        run = batches.begin(db, fingerprint=file, source=source, name=file, now=now)
        readings = [rows.read(line, one, source) for line, one in enumerate(given, start=2)]
        entries = batches.store(db, run.id, readings, done=run.records, now=now)
        if finish:
            batches.finish(db, run.id, now=now)
        db.expire_all()
        return [str(entry) for entry in entries]

    return bring
