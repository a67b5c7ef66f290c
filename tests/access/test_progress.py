"""How far a member has got: what is kept, and where a film goes on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from access import progress
from access.models import WatchProgress
from tests import factories, queries

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("positions", "resumes_at"),
    [
        ([], 0),
        ([4], 0),
        ([5], 5),
        ([40, 60, 30], 30),
        ([60, 4], 60),
        ([94], 94),
        ([60, 95], 0),
        ([96, 10], 10),
        ([-3], 0),
        ([50, 1000], 0),
    ],
)
def test_a_film_goes_on_where_it_was_left(
    db: Session, positions: list[int], resumes_at: int
) -> None:
    # given a film of a hundred seconds
    ada, film = factories.member(db), factories.title(db)

    # when a player reports where it stands, time and again
    for position in positions:
        progress.keep(db, ada.id, film.id, position, seconds=100, now=NOW)

    # then the next player goes on from the last place that counts
    assert progress.resume_at(db, ada.id, film.id) == resumes_at


def test_past_the_last_twentieth_a_film_counts_as_watched(db: Session) -> None:
    ada, film = factories.member(db), factories.title(db)
    progress.keep(db, ada.id, film.id, 95, seconds=100, now=NOW)
    kept = db.get(WatchProgress, (ada.id, film.id))
    assert kept is not None
    assert (kept.finished, kept.position_seconds) == (True, 0)


def test_each_member_has_their_own_place(db: Session) -> None:
    ada, ben, film = factories.member(db), factories.member(db), factories.title(db)
    progress.keep(db, ada.id, film.id, 40, seconds=100, now=NOW)
    assert (
        progress.resume_at(db, ada.id, film.id),
        progress.resume_at(db, ben.id, film.id),
    ) == (40, 0)


def test_films_begun_are_listed_latest_first_until_watched_or_removed(db: Session) -> None:
    # given four films begun one after the other, the third of them watched to the end
    ada = factories.member(db)
    films = [factories.title(db) for _ in range(4)]
    for number, (film, position) in enumerate(zip(films, [30, 40, 99, 50], strict=True)):
        at = NOW + timedelta(hours=number)
        progress.keep(db, ada.id, film.id, position, seconds=100, now=at)

    # when the first is removed
    progress.forget(db, ada.id, films[0].id)

    # then the others are listed, the latest first, and the removed one starts at 0
    assert [row.title_id for row in progress.unfinished(db, ada.id)] == [films[3].id, films[1].id]
    assert progress.resume_at(db, ada.id, films[0].id) == 0


def test_one_and_three_begun_films_are_read_by_the_same_number_of_queries(db: Session) -> None:
    asked = []
    for count in (1, 3):
        ada = factories.member(db)
        for _ in range(count):
            film = factories.title(db, genres=["Drama"], video_id=factories.video(db).id)
            progress.keep(db, ada.id, film.id, 40, seconds=100, now=NOW)
        db.expire_all()
        member_id = ada.id
        with queries.counted(db) as statements:
            said = [(r.title.video, r.title.genres) for r in progress.unfinished(db, member_id)]
        assert len(said) == count
        asked.append(len(statements))
    assert asked[0] == asked[1]
