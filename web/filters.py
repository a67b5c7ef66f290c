"""How a page prints facts: money, days, durations, long texts."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, get_month_names
from babel.numbers import format_decimal
from flask import Flask, g
from wcwidth import grapheme_boundary_before

from catalog import plain
from core import clock, money, settings, zones

LOCALE = "en_GB"
REVIEW_START, REVIEW_LINES, CRUMB = 300, 12, 60
MONTHS = "|".join(get_month_names("wide", locale=LOCALE).values())
DAY_AND_MONTH = re.compile(rf"\b(\d\d?) ({MONTHS})\b")


def start(app: Flask) -> None:
    """Give templates the filters of this file, and ``money`` and ``number``."""
    app.jinja_env.filters.update(
        money=money.formatted,
        number=number,
        full_date=full_date,
        day_month=day_month,
        unbroken=unbroken,
        day_and_time=day_and_time,
        machine_time=machine_time,
        duration=duration,
        iso_duration=iso_duration,
        clock_time=clock_time,
        cut=cut,
        storable=plain.storable,
        capital=capital,
        shortened=shortened,
        crumb=crumb,
        score=score,
    )


@lru_cache(maxsize=4096)
def number(value: int) -> str:
    """``1,101``."""
    return format_decimal(value, locale=LOCALE)


def score(value: Decimal, scale: int) -> str:
    """``7.6`` and ``8.0``; ``87`` of 100 and ``10`` of 10, where a nought behind the point says
    nothing."""
    is_whole = value == value.to_integral_value()
    return f"{value:.0f}" if is_whole and (scale > 10 or value == scale) else f"{value}"


def full_date(day: date) -> str:
    """``22 December 2026``; an instant is shown as the day it is for the reader."""
    return zones.day(_day(day))


def day_month(day: date) -> str:
    """``22 December`` where the year goes without saying, as it is the reader's own; else the full
    date."""
    shown = _day(day)
    return _day_of_the_year(shown) if shown.year == _day(clock.now()).year else zones.day(shown)


@lru_cache(maxsize=512)
def unbroken(text: str) -> str:
    """A sentence with its days each on one line: ``7 March 2027`` does not end a line with 7."""
    return DAY_AND_MONTH.sub("\\1\N{NO-BREAK SPACE}\\2", text)


def day_and_time(at: datetime) -> str:
    """``22 December 2026, 10:02 UTC``: an instant in the reader's zone, which is named."""
    return zones.day_and_time(at, _zone())


def machine_time(at: datetime) -> str:
    """``2026-12-22T10:02:43+00:00``, as ``datetime`` attributes want an instant: HTML allows three
    digits behind the second, and the database keeps six."""
    return at.isoformat(timespec="seconds")


def duration(minutes: int) -> str:
    """``111`` becomes ``1 h 51 min``."""
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours} h" if hours else "", f"{rest} min" if rest or not hours else ""]
    return " ".join(part for part in parts if part)


def iso_duration(seconds: int) -> str:
    """``6660`` becomes ``PT1H51M``, as ``datetime`` attributes and structured data want it."""
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    parts = [f"{hours}H" if hours else "", f"{minutes}M" if minutes else ""]
    return "PT" + ("".join(parts) + (f"{left}S" if left else "") or "0S")


def clock_time(seconds: int) -> str:
    """``112`` becomes ``1:52``, ``2470`` becomes ``41:10``, ``6663`` becomes ``1:51:03``."""
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def capital(text: str) -> str:
    """``text`` with a capital at its start, and every other letter as it was."""
    return text[:1].upper() + text[1:]


def crumb(name: str) -> str:
    """A name as long as the way from home has room for."""
    return shortened(name, CRUMB)


def shortened(text: str, limit: int) -> str:
    """``text`` with an ellipsis for what goes beyond ``limit``; no letter is parted from its marks,
    no flag or family from its half."""
    return text if len(text) <= limit else f"{text[: _letters_end(text, limit - 1)]}…"


def _letters_end(text: str, limit: int) -> int:
    """Where the last letter ends that is whole before ``limit``, which lies within ``text``."""
    return int(grapheme_boundary_before(text, limit + 1)) or limit


def cut(text: str, limit: int = REVIEW_START, lines: int = REVIEW_LINES) -> tuple[str, str]:
    """``text`` in two at the last space before ``limit``, or behind so many ``lines``; the second
    is empty for a short one, and begins with the space. One without spaces is cut between letters.

    A rest of less than a quarter of the start is not worth a press, so it stays with it.
    """
    end = min(_end_by_letters(text, limit), _end_by_lines(text, lines))
    return (text, "") if end == len(text) else (text[:end].rstrip(), text[end:])


def _end_by_letters(text: str, limit: int) -> int:
    if len(text) <= limit * 5 // 4:
        return len(text)
    words_end = max(text.rfind(" ", 0, limit + 1), text.rfind("\n", 0, limit + 1))
    return words_end if words_end > limit // 2 else _letters_end(text, limit)


def _end_by_lines(text: str, lines: int) -> int:
    enough = lines * 5 // 4
    first = text.split("\n", enough)
    return len("\n".join(first[:lines])) if len(first) > enough else len(text)


@lru_cache(maxsize=512)
def _day_of_the_year(day: date) -> str:
    return format_date(day, "d MMMM", locale=LOCALE)


def _day(day: date) -> date:
    """The reader's day alone: instants that are equal fall on different days in different zones."""
    local = _local(day)
    return local.date() if isinstance(local, datetime) else local


def _local(day: date) -> date:
    if not isinstance(day, datetime):
        return day
    return day.astimezone(ZoneInfo(_zone()))


def _zone() -> str:
    member = g.get("member")
    return member.zone if member else settings.current().zone
