"""Where tries cannot be counted: trying is limited in each process; pages and machines are not."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import text

from tests.web.forms import send
from tests.world import World

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
