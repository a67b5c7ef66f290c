"""What crawlers may fetch, and which of it search engines list."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from protego import Protego

from tests.web.forms import send
from tests.world import World

SITE = "http://127.0.0.1:8000"


def test_crawlers_are_kept_out_of_what_belongs_to_one_person(client: FlaskClient) -> None:
    lines = client.get("/robots.txt").text.splitlines()

    assert lines[0] == "User-agent: *"
    assert {"Disallow: /account", "Disallow: /trial", "Disallow: /desk"} <= set(lines)
    assert f"Sitemap: {SITE}/sitemap.xml" in lines


@pytest.mark.parametrize(
    ("path", "may_be_read"),
    [
        ("/film/nosferatu", True),
        ("/search", True),
        ("/search?q=nosferatu", False),
        ("/search/suggestions.json?q=n", False),
        ("/account/sign-up", True),
        ("/account/sign-up?next=/trial", False),
        ("/account/sign-up/a-token", False),
        ("/account", False),
        ("/trial?film=nosferatu", False),
    ],
)
def test_crawlers_read_what_is_for_sale_and_its_terms(
    client: FlaskClient, path: str, may_be_read: bool
) -> None:
    rules = Protego.parse(client.get("/robots.txt").text)

    assert rules.can_fetch(f"{SITE}{path}", "anybot") is may_be_read


def test_search_engines_list_the_page_with_the_terms_and_not_what_came_of_it(world: World) -> None:
    offer = world.offer
    page = world.site.get("/account/sign-up").get_data(as_text=True)
    with_errors = send(world.site, "/account/sign-up", email="").get_data(as_text=True)
    listed = world.site.get("/sitemap.xml").get_data(as_text=True)
    offer.active = False
    world.db.commit()
    sold_out = world.site.get("/account/sign-up").get_data(as_text=True)

    assert f'<link rel="canonical" href="{SITE}/account/sign-up">' in page
    assert "/account/sign-up</loc>" in listed
    assert ["noindex" in one for one in (page, with_errors, sold_out)] == [False, True, True]
    assert "sign-up" not in world.site.get("/sitemap.xml").get_data(as_text=True)


@pytest.mark.parametrize("path", ["/", "/browse", "/search", "/help", "/account/sign-up"])
def test_a_page_that_may_be_listed_names_its_address(world: World, path: str) -> None:
    assert world.offer.active and world.title.slug

    page = world.site.get(path).text

    found = [page.count(one) for one in ("noindex", 'rel="canonical"', "hreflang=")]
    assert found == [0, 1, 2]


@pytest.mark.parametrize(
    "path",
    [
        *("/account/sign-in", "/account/sign-in/link", "/cancel", "/cancellation", "/withdraw"),
        *("/country", "/search?q=a", "/account/sign-up?next=/trial", "/nowhere"),
    ],
)
def test_a_page_that_may_not_be_listed_names_no_address_to_be_listed_by(
    client: FlaskClient, path: str
) -> None:
    page = client.get(path).text

    assert ("noindex" in page, "canonical" in page, "hreflang" in page) == (True, False, False)
