"""A table of films is written to a file and read, as an import reads it."""

from __future__ import annotations

import pytest

from catalog.imports import formats
from catalog.imports.formats import Wishes

USUAL = Wishes()


@pytest.fixture
def read(tmp_path):
    """The readings of a file with this content, and what is said of the file as a whole."""

    def read(content, wishes=USUAL, name="films.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        with formats.stream(path, wishes) as stream:
            return list(stream.readings), stream.remarks

    return read
