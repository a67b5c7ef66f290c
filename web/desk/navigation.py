"""The sections of the desk and the pages in them, as far as the reader's role opens them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, g, request, url_for

from accounts import roles
from accounts.roles import Right

SECTIONS: dict[str, tuple[tuple[str, str, Right], ...]] = {
    "Reports": (
        ("Funnel", "desk.funnel", Right.REPORTS),
        ("Cohorts", "desk.conversion", Right.REPORTS),
        ("Films", "desk.films", Right.REPORTS),
        ("Watching", "desk.watching.show", Right.REPORTS),
        ("Origins", "desk.origins.show", Right.REPORTS),
        ("Revenue", "desk.revenue", Right.REPORTS),
        ("Calendar", "desk.calendar.show", Right.REPORTS),
        ("Reminders", "desk.notices", Right.REPORTS),
        ("Experiments", "desk.experiments.show", Right.REPORTS),
    ),
    "People": (("Find a person", "desk_people.find", Right.PEOPLE),),
    "Reviews": (
        ("Waiting", "desk_reviews.show", Right.CARE),
        ("Hidden", "desk_reviews.hidden", Right.CARE),
    ),
    "Catalogue": (
        ("Films", "desk_catalogue.listed", Right.CATALOGUE),
        ("Rows", "desk_rows.listed", Right.CATALOGUE),
    ),
    "Upkeep": (
        ("Alarms", "desk_alarms.listed", Right.UPKEEP),
        ("Stripe events", "desk_events.listed", Right.UPKEEP),
        ("Drift", "desk_drift.listed", Right.UPKEEP),
        ("Audit", "desk_audit.rows", Right.AUDIT),
    ),
}
"""Each section: its pages as (words, endpoint, the right that opens it)."""

PARTS = {
    "desk_pressing": "desk_people",
    "desk_details": "desk_catalogue",
    "desk_pictures": "desk_catalogue",
}
"""Blueprints without a page of their own in a section, and the one they belong to."""


@dataclass(frozen=True)
class Section:
    """One section as a reader sees it: its pages as (words, address), the first of them first."""

    words: str
    pages: list[tuple[str, str]]
    is_current: bool


def start(app: Flask) -> None:
    """Give templates ``desk_sections``."""
    app.jinja_env.globals["desk_sections"] = sections


def sections() -> list[Section]:
    """What the signed-in member of staff may open, with the section that the reader is in."""
    found = []
    for words, pages in SECTIONS.items():
        opened = [(name, url_for(to)) for name, to, right in pages if roles.may(g.member, right)]
        if opened:
            found.append(Section(words, opened, _is_within(pages)))
    return found


def _is_within(pages: tuple[tuple[str, str, Right], ...]) -> bool:
    blueprint = (request.endpoint or "").partition(".")[0]
    return PARTS.get(blueprint, blueprint) in {to.partition(".")[0] for _, to, _ in pages}
