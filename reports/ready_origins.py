"""Who came by which link, counted by the database; of the rest only those who began a trial."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import text
from sqlalchemy.orm import Session

from reports import named, origins, owned, reading, walked
from reports.credit import NONE
from reports.funnel import TO_START
from reports.listed import Key, Listed, Stretch
from reports.named import Asked
from reports.origins import Came, Kind, Origins, Person
from reports.people import FactRow
from reports.periods import Period
from reports.spans import GRAIN

OF_STARTS = reading.OF_TRIALS | {"visit", "checkout_open"}
OF_PARTNERS = reading.OF_PARTNERS | {"trial"}

# A trial that began in a second which Stripe cut its instant to may have begun at the end of it.
CAME = f"""
    WITH {named.COMMON}, robot AS (
        SELECT DISTINCT person FROM journey
        WHERE scope_id = 0 AND since_us <= :at_us AND until_us > :at_us AND robot_us <= :at_us
    ), visit AS (
        SELECT person, key, at, us,
               coalesce(nullif(CASE WHEN jsonb_exists(data, 'source') THEN data ->> 'source'
                                    ELSE source END, ''), '{NONE}') AS via,
               coalesce(nullif(data ->> 'campaign', ''), '{NONE}') AS campaign
        FROM ({named.within("visit")}) AS v
        WHERE person NOT IN (SELECT person FROM robot)
    ), link AS (
        SELECT DISTINCT ON (kind, name, person) kind, name, person, key, at, us
        FROM visit CROSS JOIN LATERAL (
            VALUES ('{Kind.SOURCE}', via), ('{Kind.CAMPAIGN}', campaign)) AS l (kind, name)
        ORDER BY kind, name, person, at, key COLLATE "C"
    ), began AS (
        SELECT DISTINCT kind, name, person FROM link JOIN held USING (person)
        WHERE started_us <= us + :to_start
          AND us <= started_us + CASE WHEN started_us % 1000000 = 0 THEN 1000000 ELSE 0 END
    ), came AS (
        SELECT link.*, us + :to_start <= :at_us AS is_judged, began.person IS NOT NULL AS has_begun
        FROM link LEFT JOIN began USING (kind, name, person)
    )
"""  # noqa: S608  # put together from texts of our own
COUNTED = text(
    f"""{CAME}
    SELECT kind, name, count(*) AS came, count(*) FILTER (WHERE is_judged) AS judged,
           count(*) FILTER (WHERE is_judged AND has_begun) AS began
    FROM came GROUP BY kind, name
    """  # noqa: S608  # put together from texts of our own
)
LISTED = f"""{CAME}
    SELECT person, key, at, us, has_begun FROM came WHERE kind = :kind AND name = :name{{where}}
"""  # noqa: S608  # put together from texts of our own


def drawn(
    db: Session,
    *,
    as_of: datetime,
    horizon: timedelta,
    within: Period,
    source: str | None = None,
) -> Origins:
    """The origins of ``origins.drawn``: the facts that are read are those of who began a trial
    inside the period, or followed a partner's offer."""
    known = partial(owned.known, db, within=within, as_of=as_of, source=source)
    began, led = known("trial", kinds=OF_STARTS), known("partner_click", kinds=OF_PARTNERS)
    return origins.credited(
        began,
        _came(db, as_of, within, source),
        origins.partners(led, within=within),
        horizon=horizon,
        within=within,
    )


def _came(
    db: Session, as_of: datetime, within: Period, source: str | None
) -> dict[tuple[Kind, str], Came]:
    asked = named.asked(db, as_of=as_of, period=within, source=source)
    asked |= {"to_start": TO_START // GRAIN}
    return {
        (Kind(row.kind), row.name): Came(
            came=_listed(db, asked, row, row.came, ""),
            judged=_listed(db, asked, row, row.judged, " AND is_judged"),
            began=_listed(db, asked, row, row.began, " AND is_judged AND has_begun"),
        )
        for row in db.execute(COUNTED, asked).all()
    }


def _listed(db: Session, asked: Asked, row: FactRow, length: int, where: str) -> Listed[Person]:
    of = {**asked, "kind": row.kind, "name": row.name}
    return Listed(length, partial(_people, db, LISTED.replace("{where}", where), of))


def _people(
    db: Session, query: str, asked: Asked, stretch: Stretch
) -> Sequence[tuple[Key, Person]]:
    rows = walked.read(db, query, asked, stretch, at="us", name="key")
    return [((row.us, row.key), Person(row.person, row.at, row.has_begun)) for row in rows]
