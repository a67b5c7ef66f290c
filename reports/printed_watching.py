"""What was watched, printed: film after film."""

from __future__ import annotations

from reports.printed import Printed, heading, notes
from reports.questions import Question
from reports.sheets import Sheet
from reports.watching import Watching


def watching(question: Question, found: Watching) -> Printed:
    """One row a film."""
    columns = ("film", "viewers", "in_trial", "plays", "seconds")
    rows = tuple(
        (film.slug, len(film.viewers), len(film.in_trial), film.plays, film.seconds)
        for film in found.films
    )
    plain = heading(
        "watching",
        question,
        viewers=len(found.viewers),
        rows=[dict(zip(columns, row, strict=True)) for row in rows],
    )
    about = notes("Films by the people who played them for two minutes or more", question)
    return Printed(plain, lambda: Sheet(columns, rows, about))
