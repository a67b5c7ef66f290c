"""What of a period is left when some days of UTC are taken out of it."""

from __future__ import annotations

from collections.abc import Iterable

from reports.spans import DAY_US


def between(days: Iterable[int], first: int, after: int) -> list[tuple[int, int]]:
    """The stretches from ``first`` to ``after`` outside of ``days``, which come in order and lie
    inside; each day is the microsecond at which it begins."""
    found: list[tuple[int, int]] = []
    for day in days:
        if first < day:
            found.append((first, day))
        first = day + DAY_US
    return [*found, (first, after)] if first < after else found
