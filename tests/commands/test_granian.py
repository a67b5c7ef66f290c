"""The site served by granian, for those who choose it by ``MATINEE_SERVER``."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

import sandbox.app
from benchmarks import loads
from core import db
from tests import factories
from tests.workers import processes


def test_granian_serves_a_film_page_and_ends_when_it_is_told_to(
    fresh_database: str, home: Path
) -> None:
    pytest.importorskip("granian")
    with db.transaction() as session:
        factories.title(session, name="Served")
    with processes.beside(fresh_database, home, sandbox.app.create()) as beside:
        site = beside.start("web", server="granian")
        address = f"http://127.0.0.1:{beside.port}/film/served"
        processes.eventually(lambda: processes.answers(address))

        asked = loads.request("/film/served", Connection="close", Accept_Encoding="br")
        head, body = loads.ask(beside.port, asked)
        site.send_signal(signal.SIGTERM)

        assert (head[9:12], b"content-encoding: br" in head.lower(), len(body) > 1000) == (
            b"200",
            True,
            True,
        )
        assert site.wait(processes.PATIENCE) == 0
