"""A report's question read from the address, and the address of the list behind a number."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from urllib.parse import urlencode

from flask import g, request, url_for

from core import clock, settings
from reports import periods
from reports.definitions import Definition
from reports.periods import BadQuestion, By
from reports.questions import Question
from web.desk import paging

TRIAL_DAYS = 30
NOWHERE = "-"
LIMIT_DAYS = 3650
EXPERIMENT_DAYS = 90


@dataclass(frozen=True)
class Asked:
    """A page's question, and whose definition of conversion it is to use, if not ours."""

    question: Question
    definition: Definition | None

    @cached_property
    def query(self) -> dict[str, str]:
        """What must stand in an address so that it asks the same question again."""
        q = self.question
        given = {
            "from": q.first.isoformat() if q.first else "",
            "to": q.last.isoformat() if q.last else "",
            "source": NOWHERE if q.source == "" else q.source or "",
            "by": str(q.by),
            "horizon": str(q.horizon.days),
            "film": q.film or "",
            "definition": str(self.definition or ""),
            "zone": request.args.get("zone", ""),
            "as_of": request.args.get("as_of", ""),
        }
        return {name: value for name, value in given.items() if value}

    def people(self, report: str, row: str, cell: str) -> str:
        """The address of the list behind a number."""
        asked = urlencode({"report": report, "row": row, "cell": cell})
        return f"{self._people}{'&' if self.query else '?'}{asked}"

    @cached_property
    def _people(self) -> str:
        """What the addresses of all lists of a page have in common: a table has thousands."""
        return url_for("desk.people", **self.query)  # type: ignore[arg-type]  # names of the query

    def file(self, report: str, shape: str) -> str:
        """The address of the same report as a file."""
        return url_for("desk.download", report=report, shape=shape, **self.query)  # type: ignore[arg-type]  # names of the query

    @property
    def ever(self) -> Asked:
        """The same question about all of the past."""
        return replace(self, question=replace(self.question, first=None, last=None))

    def earlier(self, days: int) -> Asked:
        """The same question about a period that lies ``days`` before."""
        first, last = self.question.first, self.question.last
        if first is None or last is None:
            return self
        by = timedelta(days=days)
        return replace(self, question=replace(self.question, first=first - by, last=last - by))


def asked(*, days: int, by: By = By.MONTH) -> Asked:
    """The question of this request; the last ``days`` unless it names others. Raises
    ``BadQuestion``."""
    found = settings.current()
    zone = periods.zone(request.args.get("zone") or g.member.zone or found.zone)
    text = request.args.get("as_of")
    as_of = periods.instant(text) if text else clock.now()
    last = _day("to") or as_of.astimezone(zone).date()
    first = _day("from") or last - timedelta(days=days - 1)
    question = Question(
        as_of=as_of,
        zone=zone,
        by=_by(by),
        horizon=timedelta(days=_horizon(TRIAL_DAYS + found.collection_window_days)),
        window=timedelta(days=found.collection_window_days),
        first=first,
        last=last,
        source=_source(),
        film=paging.said("film") or None,
    )
    return Asked(question, _definition())


def _day(name: str) -> date | None:
    text = request.args.get(name)
    return periods.day(text) if text else None


def _source() -> str | None:
    text = paging.said("source")
    return "" if text == NOWHERE else text or None


def _by(usual: By) -> By:
    text = request.args.get("by") or usual
    if text not in set(By):
        raise BadQuestion("Trials are counted by day, week or month.")
    return By(text)


def _horizon(usual: int) -> int:
    text = request.args.get("horizon") or str(usual)
    if not (
        text.isascii() and text.isdecimal() and len(text) <= 4 and 1 <= int(text) <= LIMIT_DAYS
    ):
        raise BadQuestion(f"A horizon is a number of days from 1 to {LIMIT_DAYS}.")
    return int(text)


def _definition() -> Definition | None:
    text = request.args.get("definition")
    if not text:
        return None
    if text not in set(Definition):
        raise BadQuestion(f"Nobody here counts conversion as {text[:40]}.")
    return Definition(text)
