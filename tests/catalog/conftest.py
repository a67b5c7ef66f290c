"""What tests of the catalogue share."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.encoding_ffmpeg import find_ffmpeg


@pytest.fixture(scope="session")
def ffmpeg() -> Path:
    """The encoder of this machine; without one there is nothing to test."""
    found = find_ffmpeg()
    if found is None:
        pytest.skip("no ffmpeg with H.264 here")
    return found
