"""Whose address counts: the reader's where our proxy tells it, else that of the connection."""

from __future__ import annotations

import pytest

from core import settings
from tests.web.forms import send
from tests.world import World

HEADER = "HTTP_X_FORWARDED_FOR"


@pytest.mark.parametrize(
    "proxies, others",
    [pytest.param(1, 200, id="behind a proxy"), pytest.param(0, 429, id="no proxy, invented")],
)
def test_a_reader_is_limited_by_the_address_that_our_proxy_tells(
    world: World, proxies: int, others: int
) -> None:
    settings.use(settings.current().model_copy(update={"proxies": proxies}))

    def sign_in(number: int, told: str) -> int:
        browser = world.site.application.test_client()
        browser.environ_base[HEADER] = told
        typed = {"email": f"{number}@example.org", "password": "wrong"}
        return int(send(browser, "/account/sign-in", **typed).status_code)

    first = [sign_in(number, "198.51.100.1") for number in range(11)]

    assert first == [200] * 10 + [429]
    assert sign_in(12, "198.51.100.2") == others
