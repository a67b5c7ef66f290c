"""Where tries cannot be counted: trying is limited in each process; pages and machines are not."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import select, text

from accounts import request_counts
from accounts.models import RequestCount
from tests.web.forms import send
from tests.world import World
from workers import tasks

ALLOWED = 20  # tries a minute and process


def test_without_the_table_of_counts_only_tries_are_limited(world: World) -> None:
    world.db.execute(text("alter table request_count rename to lost"))
    world.db.commit()

    typed = {"email": "noel@example.org", "password": "wrong"}
    tries = [send(world.site, "/account/sign-in", **typed).status_code for _ in range(ALLOWED + 5)]
    pages = [world.site.get("/help").status_code for _ in range(ALLOWED + 5)]
    events = [world.site.post("/webhooks/stripe").status_code for _ in range(ALLOWED + 5)]

    assert Counter(tries) == {200: ALLOWED, 429: 5}
    assert Counter(pages) == {200: ALLOWED + 5}
    assert Counter(events) == {400: ALLOWED + 5}  # unsigned, and told so


def test_an_address_that_asked_is_forgotten_once_its_span_is_over(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given three who tried to sign in, and six minutes later one more
    monkeypatch.setattr(request_counts, "A_SET", 2)
    for name in ("ada", "bob", "eve"):
        send(world.site, "/account/sign-in", email=f"{name}@example.org", password="wrong")
    world.leap(minutes=6)
    send(world.site, "/account/sign-in", email="noel@example.org", password="wrong")

    # when what is too old is removed
    tasks.purge_sessions()

    # then the last one is counted on
    kept = world.db.scalars(select(RequestCount.key)).all()
    assert len(kept) == 2 and any("noel@example.org" in key for key in kept)
