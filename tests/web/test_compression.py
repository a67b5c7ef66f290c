"""Texts are sent small to whoever can read them small; pictures and parts of files are not."""

from __future__ import annotations

import gzip
import re

import brotli
import pytest
from flask.testing import FlaskClient

from web import assets, compression


@pytest.mark.parametrize(
    ("wanted", "encoding"),
    [
        *(("gzip, br", "br"), ("gzip", "gzip"), ("", None), ("br;q=0, identity", None)),
        *(("br;q=0.1, gzip;q=0.9", "gzip"), ("identity, br;q=0.5", None)),
    ],
)
def test_a_page_is_compressed_as_the_browser_asks(
    client: FlaskClient, wanted: str, encoding: str | None
) -> None:
    read = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[encoding]

    page = client.get("/help", headers={"Accept-Encoding": wanted})

    assert page.headers.get("Content-Encoding") == encoding
    assert "Accept-Encoding" in page.headers["Vary"]
    assert read(page.data).startswith(b"<!doctype html>")
    assert int(page.headers["Content-Length"]) == len(page.data)


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("br;q=0.5, gzip;q=0.5", "br"),
        ("*", "br"),
        ("*;q=0.1, gzip", "gzip"),
        ("br;q=0, *", "gzip"),
        ("br;q=0, gzip;q=0", "identity"),
        ("identity;q=0, zstd", "identity"),
        ("gzip;q=0.4, identity;q=0.6", "identity"),
    ],
)
def test_the_encoding_that_weighs_most_is_taken_and_of_equals_the_smallest(
    accepted: str, encoding: str
) -> None:
    assert compression.encoding_for(accepted) == encoding


def test_styles_and_scripts_are_kept_for_ever_at_an_address_of_their_content(
    client: FlaskClient,
) -> None:
    with client.application.test_request_context():
        sheet, script = assets.asset_url("matinee.css"), assets.asset_url("js/seen.js")
    for address in (sheet, script):
        with client.get(address, headers={"Accept-Encoding": "br"}) as answer:
            assert answer.headers["Cache-Control"] == assets.FOR_EVER
            assert answer.headers["Content-Encoding"] == "br"

    assert client.options("/static/js/none.js").status_code == 200
    for address in ("/static/000000000000/matinee.css", "/static/js/seen.js"):
        with client.get(address) as answer:
            assert answer.headers["Cache-Control"] == "no-cache"


def test_the_player_s_scripts_find_each_other_where_they_are_kept_for_ever(
    client: FlaskClient,
) -> None:
    with client.application.test_request_context():
        first = assets.asset_url("js/player.js")
    with client.get(first) as answer:
        asked = re.findall(r'from "\./([\w-]+\.js)"', answer.get_data(as_text=True))
    folder, _, name = first.rpartition("/")

    for one in (name, *asked):
        with client.get(f"{folder}/{one}", headers={"Accept-Encoding": "br"}) as answer:
            assert answer.headers["Cache-Control"] == assets.FOR_EVER
            assert answer.headers["Content-Encoding"] == "br"
    with client.get(f"/static/000000000000/js/{name}") as answer:
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-cache")
    assert len(asked) > 2
    assert client.get(f"{folder}/none.js").status_code == 404


def test_the_style_sheet_keeps_within_its_budget(client: FlaskClient) -> None:
    assert len(brotli.compress(assets.style_sheet().encode(), quality=5)) <= 10 * 1024
