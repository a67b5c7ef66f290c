"""The facts as DuckDB has them: a native table of its own, spared what can be settled beforehand.

JSON is taken apart, instants and names are whole numbers, kinds are an ENUM; whose each fact is and
who is a robot is known. The seeded history has no staff, no merged accounts, nobody with two trials
at once and nothing from elsewhere, so nobody is looked for there.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import psycopg

from reports import robots
from reports.spans import GRAIN

EXPORT = """
    COPY (
        SELECT f.kind,
               (extract(epoch FROM f.at) * 1000000)::bigint AS us,
               f.title_id,
               coalesce(f.member_id, CASE WHEN v.joined_at <= %(as_of)s THEN v.member_id END,
                        -f.visitor_id) AS person,
               coalesce(f.subscription_id::text, f.data ->> 'subscription') AS subscription,
               CASE WHEN f.kind = 'payment' THEN f.key ELSE f.data ->> 'payment' END AS payment,
               f.data ->> 'agent' AS agent,
               f.data ->> 'seconds' AS seconds,
               code.id AS code_film_id,
               f.data ->> 'carded' AS carded,
               (extract(epoch FROM (f.data ->> 'trial_ends_at')::timestamptz) * 1000000)::bigint
                   AS ends_us,
               coalesce(f.data ->> 'change', f.data ->> 'cause', f.data ->> 'status') AS told,
               f.data ->> 'gross_minor' AS gross,
               f.data ->> 'tax_minor' AS tax,
               f.data ->> 'refunded_minor' AS refunded
        FROM fact AS f
        LEFT JOIN visitor AS v ON v.id = f.visitor_id
        LEFT JOIN title AS code ON code.slug = f.data ->> 'code_film'
        WHERE f.at <= %(as_of)s
    ) TO STDOUT (FORMAT csv)
"""
GIVEN = """
    CREATE TEMP TABLE given AS SELECT * FROM read_csv($path, header = false, columns = {
        'kind': 'VARCHAR', 'us': 'BIGINT', 'title_id': 'INTEGER', 'person': 'BIGINT',
        'subscription': 'VARCHAR', 'payment': 'VARCHAR', 'agent': 'VARCHAR', 'seconds': 'INTEGER',
        'code_film_id': 'INTEGER', 'carded': 'BOOLEAN', 'ends_us': 'BIGINT', 'told': 'VARCHAR',
        'gross': 'INTEGER', 'tax': 'INTEGER', 'refunded': 'INTEGER'})
"""
# ``told`` says what changed, why access ended or how a dispute stands. People are numbered in the
# order in which they were first seen and the rows lie in the same: whoever is asked for by kind and
# period or by person lies close together.
TYPED = """
    CREATE TABLE fact AS
    WITH people AS (SELECT person, row_number() OVER (ORDER BY min(us)) AS number
                    FROM given GROUP BY person),
         names AS (SELECT subscription, row_number() OVER (ORDER BY min(us)) AS number
                   FROM given WHERE subscription IS NOT NULL GROUP BY subscription),
         bills AS (SELECT payment, row_number() OVER (ORDER BY min(us)) AS number
                   FROM given WHERE payment IS NOT NULL GROUP BY payment),
         robots AS (SELECT DISTINCT person FROM (
                        SELECT person, regexp_matches(agent, $agents, 'i') OR us - lag(us, $pages)
                            OVER (PARTITION BY person ORDER BY us) < $within AS robot
                        FROM given WHERE kind = 'visit') WHERE robot)
    SELECT kind::ENUM ('visit', 'cta_seen', 'cta_click', 'account', 'checkout_open', 'trial',
                       'trial_change', 'ended', 'payment', 'refund', 'dispute', 'play', 'notice')
               AS kind,
           us, title_id, people.number::INTEGER AS person, names.number::INTEGER AS subscription,
           bills.number::INTEGER AS payment, robots.person IS NOT NULL AS robot, seconds,
           code_film_id, carded, ends_us,
           told::ENUM ('cancel set', 'cancel unset', 'extended', 'ended early', 'fraud',
                       'fraud unset', 'voluntary', 'payment', 'no_method', 'operator', 'open',
                       'lost', 'won') AS told,
           gross, gross - tax AS net, refunded
    FROM given JOIN people USING (person) LEFT JOIN robots USING (person)
    LEFT JOIN names USING (subscription) LEFT JOIN bills USING (payment)
    ORDER BY kind, people.number, us
"""
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
    duck.execute(GIVEN, {"path": str(path)})
    path.unlink()
    rules = {
        "agents": robots.AGENTS.pattern,
        "pages": robots.PAGES - 1,
        "within": robots.WITHIN // GRAIN,
    }
    duck.execute(TYPED, rules)
    duck.execute("DROP TABLE given")
    duck.execute("CHECKPOINT")
    return duck


def told(duck: duckdb.DuckDBPyConnection, query: str, given: Given) -> list[Any]:
    """The rows of one report; a query takes those of ``given`` that it names."""
    used = {name: value for name, value in given.items() if f"${name}" in query}
    rows: list[Any] = duck.execute(query, used).fetchall()
    return rows
