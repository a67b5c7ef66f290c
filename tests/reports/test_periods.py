"""How cells of a report are named, for files and for people."""

from __future__ import annotations

import pytest

from reports import periods


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("2026-07", "July 2026"),
        ("2026-07-01", "1 July 2026"),
        ("2026-W27", "week of 29 June 2026"),
        ("2026-W01", "week of 29 December 2025"),
        ("all", "all"),
        ("the last 30 days", "the last 30 days"),
    ],
)
def test_a_page_names_a_cell_as_people_do(label: str, words: str) -> None:
    assert periods.told(label) == words
