"""How Jinja draws our pages: Flask's environment, without what only templates of others need."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from flask import Flask
from flask.templating import Environment
from jinja2 import Undefined

UNBOUNDED = -1


class Missing(Undefined):
    """What a template names and nobody gave it: asked whether it is there, it says no, and a field
    of a form shows it as nothing typed; counted or walked through, it raises ``UndefinedError``,
    for then a name is misspelt and a zero would be told."""

    __slots__ = ()
    __len__ = __iter__ = Undefined._fail_with_undefined_error  # as StrictUndefined does


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
    app.jinja_options = {**app.jinja_options, "cache_size": UNBOUNDED, "undefined": Missing}
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
