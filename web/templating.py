"""How Jinja draws our pages: Flask's environment, without what only templates of others need, and
with a tag of our own for what everybody is shown alike."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any

from flask import Flask
from flask.templating import Environment
from jinja2 import Undefined, nodes
from jinja2.ext import Extension
from jinja2.parser import Parser
from markupsafe import Markup

from web import kept_parts

UNBOUNDED = -1
OF_THE_READER = {
    *("viewer", "member", "offer", "terms", "had_trial", "labels", "now", "arms", "partners"),
    *("trial_href", "sign_in_href", "country_href", "reader", "came_for", "begun", "because"),
    *("g", "session", "request", "current_user", "csrf_token", "get_flashed_messages"),
    "bound_to",
}


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


class Shared(Extension):
    """``{% shared "cast" %} … {% endshared %}``: what everybody is shown alike, drawn once for many
    readers of a page. The name is its own within the page. What names the reader there, or draws
    another template, which could, is refused when the template is read."""

    tags = {"shared"}  # as the library declares it

    def parse(self, parser: Parser) -> nodes.Node:
        """The tag with its body, as a call of ``_drawn``. Raises ``TemplateSyntaxError``."""
        line = next(parser.stream).lineno
        name = parser.parse_expression()
        body = parser.parse_statements(("name:endshared",), drop_needle=True)
        drawn = nodes.CallBlock(self.call_method("_drawn", [name]), [], [], body)
        for named in drawn.find_all(nodes.Name):
            if named.name in OF_THE_READER:
                parser.fail(f"what is shared may not name {named.name}", named.lineno)
        for included in drawn.find_all(nodes.Include):
            parser.fail("what is shared includes no other template", included.lineno)
        return drawn.set_lineno(line)

    def _drawn(self, name: str, caller: Callable[[], Markup]) -> Markup:
        return kept_parts.of(name, caller)


def start(app: Flask) -> None:
    """Draw the pages of ``app`` with it. Called before its first look at ``app.jinja_env``."""
    app.jinja_environment = Templates
    app.jinja_options = {**app.jinja_options, "cache_size": UNBOUNDED, "undefined": Missing}
    app.jinja_env.add_extension(Shared)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
