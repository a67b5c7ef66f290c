"""The rules by which robots are left out of the funnel; the list is printed beside the report."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from reports.records import Visit, grouped

AGENTS = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|headless|preview|monitor|curl/|wget/|python-|"
    r"java/|okhttp|go-http-client|facebookexternalhit|lighthouse",
    re.IGNORECASE,
)
PAGES = 60
WITHIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Rule:
    """One reason to take somebody for a robot, in words, and from when on it holds, judged by one
    person's visits in the order of time."""

    words: str
    since: Callable[[list[Visit]], datetime | None]


def _says_so(visits: list[Visit]) -> datetime | None:
    return next((visit.at for visit in visits if AGENTS.search(visit.agent)), None)


def _is_too_quick(visits: list[Visit]) -> datetime | None:
    pairs = zip(visits, visits[PAGES - 1 :], strict=False)
    return next((last.at for first, last in pairs if last.at - first.at < WITHIN), None)


RULES = (
    Rule("The browser calls itself a crawler, a monitor, a preview or a program.", _says_so),
    Rule(f"{PAGES} film pages or more were opened within one minute.", _is_too_quick),
)


def noticed_at(visits: list[Visit]) -> datetime | None:
    """When the first rule took somebody for a robot, by their ``visits`` in the order of time."""
    return min((at for rule in RULES if (at := rule.since(visits)) is not None), default=None)


def among(visits: Iterable[Visit]) -> frozenset[str]:
    """The people whom a rule takes for robots; ``visits`` come in the order of time."""
    return frozenset(
        person for person, own in grouped(visits, "person").items() if noticed_at(own) is not None
    )
