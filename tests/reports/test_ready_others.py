"""What the database counts of plays, reminders and origins is what all facts would give."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from reports import (
    definitions,
    facts,
    notice_coverage,
    origins,
    printed_origins,
    printed_watching,
    questions,
    watching,
)
from reports.definitions import Definition
from reports.facts import Noted
from reports.models import Fact
from reports.notice_coverage import Coverage
from reports.origins import Origins
from reports.questions import Question
from reports.watching import Watching
from tests.queries import counted
from tests.reports import histories
from tests.reports.histories import Cast
from tests.reports.test_ready import NOW, known, lived, question


def of_watching(asked: Question, found: Watching) -> list[object]:
    lists = [list(each) for film in found.films for each in (film.viewers, film.in_trial)]
    return [printed_watching.watching(asked, found).json(), *lists, list(found.viewers)]


def of_origins(asked: Question, found: Origins) -> list[object]:
    lists = [
        [list(each) for each in (row.came, row.judged, row.began, row.starts, row.converted)]
        for row in found.rows
    ]
    return [printed_origins.origins(asked, found).json(), *lists, found.partners, found.starts]


def of_notices(found: Coverage) -> list[object]:
    return [found.lines, found.elsewhere, found.rate]


def reminded(db: Session, chance: Random) -> None:
    """Reminders for some of the subscriptions that were paid for, at any instant."""
    for paid in db.scalars(select(Fact).where(Fact.kind == "payment")).all():
        told: dict[str, Any] = {"kind": "trial_ending", "state": "accepted"}
        told |= {name: paid.data[name] for name in ("subscription", "person") if name in paid.data}
        at = histories.instant(chance)
        notice = Noted(kind="notice", key=paid.key, at=at, member_id=paid.member_id, data=told)
        if chance.random() < 0.6:
            facts.record_all(db, [notice], now=NOW)


def linked(db: Session, found: Cast, chance: Random) -> None:
    """Looks by named links and campaigns, codes typed at a checkout, and partners' offers."""
    for number in range(25):
        who: dict[str, Any] = {"visitor_id": chance.choice(found.visitors)}
        at, account = histories.instant(chance), {"member_id": chance.choice(found.members)}
        link = {"source": chance.choice(["radio", "mail", ""]), "campaign": chance.choice("ab")}
        code = {"code": chance.choice([None, "RADIO20"])}
        offer = {"offer": chance.choice(["popflix", "filmbox"])}
        made = [
            Noted(kind="visit", key=f"link {number}", at=at, data=link, **who),
            Noted(kind="checkout_open", key=f"code {number}", at=at, data=code, **account),
            Noted(kind="partner_click", key=f"led {number}", at=at, data=offer, **who),
        ]
        facts.record_all(db, chance.sample(made, 2), now=NOW)


@pytest.mark.parametrize("seed", range(400, 408))
def test_plays_reminders_and_origins_are_those_of_the_facts(db: Session, seed: int) -> None:
    chance = Random(seed)  # noqa: S311  # the same story each time
    found = lived(db, chance)
    reminded(db, chance)
    linked(db, found, chance)

    for _ in range(6):
        asked = question(found, chance)
        plain = known(db, asked)
        assert of_watching(asked, questions.of_watching(db, asked)) == of_watching(
            asked, watching.drawn(plain, within=asked.within)
        )
        assert of_origins(asked, questions.of_origins(db, asked)) == of_origins(
            asked, origins.drawn(plain, horizon=asked.horizon, within=asked.within)
        )
        assert of_notices(questions.of_notices(db, asked)) == of_notices(
            notice_coverage.drawn(plain, within=asked.within)
        )


@pytest.mark.parametrize("definition", Definition)
@pytest.mark.parametrize("seed", range(410, 413))
def test_the_rates_of_others_are_those_of_all_facts(
    db: Session, seed: int, definition: Definition
) -> None:
    chance = Random(seed)  # noqa: S311  # the same story each time
    found = lived(db, chance)

    for _ in range(4):
        asked = replace(question(found, chance), first=None, last=None)
        plain = definitions.drawn(known(db, asked), definition, zone=asked.zone, by=asked.by)
        told = questions.of_definition(db, asked, definition)
        assert tuple(cell for cell, _ in told) == plain


def test_a_list_is_read_in_lots_and_only_where_it_is_opened(db: Session) -> None:
    chance = Random(401)  # noqa: S311  # the same story each time
    found = lived(db, chance)
    asked = Question(NOW, question(found, chance).zone)
    drawn = questions.of_watching(db, asked)

    with counted(db) as statements:
        everybody = list(drawn.viewers)

    assert (len(everybody), len(statements)) == (len(drawn.viewers), 1)
    assert everybody
