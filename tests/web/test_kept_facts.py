"""What every page is drawn from is asked for once, and anew as soon as it may read otherwise."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, update

from billing.models import Offer
from core import clock, db
from tests import factories
from tests.web.kept_site import AFRESH, NOBODY, Site, site, try_words

__all__ = ["site"]


@pytest.mark.parametrize(("who", "asks"), [(NOBODY, []), (AFRESH, [True])])
def test_a_page_that_is_not_kept_asks_for_its_film_alone_and_for_nothing_where_its_parts_are(
    site: Site, who: dict[str, str], asks: list[bool]
) -> None:
    asked: list[str] = []
    engine = db.session().get_bind()

    event.listen(engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    site.get("/film/one", **who)

    assert ["from title t" in statement for statement in asked] == asks


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"amount_minor": 1299}, "£12.99 a month"),
        ({"trial_days": 14}, "Try 14 days free"),
        ({"words": "Come in"}, "Come in"),
    ],
)
def test_a_changed_offer_stands_on_the_next_page_that_is_drawn(
    site: Site, change: dict[str, Any], words: str
) -> None:
    site.change(lambda session: session.execute(update(Offer).values(active=False)))
    before = site.get("/film/two", **NOBODY).text

    site.change(lambda session: session.execute(update(Offer).values(active=True, **change)))
    after = site.get("/film/two", **NOBODY).text

    assert [words in page for page in (before, after)] == [False, True]


def test_an_experiment_is_on_the_next_page_that_is_drawn(site: Site) -> None:
    before = site.get("/film/one", **NOBODY)

    site.change(try_words)
    after = site.get("/film/one", **NOBODY)

    assert ["arms=" in str(answer.headers) for answer in (before, after)] == [False, True]


def test_an_offer_that_begins_is_shown_from_its_instant_on(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    site.change(
        lambda session: factories.offer(
            session, code="later", amount_minor=499, starts_at=now + timedelta(minutes=5)
        )
    )
    before = site.get("/film/one", **NOBODY).text

    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=5))
    after = site.get("/film/one", **NOBODY).text

    assert ["£4.99 a month" in page for page in (before, after)] == [False, True]
