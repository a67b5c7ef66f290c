"""Whose time it is: every span of a member's calendar belongs to one kind, and no day is lost.

Spans with dates of their own (a paid period, a trial, a complimentary right, a pause) stay where
they are; where two overlap, the one that stands first in ``PRECEDENCE`` has the time. Days that
were only counted (a gift, an extension) wait for time that nobody has, and go on where they were
interrupted: each is given once and whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

PRECEDENCE = ("paid", "trial", "complimentary", "pause")
OPEN = ("paid", "trial", "complimentary", "extension", "gift")


@dataclass(frozen=True)
class Span:
    """From an instant to another, of one kind."""

    kind: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Days:
    """A length of time that may be used from an instant on."""

    kind: str
    starts_at: datetime
    length: timedelta


def laid_out(dated: Iterable[Span], counted: Iterable[Days]) -> list[Span]:
    """The calendar: spans in order that never overlap, with all of ``counted`` in the gaps."""
    taken: list[Span] = []
    for span in sorted(dated, key=lambda span: (PRECEDENCE.index(span.kind), span.starts_at)):
        taken = _sorted([*taken, *_free(taken, span)])
    for days in sorted(counted, key=lambda days: (days.starts_at, days.kind)):
        taken = _sorted([*taken, *_filled(taken, days)])
    return taken


def _free(taken: list[Span], span: Span) -> list[Span]:
    """The parts of ``span`` that nobody has."""
    parts, begun = [], span.starts_at
    for other in taken:
        if other.ends_at <= begun or other.starts_at >= span.ends_at:
            continue
        if other.starts_at > begun:
            parts.append(Span(span.kind, begun, other.starts_at))
        begun = other.ends_at
    if begun < span.ends_at:
        parts.append(Span(span.kind, begun, span.ends_at))
    return parts


def _filled(taken: list[Span], days: Days) -> list[Span]:
    """Where ``days`` fall: into every gap from their first instant on, until all are used."""
    parts, begun, left = [], days.starts_at, days.length
    for other in taken:
        if other.ends_at <= begun:
            continue
        gap = min(other.starts_at - begun, left)
        if gap > timedelta():
            parts.append(Span(days.kind, begun, begun + gap))
            left -= gap
        begun = max(begun, other.ends_at)
    if left > timedelta():
        parts.append(Span(days.kind, begun, begun + left))
    return parts


def _sorted(spans: list[Span]) -> list[Span]:
    return sorted(spans, key=lambda span: span.starts_at)


def open_until(calendar: list[Span], *, now: datetime) -> Span | None:
    """The unbroken time in which one may watch from ``now`` on: its last span, or ``None``."""
    last = None
    for span in calendar:
        if span.ends_at <= now or span.kind not in OPEN:
            continue
        reached = last.ends_at if last else now
        if span.starts_at > reached:
            break
        last = span
    return last
