"""The figures of funnel, cohorts and films as DuckDB works them out, from a table of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import psycopg

# Whose each fact is was settled for it, and JSON taken apart: it is spared that work.
EXPORT = """
    COPY (
        SELECT kind, (extract(epoch FROM f.at) * 1000000)::bigint AS us, f.title_id,
               coalesce(f.member_id, CASE WHEN v.joined_at <= %(as_of)s THEN v.member_id END,
                        -f.visitor_id) AS person,
               coalesce(f.data ->> 'agent', '') AS agent,
               (f.data ->> 'seconds')::int AS seconds,
               (f.data ->> 'gross_minor')::int - (f.data ->> 'tax_minor')::int AS net
        FROM fact AS f LEFT JOIN visitor AS v ON v.id = f.visitor_id
        WHERE f.at <= %(as_of)s
    ) TO STDOUT (FORMAT csv)
"""
DAY = 86_400_000_000
FUNNEL = f"""
    WITH robot AS (
        SELECT DISTINCT person FROM fact
        WHERE kind = 'visit' AND regexp_matches(agent, '(bot/|crawl|spider|python-)', 'i')
    ), f0 AS (
        SELECT person, min(us) AS us, min(us) + {7 * DAY} AS until FROM fact
        WHERE kind = 'visit' AND us >= $first AND us < $after
          AND person NOT IN (SELECT person FROM robot)
        GROUP BY person
    ), f1 AS (
        SELECT f0.person, min(f.us) AS us, any_value(until) AS until FROM f0
        JOIN fact AS f ON f.person = f0.person AND f.kind = 'cta_seen'
        WHERE f.us >= f0.us AND f.us <= until GROUP BY f0.person
    ), f2 AS (
        SELECT f1.person, min(f.us) AS us, any_value(until) AS until FROM f1
        JOIN fact AS f ON f.person = f1.person AND f.kind = 'cta_click'
        WHERE f.us >= f1.us AND f.us <= until GROUP BY f1.person
    ), f3 AS (
        SELECT f2.person, greatest(min(f.us), any_value(f2.us)) AS us, any_value(until) AS until
        FROM f2 JOIN fact AS f ON f.person = f2.person AND f.kind = 'account'
        WHERE f.us <= until GROUP BY f2.person
    ), f4 AS (
        SELECT f3.person, min(f.us) AS us, any_value(until) AS until FROM f3
        JOIN fact AS f ON f.person = f3.person AND f.kind = 'checkout_open'
        WHERE f.us >= f3.us AND f.us <= until GROUP BY f3.person
    ), f5 AS (
        SELECT f4.person, min(f.us) AS started, greatest(min(f.us), any_value(f4.us)) AS us
        FROM f4 JOIN fact AS f ON f.person = f4.person AND f.kind = 'trial'
        WHERE f.us + 1000000 >= f4.us AND f.us <= until GROUP BY f4.person
    ), f6 AS (
        SELECT f5.person, min(f.us) AS us, any_value(started) AS started FROM f5
        JOIN fact AS f ON f.person = f5.person AND f.kind = 'play' AND f.seconds >= 120
        WHERE f.us >= started AND f.us <= started + $horizon GROUP BY f5.person
    ), paid AS (
        SELECT f6.person, min(f.us) AS us, any_value(f6.us) AS played, any_value(started) AS started
        FROM f6 JOIN fact AS f ON f.person = f6.person AND f.kind = 'payment' AND f.net > 0
        WHERE f.us >= started GROUP BY f6.person
    ), f7 AS (SELECT * FROM paid WHERE us >= played AND us <= started + $horizon)
    SELECT (SELECT count(*) FROM f0), (SELECT count(*) FROM f1), (SELECT count(*) FROM f2),
           (SELECT count(*) FROM f3), (SELECT count(*) FROM f4), (SELECT count(*) FROM f5),
           (SELECT count(*) FROM f6), (SELECT count(*) FROM f7),
           (SELECT quantile_cont(f1.us - f0.us, 0.5) FROM f0 JOIN f1 USING (person)),
           (SELECT quantile_cont(f2.us - f1.us, 0.5) FROM f1 JOIN f2 USING (person))
