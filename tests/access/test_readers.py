"""What a film's page asks about its reader is theirs, about this film and these reviews."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from access import gate, readers, standing
from access.gate import Answer
from access.models import WatchProgress
from access.readers import Reader
from access.standing import Standing, State
from billing.models import Invoice
from catalog.models import ReviewVote
from tests import factories
from tests.factories import NOW
from tests.queries import counted


def test_a_film_page_asks_about_its_reader_in_one_query(db: Session) -> None:
    # given Ada, who has begun and reviewed one of two films, and found two reviews of it helpful
    ada, ben = factories.member(db), factories.member(db)
    film, other = factories.title(db), factories.title(db)
    ours, behind, elsewhere = (factories.review(db, one).id for one in (film, film, other))
    factories.review(db, film, member_id=ada.id, status="waiting")
    until = NOW + timedelta(days=3)
    factories.entitlement(db, ada, until)
    begun = {"member_id": ada.id, "title_id": film.id, "position_seconds": 60}
    db.add(WatchProgress(**begun, updated_at=NOW))
    db.add_all(ReviewVote(review_id=one, member_id=ada.id) for one in (ours, behind))
    db.flush()

    # when the pages of both films ask about her, and of one about somebody else
    with counted(db) as queries:
        asked = [
            readers.of(db, ada.id, film.id, [ours, elsewhere], now=NOW),
            readers.of(db, ada.id, other.id, [], now=NOW),
            readers.of(db, ben.id, film.id, [ours], now=NOW),
        ]

    # then each is told what is on it
    member, given = Standing(State.MEMBER), Standing(State.MEMBER, watch_until=until)
    assert len(queries) == 3
    assert asked == [
        Reader(until, 60, "waiting", frozenset({ours}), given),
        Reader(until, 0, None, frozenset(), given),
        Reader(None, 0, None, frozenset(), member),
    ]


def test_a_film_page_is_told_where_its_reader_stands_as_the_account_is(db: Session) -> None:
    # given Ada, who left, came back, and whose card fails: of each subscription some invoices
    ada, film = factories.member(db), factories.title(db)
    for at, status in ((1, "canceled"), (2, "past_due"), (3, "incomplete_expired")):
        began = NOW - timedelta(days=100) + timedelta(days=at)
        named = {"stripe_id": f"sub_{at}", "status": status, "created_at": began}
        sub = factories.subscription(db, ada, **named)
        for number in range(3):
            bill = {"stripe_id": f"in_{at}_{number}", "subscription_id": sub.id, "status": "open"}
            sums = {"total_minor": 600 + number, "tax_minor": 0, "currency": "gbp"}
            db.add(Invoice(**bill, **sums, created_at=began + timedelta(days=number)))
    helpful = factories.review(db, film).id
    db.add(ReviewVote(review_id=helpful, member_id=ada.id))
    db.flush()
    db.expire_all()

    # when the page asks, and then whoever shows all of it
    read = readers.of(db, ada.id, film.id, [helpful], now=NOW)
    short, whole = standing.in_short(db, ada, now=NOW), standing.of(db, ada, now=NOW)

    # then all of them are told the same
    assert (read.standing, short) == (whole, whole)
    assert (whole.state, whole.failed) == (State.PAST_DUE, read.standing.failed)
    assert read.found_helpful == {helpful}


@pytest.mark.parametrize(
    ("days", "status", "state", "answer"),
    [
        (1, "published", State.PAST_DUE, Answer.OPEN),
        (0, "published", State.PAST_DUE, Answer.UPDATE_CARD),
        (None, "published", State.ENDED, Answer.RENEW),
        (-1, "published", State.PAUSED, Answer.SEE_ACCOUNT),
        (1, "draft", State.MEMBER, Answer.SUBSCRIBE),
    ],
)
def test_what_was_read_with_more_opens_the_gate_until_its_instant(
    db: Session, days: int | None, status: str, state: State, answer: Answer
) -> None:
    film = factories.title(db)
    film.status = status
    until = None if days is None else NOW + timedelta(days=days)

    assert gate.answer(film, until, state, now=NOW) is answer
