"""What was watched, on the desk."""

from __future__ import annotations

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue

from reports import questions, reading
from web.desk import asking, charts, figures
from web.requests import operators_only

pages = Blueprint("watching", __name__)

DAYS = 90


@pages.get("/watching")
@operators_only
def show() -> ResponseReturnValue:
    """Films by their viewers."""
    asked = asking.asked(days=DAYS)
    found = questions.of_watching(g.db, asked.question)
    names = figures.film_names(g.db, [film.slug for film in found.films])

    def name(slug: str) -> str:
        return names.get(slug, figures.no_film(slug))

    rows = [(name(f.slug), len(f.viewers), f"{len(f.viewers):,}") for f in found.films[:12]]
    return render_template(
        "desk/watching.html",
        asked=asked,
        found=found,
        name_of=name,
        chart=charts.bars("People who watched each film", rows),
        sources=reading.sources(g.db),
    )