"""  # noqa: S608  # numbers of our own
TRIALS = """
    WITH trial AS (
        SELECT person, us, title_id FROM fact
        WHERE kind = 'trial' AND us >= $first AND us < $after
    ), story AS (
        SELECT t.person, any_value(t.us) AS us, min(p.us) AS paid FROM trial AS t
        LEFT JOIN fact AS p ON p.person = t.person AND p.kind = 'payment' AND p.net > 0
             AND p.us >= t.us
        GROUP BY t.person
    )
"""
COHORTS = f"""{TRIALS}
    SELECT strftime(make_timestamp(us), '%Y-%m') AS cohort, count(*),
           count(*) FILTER (WHERE us + $horizon <= $as_of),
           count(*) FILTER (WHERE us + $horizon <= $as_of AND paid - us <= $horizon), count(paid)
    FROM story GROUP BY 1 ORDER BY 1
"""  # noqa: S608
FILMS = f"""{TRIALS}, checkout AS (
        SELECT t.person, max(c.us) AS us FROM trial AS t
        JOIN fact AS c ON c.person = t.person AND c.kind = 'checkout_open'
        WHERE c.us <= t.us + 1000000 AND c.us >= t.us - {30 * DAY} GROUP BY t.person
    ), click AS (
        SELECT t.person, arg_max(c.title_id, c.us) AS film FROM trial AS t
        LEFT JOIN checkout AS o ON o.person = t.person
        JOIN fact AS c ON c.person = t.person AND c.kind = 'cta_click'
        WHERE c.us <= coalesce(o.us, t.us + 1000000) AND c.us >= coalesce(o.us, t.us) - {30 * DAY}
          AND c.us >= t.us - {30 * DAY}
        GROUP BY t.person
    )
    SELECT coalesce(film, title_id) AS decided, count(*),
           count(*) FILTER (WHERE story.us + $horizon <= $as_of),
           count(*) FILTER (WHERE story.us + $horizon <= $as_of AND paid - story.us <= $horizon)
    FROM trial JOIN story USING (person) LEFT JOIN click USING (person) GROUP BY 1 ORDER BY 1
"""  # noqa: S608
Given = dict[str, int]


def loaded(url: str, as_of: object, folder: Path) -> duckdb.DuckDBPyConnection:
    """A native table ``fact`` of every row that a report as of ``as_of`` may use."""
    path = folder / "facts.csv"
    with (
        psycopg.connect(url) as connection,
        path.open("wb") as file,
        psycopg.ClientCursor(connection).copy(EXPORT, {"as_of": as_of}) as copy,
    ):
        for chunk in copy:
            file.write(chunk)
    duck = duckdb.connect(str(folder / "facts.duckdb"))
    columns = (
        "{'kind': 'VARCHAR', 'us': 'BIGINT', 'title_id': 'INTEGER', 'person': 'BIGINT',"
        " 'agent': 'VARCHAR', 'seconds': 'INTEGER', 'net': 'INTEGER'}"
    )
    duck.execute(
        "CREATE TABLE fact AS"  # noqa: S608  # our own names
        f" SELECT kind::ENUM ('visit', 'cta_seen', 'cta_click', 'account', 'checkout_open',"
        " 'trial', 'trial_change', 'payment', 'ended', 'play', 'notice') AS kind,"
        f" * EXCLUDE (kind) FROM read_csv('{path}', header = false, columns = {columns})"
    )
    path.unlink()
    return duck


def told(duck: duckdb.DuckDBPyConnection, query: str, given: Given) -> list[Any]:
    """The rows of one report; a query takes those of ``given`` that it names."""
    used = {name: value for name, value in given.items() if f"${name}" in query}
    rows: list[Any] = duck.execute(query, used).fetchall()
    return rows
