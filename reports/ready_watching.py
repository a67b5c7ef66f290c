"""What was watched, counted by the database over the plays of the period alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import text
from sqlalchemy.orm import Session

from reports import named, walked
from reports.credit import NONE
from reports.funnel import PLAY_SECONDS
from reports.listed import Key, Listed, Stretch
from reports.named import Asked
from reports.periods import Period
from reports.records import Played
from reports.watching import Film, Watching

PLAYS = f"""
    WITH {named.COMMON}, play AS (
        SELECT *, trunc((data ->> 'seconds')::numeric)::bigint AS seconds
        FROM ({named.within("play")}) AS p
    ), viewer AS (
        SELECT DISTINCT ON (film, person) * FROM play WHERE seconds >= {PLAY_SECONDS}
        ORDER BY film, person, at, key COLLATE "C"
    ), inside AS (
        SELECT DISTINCT key FROM viewer JOIN held USING (person)
        WHERE started_us <= us AND us < over_us
    ), seen AS (
        SELECT viewer.*, inside.key IS NOT NULL AS in_trial FROM viewer LEFT JOIN inside USING (key)
    )
"""  # noqa: S608  # put together from texts of our own
FILMS = text(
    f"""{PLAYS}, counted AS (
        SELECT film, count(*) AS plays, sum(seconds) AS seconds FROM play GROUP BY film
    ), watched AS (
        SELECT film, count(*) AS viewers, count(*) FILTER (WHERE in_trial) AS in_trial
        FROM seen GROUP BY film
    )
    SELECT c.film, c.plays, c.seconds, coalesce(w.viewers, 0) AS viewers,
           coalesce(w.in_trial, 0) AS in_trial,
           (SELECT count(DISTINCT person) FROM viewer) AS everybody
    FROM counted AS c LEFT JOIN watched AS w ON w.film IS NOT DISTINCT FROM c.film
    """  # noqa: S608  # put together from texts of our own
)
VIEWERS = f"""{PLAYS}, listed AS (
        SELECT DISTINCT ON (person) * FROM seen WHERE true{{where}}
        ORDER BY person, at, key COLLATE "C"
    )
    SELECT key, at, us, person, film, seconds FROM listed WHERE true
"""  # noqa: S608  # put together from texts of our own
OF_FILM = " AND film IS NOT DISTINCT FROM :film"


def drawn(db: Session, *, as_of: datetime, within: Period, source: str | None = None) -> Watching:
    """What was watched inside the period: the films and figures of ``watching.drawn``."""
    asked = named.asked(db, as_of=as_of, period=within, source=source)

    def viewers(length: int, where: str = "", **more: object) -> Listed[Played]:
        return Listed(length, partial(_viewers, db, where, {**asked, **more}))

    rows = db.execute(FILMS, asked).all()
    films = [
        Film(
            slug=row.film or NONE,
            viewers=viewers(row.viewers, OF_FILM, film=row.film),
            in_trial=viewers(row.in_trial, f"{OF_FILM} AND in_trial", film=row.film),
            plays=row.plays,
            seconds=int(row.seconds),
        )
        for row in rows
    ]
    films.sort(key=lambda film: (-len(film.viewers), -film.seconds, film.slug))
    return Watching(tuple(films), viewers(rows[0].everybody if rows else 0))


def _viewers(
    db: Session, where: str, asked: Asked, stretch: Stretch
) -> Sequence[tuple[Key, Played]]:
    query = VIEWERS.replace("{where}", where)
    return [
        (
            (row.us, row.key),
            Played(key=row.key, at=row.at, person=row.person, film=row.film, seconds=row.seconds),
        )
        for row in walked.read(db, query, asked, stretch, at="us", name="key")
    ]
