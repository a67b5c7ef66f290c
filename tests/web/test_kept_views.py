"""Views declared by ``kept`` have no transaction around them, so none of them may write."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import InternalError
from sqlalchemy.orm import Session

from access.models import WatchProgress
from accounts.models import Member
from catalog.models import Title
from core import clock, db
from tests import factories
from tests.web.kept_site import Site, signed_in, site, try_words
from web import freshness

__all__ = ["site"]
ADDRESSES = {
    "storefront.home": "/",
    "storefront.browse": "/browse?sort=rating",
    "storefront.genre": "/genre/drama",
    "storefront.collection": "/collection/new-this-week",
    "storefront.film": "/film/one?from=drama&notice=watch",
    "storefront.film_reviews": "/film/one/reviews?sort=helpful",
    "storefront.person": "/person/di-rector",
    "searching.search_page": "/search",
    "information.help_page": "/help",
    "information.terms": "/terms",
    "information.privacy": "/privacy",
    "information.accessibility": "/accessibility",
}
NOBODY = "Basic bm9ib2R5"  # proof of a person, so no kept page answers


@pytest.fixture
def only_reads(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The database refuses every change in a session of ``db.reading``."""
    site.change(try_words)
    forbidden = create_engine(
        db.url(),
        isolation_level="AUTOCOMMIT",
        connect_args={"options": f"{db.OPTIONS} -c default_transaction_read_only=on"},
    )
    monkeypatch.setattr(db, "_committing_by_itself", lambda _: forbidden)
    yield
    forbidden.dispose()


def test_every_view_that_is_declared_is_looked_at_here(site: Site) -> None:
    declared = {
        endpoint for endpoint, view in site.app.view_functions.items() if view in freshness.READING
    }

    assert declared == set(ADDRESSES)


@pytest.mark.usefixtures("only_reads")
def test_a_change_would_be_refused() -> None:
    with db.single() as session, pytest.raises(InternalError, match="read-only"):
        session.execute(text("update offer set active = false"))


@pytest.mark.usefixtures("only_reads")
def test_no_view_that_is_kept_changes_anything_for_whoever_asks(site: Site) -> None:
    visitor = {"Authorization": NOBODY}
    with db.transaction() as session:
        member = {"Cookie": signed_in(session, _watching(session))}

    answers = {
        address: [site.get(address, **who).status_code for who in (visitor, member)]
        for address in ADDRESSES.values()
    }

    assert {address for address, seen in answers.items() if seen == [200, 200]} == set(answers)


def _watching(session: Session) -> Member:
    """A member who has begun a film, and may watch it."""
    ada = factories.member(session)
    factories.entitlement(session, ada, clock.now() + timedelta(days=3))
    film = session.scalars(select(Title).where(Title.slug == "one")).one()
    film.video = factories.video(session)
    begun = WatchProgress(
        member_id=ada.id, title_id=film.id, position_seconds=60, updated_at=clock.now()
    )
    session.add(begun)
    return ada
