"""What a film page made anew costs beside Wagtail, which shows the same film.

``python -m benchmarks.film_page_beside_wagtail``: our page as it is filled from kept parts and as
it is drawn with nothing kept (``benchmarks/film_page.py``), and Wagtail's, by the same program with
one thread (``benchmarks/beside.py``). Beside the drawn page Wagtail keeps as little as we do. The
filled one has its parts ready and Wagtail's has not: with the blocks of its template kept by
``wagtailpagecache``, once, Wagtail took 0.4 of its time and 9 queries.

The Wagtail site (``benchmarks/wagtail_site``) is ours, written as its documentation has it, with 17
queries a page. Where two ways were open the one that costs it less was taken: pictures are plain
addresses, the offer, the rating and the description cost no query, and it has no experiments,
trailers, captions or security policy. Its menu and breadcrumb come from the tree of pages; ours
stand in the template. Django prepares no statements by itself, which costs it up to a tenth.
"""

from __future__ import annotations

import importlib.util
import tempfile
from functools import partial
from pathlib import Path

import sandbox.app
from benchmarks import beside, film_page, wagtail_made
from benchmarks.beside import Asked
from benchmarks.film_page import FILM, SOMEBODY, Server
from benchmarks.wagtail_made import Site
from core import db, settings
from tests import databases
from tests.workers import processes

THEIRS = f"{FILM}/"


def main() -> None:
    """Measure and print, for each program that is installed."""
    home = Path(tempfile.mkdtemp())
    settings.use(settings.Settings(_env_file=None, home=home))
    with (
        databases.server() as server,
        databases.clone(server, "film_page") as ours,
        databases.empty(server, "wagtail") as theirs,
        processes.beside(ours, home, sandbox.app.create()) as running,
    ):
        film_page.furnish(ours)
        with db.transaction() as session:
            told = beside.told(session)
        print("Making the Wagtail site …", flush=True)
        with wagtail_made.made(theirs, told) as site:
            print(f"{site.run('-c', wagtail_made.VERSIONS)}; the goal is a ratio of {beside.GOAL}.")
            for program in ("gunicorn", "granian"):
                if importlib.util.find_spec(program):
                    beside.compare(
                        program,
                        [*beside.ours(running, program, ours), _theirs(site, program)],
                    )


def _theirs(site: Site, program: str) -> Asked:
    port, pid = site.serve(program, THEIRS)
    server = Server(f"{program} of 1, Wagtail", port, (pid,), SOMEBODY)
    return Asked(server, THEIRS, partial(beside.backends, site.environment["DATABASE_URL"]))


if __name__ == "__main__":
    main()
