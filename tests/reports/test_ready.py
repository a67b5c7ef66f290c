"""The rows kept ready tell what the facts tell, whatever happened, at any instant."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from accounts.models import Visitor
from catalog.models import Title
from reports import (
    facts,
    keeping,
    paying,
    printed_paths,
    printed_trials,
    questions,
    reading,
    revenue,
)
from reports import records as every
from reports.conversion import Conversion
from reports.credit import Credit
from reports.facts import Noted
from reports.funnel import Funnel
from reports.periods import By
from reports.questions import Question
from reports.records import Records
from tests import factories
from tests.reports import histories
from tests.reports.histories import DAYS, START, Cast

NOW = START + timedelta(days=DAYS + 200)
TABLES = (
    *("journey", "trial_story", "paying", "counter"),
    *("first_look", "first_look_due", "trial_day", "trial_day_due"),
)
ZONES = ("UTC", "Europe/London", "Asia/Kathmandu", "America/St_Johns")


def lived(db: Session, chance: Random) -> Cast:
    """A history whose facts came late, doubled and shuffled, between marks of people."""
    found = histories.cast(db, chance)
    lots = histories.parts(histories.facts(found, chance, chance.randint(0, 40)), chance)
    for lot in lots[:2]:
        facts.record_all(db, lot, now=NOW)
        keeping.catch_up(db)
        keeping.fill(db, now=NOW)
    histories.mark(db, found, chance)
    for lot in lots[2:]:
        facts.record_all(db, lot, now=NOW)
    keeping.catch_up(db)
    keeping.fill(db, now=NOW)
    return found


def question(found: Cast, chance: Random) -> Question:
    first = (START + timedelta(days=chance.randrange(DAYS))).date()
    asked = Question(
        as_of=chance.choice([NOW, histories.instant(chance), histories.instant(chance)]),
        zone=ZoneInfo(chance.choice(ZONES)),
        by=chance.choice(list(By)),
        horizon=timedelta(days=chance.choice([1, 10, 44])),
        source=chance.choice([None, None, None, "newsletter", ""]),
        film=chance.choice([None, None, *found.slugs, "no-such-film"]),
    )
    if chance.random() < 0.4:
        return asked
    return replace(asked, first=first, last=first + timedelta(days=chance.randrange(30)))


def known(db: Session, asked: Question) -> Records:
    """All facts, by the functions that know nothing of any other row."""
    records = reading.known(db, as_of=asked.as_of)
    return records if asked.source is None else every.only_from(records, asked.source)


def of_conversion(asked: Question, found: Conversion) -> list[object]:
    cohorts = (*found.cohorts, found.total)
    names = ("starts", "old", "converted", "kept", "ever", "possible", "running", "collecting")
    lists = [[t for name in names for t in cohort.members(name)] for cohort in cohorts]
    return [printed_trials.conversion(asked, found).json(), *lists, list(found.fraud)]


def of_funnel(asked: Question, found: Funnel) -> list[object]:
    lists = [sorted(map(repr, each)) for row in found.rows for each in (row.people, row.open)]
    return [printed_paths.funnel(asked, found).json(), *lists, list(found.robots)]


def of_films(asked: Question, found: Credit) -> list[object]:
    names = ("deciding", "assist", "first_played", "old", "converted", "ever")
    lists = [list(film.members(name)) for film in found.films for name in names]
    return [printed_paths.films(asked, found).json(), *lists, list(found.starts)]


def compare(db: Session, asked: Question) -> None:
    """Hold the reports drawn from the rows against those of the facts."""
    plain = known(db, asked)
    assert of_conversion(asked, questions.of_conversion(db, asked)) == of_conversion(
        asked, questions.cohorts(plain, asked)
    )
    assert of_funnel(asked, questions.of_funnel(db, asked)) == of_funnel(
        asked, questions.walks(plain, asked)
    )
    assert of_films(asked, questions.of_films(db, asked)) == of_films(
        asked, questions.credits(plain, asked)
    )


@pytest.mark.parametrize("seed", range(8))
def test_every_report_is_the_one_that_the_facts_alone_would_give(db: Session, seed: int) -> None:
    chance = Random(seed)  # noqa: S311  # the same story each time
    found = lived(db, chance)

    for _ in range(5):
        compare(db, question(found, chance))


def test_a_film_that_moves_to_another_address_is_named_by_it_everywhere(db: Session) -> None:
    chance = Random(8)  # noqa: S311  # the same story each time
    found = lived(db, chance)

    for title_id, slug in zip(found.titles, found.slugs, strict=True):
        db.execute(update(Title).where(Title.id == title_id).values(slug=f"new-{slug}"))
    renamed = replace(found, slugs=tuple(f"new-{slug}" for slug in found.slugs))

    for _ in range(5):
        compare(db, question(renamed, chance))


def busy(db: Session, chance: Random, until: datetime = NOW) -> None:
    """Five days on which many looked and some went on to try and pay, as known ``until`` then."""
    title_id = factories.title(db).id
    for number in range(300):
        at = START + timedelta(seconds=chance.randrange(5 * 86_400))
        source = chance.choice(["newsletter", "search"])
        looker = Visitor(token_hash=f"busy {number}", first_seen_at=at, source=source)
        db.add(looker)
        db.flush()
        made = [Noted(kind="visit", key=f"{number}", at=at, visitor_id=looker.id)]
        for kind in ("cta_seen", "cta_click"):
            at += timedelta(seconds=1 + chance.randrange(900))
            step = Noted(kind=kind, key=f"{number}", at=at, visitor_id=looker.id, title_id=title_id)
            made += [step] if chance.random() < 0.9 else []
        if chance.random() < 0.2:
            made += tried(db, chance, looker, at)
        facts.record_all(db, [fact for fact in made if fact.at <= until], now=NOW)


def tried(db: Session, chance: Random, looker: Visitor, at: datetime) -> list[Noted]:
    """An account, a checkout, a trial, a play and money, each some time after the last; or some of
    them, and an end of one sort or another."""
    member_id = factories.member(db).id
    looker.member_id, looker.joined_at = member_id, at
    ends = (at + timedelta(days=chance.randrange(2, 9))).isoformat()
    trial = {"trial_ends_at": ends, "carded": chance.random() < 0.7}
    cause = chance.choice(["voluntary", "payment", "no_method", "operator"])
    steps: list[tuple[str, dict[str, Any]]] = [
        ("account", {}),
        ("checkout_open", {}),
        ("trial", {"kind": "trial", "subscription": f"s{member_id}", **trial}),
        ("play", {"seconds": 600}),
        ("trial_change", {"change": "cancel set", "subscription": f"s{member_id}"}),
        (
            "payment",
            {"gross_minor": 9, "tax_minor": 1, "currency": "eur", "subscription": f"s{member_id}"},
        ),
        ("ended", {"cause": cause, "subscription": f"s{member_id}"}),
    ]
    unsure = {"trial_change": 0.3, "payment": 0.5, "ended": 0.4}
    made: list[Noted] = []
    for kind, data in steps:
        at += timedelta(seconds=1 + chance.randrange(3 * 86_400))
        if chance.random() > unsure.get(kind, 1):
            continue
        made.append(Noted(kind=kind, key=f"{member_id}", at=at, member_id=member_id, data=data))
    return made


@pytest.mark.parametrize("source", [None, "newsletter"])
def test_days_taken_whole_tell_what_every_way_of_them_tells(
    db: Session, source: str | None
) -> None:
    # given days with more looks than are ever fetched to find a median
    chance = Random(900)  # noqa: S311  # the same story each time
    busy(db, chance)
    keeping.catch_up(db)
    keeping.fill(db, now=NOW)

    # when reports are drawn while some of their horizons run, and when all are over
    for hours in (12 * 24, 16 * 24 + 9, 18 * 24 + 15, 60 * 24):
        as_of = START + timedelta(hours=hours)
        asked = Question(as_of, ZoneInfo("UTC"), horizon=timedelta(days=5), source=source)

        # then whole days were there to be taken, and tell the same
        compare(db, asked)
    assert db.scalar(text("SELECT max(octet_length(seen_sample)) FROM first_look WHERE every"))


@pytest.mark.parametrize("hours", [6 * 24 + 7, 9 * 24, 11 * 24 + 15])
def test_days_are_taken_whole_while_their_trials_run(db: Session, hours: int) -> None:
    # given what is known by now of trials that run, are set to cancel, or wait for their money
    now = START + timedelta(hours=hours)
    busy(db, Random(hours), until=now)  # noqa: S311  # the same story each time
    keeping.catch_up(db)
    keeping.fill(db, now=now)

    # when reports are drawn now and as time alone goes on
    for passed in (0, 30, 60, 24 * 5, 24 * 20):
        as_of = now + timedelta(hours=passed)
        for by in (By.DAY, By.MONTH):
            asked = Question(as_of, ZoneInfo("UTC"), by=by, horizon=timedelta(days=4))

            # then the days tell what their trials do
            compare(db, asked)
    assert db.scalar(text("SELECT count(*) FROM trial_day WHERE every")) >= 4


@pytest.mark.parametrize("seed", range(300, 304))
def test_the_revenue_kept_is_that_of_the_facts(db: Session, seed: int) -> None:
    chance = Random(seed)  # noqa: S311  # the same story each time
    found = lived(db, chance)

    for _ in range(8):
        as_of = question(found, chance).as_of
        instant = min(as_of, histories.instant(chance))
        plain = revenue.at(reading.known(db, as_of=as_of), instant)
        kept = {row.currency: row for row in paying.at(db, instant, as_of=as_of) if row.payers}
        assert {name: (sum(of.values()), len(of)) for name, of in plain.items()} == {
            name: (row.minor, row.payers) for name, row in kept.items()
        }


def content(db: Session) -> dict[str, list[str]]:
    return {
        table: list(db.scalars(text(f"SELECT t::text FROM {table} AS t ORDER BY 1")))  # noqa: S608
        for table in TABLES
    }


@pytest.mark.parametrize("seed", range(100, 104))
def test_rebuilt_rows_are_the_kept_ones_to_the_byte(db: Session, seed: int) -> None:
    lived(db, Random(seed))  # noqa: S311  # the same story each time
    kept = content(db)

    keeping.rebuild(db, now=NOW)

    assert content(db) == kept


@pytest.mark.parametrize("seed", range(200, 203))
def test_the_same_instant_gives_the_same_bytes_after_more_has_happened(
    db: Session, seed: int
) -> None:
    # given a report as of an instant
    chance = Random(seed)  # noqa: S311  # the same story each time
    found = lived(db, chance)
    asked = question(found, chance)
    before = (
        of_conversion(asked, questions.of_conversion(db, asked)),
        of_funnel(asked, questions.of_funnel(db, asked)),
    )

    # when more happens after that instant
    more = [
        replace(fact, key=f"more {fact.key}")
        for fact in histories.facts(found, chance, 30)
        if fact.at > asked.as_of
    ]
    facts.record_all(db, more, now=NOW)

    # then the report as of that instant is the same
    after = (
        of_conversion(asked, questions.of_conversion(db, asked)),
        of_funnel(asked, questions.of_funnel(db, asked)),
    )
    assert after == before
