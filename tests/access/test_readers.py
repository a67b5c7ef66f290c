"""What a film's page asks about its reader is theirs, about this film and these reviews."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from access import gate, readers
from access.gate import Answer
from access.models import WatchProgress
from access.readers import Reader
from catalog.models import ReviewVote
from tests import factories
from tests.factories import NOW
from tests.queries import counted

NOTHING = Reader(None, 0, frozenset())


def test_a_film_page_asks_about_its_reader_in_one_query(db: Session) -> None:
    # given Ada, who has begun one of two films, and found two reviews of it helpful
    ada, ben = factories.member(db), factories.member(db)
    film, other = factories.title(db), factories.title(db)
    ours, behind, elsewhere = (factories.review(db, one).id for one in (film, film, other))
    until = NOW + timedelta(days=3)
    factories.entitlement(db, ada, until)
    begun = {"member_id": ada.id, "title_id": film.id, "position_seconds": 60}
    db.add(WatchProgress(**begun, updated_at=NOW))
    db.add_all(ReviewVote(review_id=one, member_id=ada.id) for one in (ours, behind))
    db.flush()

    # when the pages of both films ask about her, and of one about somebody else
    with counted(db) as queries:
        asked = [
            readers.of(db, ada.id, film.id, [ours, elsewhere]),
            readers.of(db, ada.id, other.id, []),
            readers.of(db, ben.id, film.id, [ours]),
        ]

    # then each is told what is on it
    told = [Reader(until, 60, frozenset({ours})), Reader(until, 0, frozenset()), NOTHING]
    assert (asked, len(queries)) == (told, 3)


def test_an_entitlement_that_was_read_with_more_opens_until_its_instant(db: Session) -> None:
    ada, film, draft = factories.member(db), factories.title(db), factories.title(db)
    draft.status = "draft"

    def asked(title: object, days: int | None) -> Answer:
        until = None if days is None else NOW + timedelta(days=days)
        return gate.answer(db, ada, title, until=until, now=NOW)  # type: ignore[arg-type]

    answers = [asked(film, 1), asked(film, 0), asked(film, -1), asked(film, None), asked(draft, 1)]

    assert answers == [Answer.OPEN, *[Answer.SUBSCRIBE] * 4]
