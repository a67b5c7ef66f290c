"""How long a film has played to somebody, by the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from access import watched

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def sitting(begin: int, end: int, played: int) -> watched.Sitting:
    """A player that ran from one second to another behind noon."""
    return NOON + timedelta(seconds=begin), NOON + timedelta(seconds=end), played


@pytest.mark.parametrize(
    ("sittings", "seconds"),
    [
        pytest.param([], 0, id="nothing"),
        pytest.param([(0, 60, 50)], 50, id="one"),
        pytest.param([(0, 60, 90)], 60, id="one that claims more than its time"),
        pytest.param([(0, 60, 50), (100, 160, 50)], 100, id="one after the other"),
        pytest.param([(0, 60, 60), (0, 60, 60)], 60, id="two at once"),
        pytest.param([(0, 60, 60), (30, 90, 60)], 90, id="two that overlap"),
        pytest.param([(0, 600, 5), (10, 60, 50), (10, 60, 50)], 55, id="two beside one on pause"),
        pytest.param([(0, 600, 40), (100, 160, 60)], 100, id="on another device after a pause"),
        pytest.param([(0, 100, 50), (0, 40, 40), (60, 100, 10)], 100, id="one around two"),
    ],
)
def test_a_second_counts_once_however_many_players_ran(
    sittings: list[tuple[int, int, int]], seconds: int
) -> None:
    assert watched.seconds(sitting(*one) for one in sittings) == seconds
