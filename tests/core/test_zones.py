"""An instant is written in a zone that its reader knows by name."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from accounts import profiles
from core import zones

WINTER = datetime(2026, 12, 30, 3, 6, tzinfo=UTC)
SUMMER = datetime(2026, 7, 1, 3, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "zone", "written"),
    [
        (WINTER, "UTC", "30 December 2026, 03:06 UTC"),
        (WINTER, "Europe/London", "30 December 2026, 03:06 GMT"),
        (SUMMER, "Europe/London", "1 July 2026, 04:06 BST"),
        (WINTER, "Europe/Berlin", "30 December 2026, 04:06 CET"),
        (WINTER, "America/Los_Angeles", "29 December 2026, 19:06 Pacific Standard Time"),
        (WINTER, "Pacific/Auckland", "30 December 2026, 16:06, Auckland time"),
        (SUMMER, "Asia/Kolkata", "1 July 2026, 08:36, Kolkata time"),
        (SUMMER, "America/Sao_Paulo", "1 July 2026, 00:06, Sao Paulo time"),
        (SUMMER, "America/Indiana/Indianapolis", "30 June 2026, 23:06, Indianapolis time"),
    ],
)
def test_a_time_names_its_zone_by_letters_or_by_city(at: datetime, zone: str, written: str) -> None:
    assert zones.day_and_time(at, zone) == written


def test_no_zone_that_a_member_can_choose_is_written_as_a_bare_distance() -> None:
    written = {
        zone: zones.day_and_time(at, zone) for zone in profiles.zones() for at in (WINTER, SUMMER)
    }

    assert [zone for zone, words in written.items() if re.search(r"[+-]\d\d", words)] == []
