"""The documented nginx tells pages and people apart as the page cache does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from billing import labels
from tests.web.test_kept_views import ADDRESSES
from web import compression, here, page_cache
from web.sessions import cookie_name

WRITTEN = (Path(__file__).parents[2] / "docs" / "nginx" / "matinee.conf").read_text()
MAP = re.compile(r"^map [^\n]* \$(\w+) \{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
LINE = re.compile(r"""^  (["']?)(~?)(\*?)(.*?)\1 +(\S+);$""", re.MULTILINE)
MAPS = {name: LINE.findall(inside) for name, inside in MAP.findall(WRITTEN)}


def mapped(name: str, said: str) -> str:
    """What a ``map`` of the configuration makes of a header."""
    found: dict[str, str] = {}
    for _, is_pattern, any_case, words, value in MAPS[name]:
        if not is_pattern or re.search(words, said, re.IGNORECASE if any_case else 0):
            found.setdefault("usual" if not is_pattern else "told", value.strip("\"'"))
    return found.get("told", found["usual"])


@pytest.mark.parametrize(
    "accepted",
    [
        *("", "br", "gzip, deflate, br", "gzip", "gzip;q=0, br;q=0.5", "br;q=0, gzip", "identity"),
        *("br;q=0.1, gzip;q=0.9", "gzip ; q=1, br; q=0.2", "zstd, gzip ,x"),
    ],
)
def test_an_encoding_is_chosen_as_we_choose_it(accepted: str) -> None:
    sent = mapped("matinee_encoding", accepted).replace("$http_accept_encoding", accepted)

    assert compression.encoding_for(sent) == compression.encoding_for(accepted)


@pytest.mark.parametrize(
    "accepted", ["", "de", "de-AT,de;q=0.9,en;q=0.8", "fr;q=0.5", "en-GB,de", "DE", "den", "nl"]
)
def test_a_language_is_told_apart_where_the_law_words_it_otherwise(accepted: str) -> None:
    assert mapped("matinee_language", accepted) == labels.language(accepted)
    assert {value for *_, value in MAPS["matinee_language"]} == set(labels.BY_LANGUAGE)


def test_a_country_is_read_by_the_expression_that_we_read_it_by() -> None:
    patterns = [words for _, is_pattern, _, words, _ in MAPS["matinee_country"] if is_pattern]

    assert patterns == [here.CHOSEN.pattern]
    assert "proxy_set_header Cookie $http_cookie;" in WRITTEN
    assert re.search(r"proxy_cache_key .*\$matinee_country\b", WRITTEN)


def test_whoever_may_be_somebody_is_answered_by_us() -> None:
    cookies = (f"{cookie_name()}=a", "a=b; __Host-session=c", f"{page_cache.REMEMBERED} =x")
    others = ("", "visitor=a; arms=1.try-free; country=DE")

    assert [mapped("matinee_somebody", one) for one in cookies] == ["1", "1", "1"]
    assert [mapped("matinee_somebody", one) for one in others] == ["", ""]


def test_a_page_is_for_everybody_by_its_own_word_alone() -> None:
    told = ('public, no-cache "a1-br"', 'public, no-cache W/"a1"', 'private, no-store "a1"', " ")

    assert [mapped("matinee_not_for_everybody", one) for one in told] == ["", "1", "1", "1"]


def test_nginx_keeps_the_pages_that_we_keep_and_no_other_address() -> None:
    found = re.search(r"location ~ (\S+) \{", WRITTEN)
    assert found is not None
    is_kept = re.compile(found[1]).search
    others = (
        "/search",
        "/account/sign-in",
        "/media/a/b.m3u8",
        "/film/one/trailer",
        "/film/one/trailer/embed",
        "/static/a.js",
    )

    # What is found stands at the search's address too: whoever asks the same must not wait in line.
    ours = set(ADDRESSES.values()) - {"/search"}
    assert [one for one in ours if not is_kept(one.partition("?")[0])] == []
    assert [one for one in others if is_kept(one)] == []


def test_no_log_holds_an_address_that_opens_something(client: FlaskClient) -> None:
    [(*_, opens, logged)] = [line for line in MAPS["matinee_logged"] if line[1]]
    pattern = re.compile(opens.replace("(?<", "(?P<"))
    rules = client.application.url_map.iter_rules()
    secret = [re.sub("<[^>]+>", "a.b-c", one.rule) for one in rules if "token" in one.arguments]

    places = [found and found["matinee_place"] for found in map(pattern.match, secret)]

    assert len(secret) > 10 and logged == "$matinee_place..."
    assert [one for one, place in zip(secret, places, strict=True) if not place] == []
    assert [place for place in places if place and "a.b-c" in place] == []
    assert not pattern.match("/film/nosferatu") and not pattern.match("/cancel")
    [written] = re.findall(r"^log_format matinee '(.*)';$", WRITTEN, re.MULTILINE)
    assert not re.search(r"\$(request|request_uri|args|http_referer|uri)\b", written)
    assert "access_log /var/log/nginx/access.log matinee;" in WRITTEN
