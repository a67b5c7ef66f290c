"""The rules by which robots are left out of the funnel; the list is printed beside the report."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

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
    """One reason to take somebody for a robot, in words, and its test over one person's visits."""

    words: str
    applies: Callable[[list[Visit]], bool]


def _says_so(visits: list[Visit]) -> bool:
    return any(AGENTS.search(visit.agent) for visit in visits)


def _is_too_quick(visits: list[Visit]) -> bool:
    """``visits`` come in the order of time."""
    return any(
        last.at - first.at < WITHIN
        for first, last in zip(visits, visits[PAGES - 1 :], strict=False)
    )


RULES = (
    Rule("The browser calls itself a crawler, a monitor, a preview or a program.", _says_so),
    Rule(f"{PAGES} film pages or more were opened within one minute.", _is_too_quick),
)


def among(visits: Iterable[Visit]) -> frozenset[str]:
    """The people whom a rule takes for robots; ``visits`` come in the order of time."""
    return frozenset(
        person
        for person, own in grouped(visits, "person").items()
        if any(rule.applies(own) for rule in RULES)
    )
