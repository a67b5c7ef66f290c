"""The site served by gunicorn, as it is unless ``MATINEE_SERVER`` says otherwise."""

from __future__ import annotations

from pathlib import Path

import sandbox.app
from benchmarks import loads
from tests.workers import processes


def test_no_header_of_a_request_says_where_the_site_begins(fresh_database: str, home: Path) -> None:
    asked = loads.request("//evil.example/", Connection="close")
    named = asked.replace(b"\r\n\r\n", b"\r\nScript_Name: //evil.example\r\n\r\n")
    with processes.beside(fresh_database, home, sandbox.app.create()) as beside:
        beside.start_site()

        for address in (named, named.replace(b"//evil.example/ ", b"/ ", 1)):
            _, body = loads.ask(beside.port, address)
            assert b'="//evil.example' not in body
