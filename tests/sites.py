"""The site as most tests ask for it: its templates are compiled once for all of them."""

from __future__ import annotations

from typing import Any

from flask import Flask
from jinja2 import FileSystemBytecodeCache

from tests.databases import HOME

COMPILED = HOME / "templates"


def made(**given: Any) -> Flask:
    """A site of its own, on the settings and the database that are in force."""
    from web.app import create_app  # the import reads the settings

    app = create_app(**given)
    COMPILED.mkdir(parents=True, exist_ok=True)
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(COMPILED))
    return app
