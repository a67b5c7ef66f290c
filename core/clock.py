"""The one reader of the time: real time, plus the days by which a demo has been moved forward."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from core import settings

_seen: dict[Path, tuple[int, timedelta]] = {}


def now() -> datetime:
    """The present instant, aware, in UTC. Moved only where the services are embedded."""
    return datetime.now(UTC) + offset()


def offset() -> timedelta:
    """How far this installation's clock runs ahead of real time; zero in production."""
    found = settings.current()
    return read_offset(found.home) if found.embedded else timedelta()


def read_offset(home: Path) -> timedelta:
    """The offset kept in ``home``; read again only when its file has changed."""
    path = _file(home)
    try:
        changed = path.stat().st_mtime_ns
    except FileNotFoundError:
        return timedelta()
    seen = _seen.get(path)
    if seen is None or seen[0] != changed:
        seen = (changed, timedelta(seconds=json.loads(path.read_text())["offset_seconds"]))
        _seen[path] = seen
    return seen[1]


def advance(home: Path, by: timedelta) -> timedelta:
    """Move the clock of ``home`` forward and return the new offset. Time never goes back."""
    if by < timedelta():
        raise ValueError("the clock only moves forward")
    moved = read_offset(home) + by
    fresh = home / "clock.json.new"
    fresh.write_text(json.dumps({"offset_seconds": moved.total_seconds()}))
    fresh.replace(_file(home))
    return moved


@lru_cache
def _file(home: Path) -> Path:
    """Put together once: a page of a demo looks some ten times."""
    return home / "clock.json"
