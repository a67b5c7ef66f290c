"""What a film page made anew costs beside Ghost, which shows the same film.

``python -m benchmarks.film_page_beside_ghost``: our page as it is filled from kept parts and as it
is drawn with nothing kept (``benchmarks/film_page.py``), and Ghost's, in turns
(``benchmarks/beside.py``). Ghost runs on one process of Node, as it does, and we on one thread.

The Ghost site (``benchmarks/ghost_site``) is ours. A post has no place for a film's facts, its
people and what was written about it, so they are text of the post, which Ghost keeps drawn; what
costs it queries is the post, its genres as tags, and the posts of the same genre. It has no
offer, experiments, trailers, captions or security policy. Ghost's own themes take as long or less.
"""

from __future__ import annotations

import importlib.util
import tempfile
from pathlib import Path

import sandbox.app
from benchmarks import beside, film_page, ghost_made
from benchmarks.beside import Asked
from benchmarks.film_page import FILM, SOMEBODY, Server
from core import db, settings
from tests import databases
from tests.workers import processes

THEIRS = f"/{FILM.rpartition('/')[2]}/"


def main() -> None:
    """Measure and print, for each program of ours that is installed."""
    home = Path(tempfile.mkdtemp())
    settings.use(settings.Settings(_env_file=None, home=home))
    with (
        databases.server() as server,
        databases.clone(server, "film_page") as url,
        processes.beside(url, home, sandbox.app.create()) as running,
    ):
        film_page.furnish(url)
        with db.transaction() as session:
            told = beside.told(session)
        print("Making the Ghost site …", flush=True)
        with ghost_made.made(told) as site:
            print(f"Ghost {ghost_made.VERSION}; the goal is a ratio of {beside.GOAL}.")
            theirs = Server("Ghost", site.port, (site.process,), SOMEBODY)
            asked = Asked(theirs, THEIRS, lambda: [site.database])
            for program in ("gunicorn", "granian"):
                if importlib.util.find_spec(program):
                    beside.compare(program, [*beside.ours(running, program, url), asked])


if __name__ == "__main__":
    main()
