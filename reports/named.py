"""Whose each fact is at an instant, told by the database: ``reports/people.py`` of many at once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from reports import spans
from reports.people import People
from reports.periods import Period

Asked = dict[str, Any]

FACTS = """
    SELECT f.key, f.at, f.data, coalesce(t.slug, nullif(f.data ->> 'film', '')) AS film,
           (extract(epoch FROM f.at) * 1000000)::bigint AS us, v.source,
           CASE WHEN w.member_id IS NOT NULL
                THEN 'member:' || coalesce(m.into_id, w.member_id)
                WHEN f.data ->> 'person' <> '' THEN 'history:' || (f.data ->> 'person')
                ELSE 'visitor:' || f.visitor_id END AS person
    FROM fact AS f
    LEFT JOIN visitor AS v ON v.id = f.visitor_id
    LEFT JOIN title AS t ON t.id = f.title_id
    CROSS JOIN LATERAL (
        SELECT coalesce(
            f.member_id, CASE WHEN v.joined_at <= :at THEN v.member_id END) AS member_id
    ) AS w
    LEFT JOIN unnest(cast(:marked AS bigint[]), cast(:into AS bigint[])) AS m (member_id, into_id)
           ON m.member_id = w.member_id
    WHERE (m.member_id IS NULL OR m.into_id IS NOT NULL) AND f.at <= :at
"""
COMMON = f"""
    staff AS (
        SELECT person FROM ({FACTS} AND f.kind = 'trial' AND f.data ->> 'kind' = 'staff') AS s
        WHERE person IS NOT NULL
    ), held AS (
        SELECT person, started_us, least(ends_us, ended_us) AS over_us FROM trial_story
        WHERE since_us <= :at_us AND until_us > :at_us AND NOT fraud
    ), asked_for AS (
        SELECT person FROM journey
        WHERE scope_id = 0 AND gap = -1 AND since_us <= :at_us AND until_us > :at_us
          AND entered_us <= :at_us AND source = :source
    )
"""  # noqa: S608  # put together from texts of our own


def within(kind: str) -> str:
    """The facts of ``kind`` inside the period of everybody but staff, or of those whose first look
    came from the source that is asked for."""
    return f"""
        SELECT k.* FROM ({FACTS} AND f.kind = '{kind}' AND f.at >= :first AND f.at < :after) AS k
        LEFT JOIN asked_for USING (person)
        WHERE person IS NOT NULL AND person NOT IN (SELECT person FROM staff)
          AND (cast(:source AS text) IS NULL OR asked_for.person IS NOT NULL)
    """  # noqa: S608  # put together from texts of our own


def asked(db: Session, *, as_of: datetime, period: Period, source: str | None = None) -> Asked:
    """What these texts are to be told."""
    marked = People(db).resolved(as_of)
    return {
        "at": as_of,
        "at_us": spans.us(as_of),
        "first": period.start,
        "after": period.end,
        "source": source,
        "marked": list(marked),
        "into": list(marked.values()),
    }
