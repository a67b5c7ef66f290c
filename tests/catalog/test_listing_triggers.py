"""How the database finds the films that lists place anew."""

from __future__ import annotations

from sqlalchemy import text

from tests import factories

SOURCE = "select prosrc from pg_proc where proname = 'list_changed_titles'"
CREATE = "create temp table {} on commit drop as select * from title"


def test_changed_films_are_not_each_compared_with_all_others(db):
    """A session keeps the plan of its first change, most often of one film, for all others."""
    factories.title(db)
    for there in ("then_there", "now_there"):
        db.execute(text(CREATE.format(there)))
    finding = db.scalar(text(SOURCE)).partition("list_titles((")[2].partition(")); return")[0]

    plan = "\n".join(db.scalars(text(f"explain {finding}")))

    assert "then_there" in plan
    assert "Join" not in plan and "Nested Loop" not in plan
