"""The site as a server runs it: the app behind its page cache, which hears of every change."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from catalog import crossings
from catalog.stretches import Moved, Offered
from core import db, patience, settings
from core.listening import Listener
from web.app import create_app
from web.kept_pages import KeptPages
from web.page_cache import PageCache

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

CHANNEL = "pages"
MEGABYTE = 1024 * 1024


def site() -> WSGIApplication:
    """What gunicorn serves. ``MATINEE_PAGE_CACHE_MB=0`` leaves the app alone."""
    db.connect(patience.bounded(db.engine()))
    app, megabytes = create_app(), settings.current().page_cache_mb
    gc.freeze()  # what stays until the end is not looked through for garbage again and again
    if not megabytes:
        return app
    pages = KeptPages(megabytes * MEGABYTE, look)
    listening(pages).start()
    return PageCache(app, pages)


def look(films: Sequence[Moved]) -> list[Moved | Offered]:
    """Ask how things stand with films that have moved, once that was heard."""
    with closing(db.reading()) as session:
        return crossings.seen(session, films)


def listening(pages: KeptPages) -> Listener:
    """What drops ``pages`` by what the database's triggers say at each commit."""
    return Listener(
        CHANNEL,
        on_open=pages.open,
        on_heard=pages.hear,
        on_alive=pages.trust,
        on_lost=pages.close,
    )
