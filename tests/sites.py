"""The site as most tests ask for it: its templates and its routes are compiled once for all, and
a password takes it no time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from jinja2 import FileSystemBytecodeCache
from werkzeug.routing import Rule

from tests import hashing
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
    app.extensions["security"].pwd_context.update(
        argon2__rounds=hashing.ROUNDS,
        argon2__memory_cost=hashing.MEMORY,
        argon2__parallelism=hashing.THREADS,
    )
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(COMPILED))
    return app
