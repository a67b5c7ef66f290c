"""The site as most tests ask for it: its templates and its routes are compiled once for all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from jinja2 import FileSystemBytecodeCache
from werkzeug.routing import Rule

from tests.databases import HOME

COMPILED = HOME / "templates"
Builder = Callable[..., tuple[str, str]]


class _KnownRule(Rule):
    """A route whose way to build an address is compiled once a process: nine tenths of a site's
    start, and the same for every site."""

    _builders: dict[object, Builder] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Builder:
        defaults = sorted((self.defaults or {}).items())
        asked = (self.rule, self.subdomain, self.merge_slashes, repr(defaults), append_unknown)
        if asked not in self._builders:
            self._builders[asked] = super()._compile_builder(append_unknown)
        return self._builders[asked]


Flask.url_rule_class = _KnownRule


def made(**given: Any) -> Flask:
    """A site of its own, on the settings and the database that are in force."""
    from web.app import create_app  # the import reads the settings

    app = create_app(**given)
    COMPILED.mkdir(parents=True, exist_ok=True)
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(COMPILED))
    return app
