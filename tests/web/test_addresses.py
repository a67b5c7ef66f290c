"""The quick way to an address ends where the router's own way ends."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, g, url_for

from web import addresses


@pytest.mark.parametrize(
    ("endpoint", "values"),
    [
        ("storefront.home", {}),
        ("storefront.film", {"slug": "a-2"}),
        ("storefront.film", {"slug": "a", "notice": "watch", "from": None}),
        ("storefront.film", {"slug": "one two/é?{x}"}),
        ("storefront.genre", {"slug": "drama", "page": 2}),
        ("storefront.film_reviews", {"slug": "a", "_anchor": "review-1"}),
        ("artwork.poster", {"content": "0a1b", "slug": "a"}),
        ("storefront.reviewing.react", {"slug": "a", "number": 7}),
        ("storefront.reviewing.react", {"slug": "a", "number": "007"}),
        ("storefront.reviewing.react", {"slug": "a", "number": 0, "behind": 12, "sort": "newest"}),
        ("storefront.film_reviews", {"slug": "a", "behind": 0, "sort": None}),
        ("storefront.film_reviews", {"slug": "a", "behind": -1}),
        ("storefront.film_reviews", {"slug": "a", "behind": True}),
        ("storefront.film", {"slug": 7}),
        ("static", {"filename": "js/seen.js", "v": "0a1b"}),
    ],
)
def test_an_address_is_the_router_s_own_with_and_without_a_root(
    site: Flask, endpoint: str, values: dict[str, Any]
) -> None:
    for root in ("", "/films"):
        with site.test_request_context("/", base_url=f"http://localhost{root}"):
            routed = url_for(endpoint, **values)
            assert [addresses.path(endpoint, **values) for _ in range(2)] == [routed, routed]


def test_a_link_is_noted_on_the_page_that_makes_it_each_time(site: Flask) -> None:
    with site.test_request_context("/"):
        for slug in ("first", "second"):
            g.shown = set()
            addresses.path("storefront.film", slug=slug)
            assert g.shown == {f"film-card:{slug}"}
