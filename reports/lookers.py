"""The journeys of those who only looked: most people, so one statement makes them in sets.

It says what ``reports/ways.py`` says of everybody, for visitors of whom no account, checkout, trial
or play is known; ``tests/reports/test_ready.py`` holds the two together.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from reports.funnel import TO_START
from reports.models import Fact
from reports.reading import OF_PATHS, OF_TRIALS
from reports.robots import AGENTS, PAGES, WITHIN
from reports.spans import BEGINNING_US, END_US, GRAIN
from reports.ways import QUARTER_US, SECOND_US

LOOKS = ("visit", "cta_seen", "cta_click")
MORE = (OF_PATHS | OF_TRIALS) - set(LOOKS)

MAKE = text(
    """
    WITH look AS (
        SELECT visitor_id, coalesce(title_id, 0) AS film_id, title_id, kind, key,
               (extract(epoch FROM at) * 1000000)::bigint AS us, data ->> 'agent' AS agent
        FROM fact
        WHERE visitor_id = ANY(:ids) AND member_id IS NULL AND kind = ANY(:looks)
    ), scoped AS (
        SELECT look.*, scope_id, CASE WHEN kind = 'cta_click' THEN us END AS click_us
        FROM look CROSS JOIN LATERAL (
            SELECT 0 AS scope_id UNION ALL SELECT film_id WHERE film_id <> 0) AS scope
    ), ahead AS (
        SELECT *, min(click_us) OVER from_here AS next_click_us,
               min(us) FILTER (WHERE kind = 'cta_seen') OVER from_here AS next_seen_us
        FROM scoped
        WINDOW from_here AS (PARTITION BY visitor_id, scope_id ORDER BY us DESC)
    ), way AS (
        SELECT *, min(next_click_us) FILTER (WHERE kind = 'cta_seen') OVER from_here AS then_us,
               lag(us) OVER visits AS previous_us,
               lag(us, :pages - 1) OVER visits AS pages_ago_us
        FROM ahead
        WINDOW from_here AS (PARTITION BY visitor_id, scope_id ORDER BY us DESC),
               visits AS (PARTITION BY visitor_id, scope_id, kind ORDER BY us, key COLLATE "C")
    ), robot AS (
        SELECT visitor_id, min(us) AS robot_us
        FROM way
        WHERE kind = 'visit' AND scope_id = 0
          AND (agent ~* :agents OR us - pages_ago_us < :within)
        GROUP BY visitor_id
    ), entry AS (
        SELECT *,
               CASE WHEN next_seen_us <= us + :to_start THEN next_seen_us END AS seen_us,
               CASE WHEN then_us <= us + :to_start THEN then_us END AS clicked_us
        FROM way
        WHERE kind = 'visit'
          AND (previous_us IS NULL OR previous_us / :quarter < us / :quarter)
    )
    INSERT INTO journey (owner, scope_id, person, entered_us, since_us, until_us, gap, title_id,
                         source, previous_us, robot_us, seen_us, clicked_us)
    SELECT 'visitor:' || visitor_id, scope_id, 'visitor:' || visitor_id, us, :beginning, :end,
           CASE WHEN previous_us IS NULL THEN -1
                ELSE length(ltrim(((us - previous_us) / :second)::int::bit(32)::text, '0')) END,
           title_id, coalesce(source, ''), previous_us, robot_us, seen_us,
           CASE WHEN seen_us IS NOT NULL THEN clicked_us END
    FROM entry
    LEFT JOIN robot USING (visitor_id)
    JOIN visitor ON visitor.id = visitor_id
    """
)


def make(db: Session, visitors: Collection[int]) -> None:
    """Add the journeys of ``visitors``, who have none yet and only ever looked."""
    asked = {
        "ids": sorted(visitors),
        "looks": list(LOOKS),
        "pages": PAGES,
        "agents": AGENTS.pattern.replace(r"\b", r"\y"),
        "within": WITHIN // GRAIN,
        "to_start": TO_START // GRAIN,
        "quarter": QUARTER_US,
        "second": SECOND_US,
        "beginning": BEGINNING_US,
        "end": END_US,
    }
    db.execute(MAKE, asked)


def among(db: Session, visitors: Collection[int]) -> set[int]:
    """Those of ``visitors``, joined to nobody, who only ever looked."""
    went_on = select(Fact.visitor_id).where(
        Fact.visitor_id == func.any(sorted(visitors)),
        Fact.member_id.is_(None),
        Fact.kind.in_(MORE),
    )
    return set(visitors) - {found for found in db.scalars(went_on.distinct()) if found}
