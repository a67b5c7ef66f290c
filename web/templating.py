"""How Jinja draws our pages: Flask's environment, without what only templates of others need."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from flask import Flask
from flask.templating import Environment

UNBOUNDED = -1


class Templates(Environment):
    """One set of globals for every template: none of ours changes its own.

    Jinja lays a ``ChainMap`` over them for each template and walks it with every import of a
    macro, which on a film page cost as much as a query.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The globals themselves, where a template brings none."""
        return super().make_globals(d) if d else self.globals


def start(app: Flask) -> None:
    """Draw the pages of ``app`` with it. Called before its first look at ``app.jinja_env``."""
    app.jinja_environment = Templates
    app.jinja_options = {**app.jinja_options, "cache_size": UNBOUNDED}
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
