"""What a template names and nobody gave it is no silent nothing."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from jinja2 import UndefinedError, pass_context
from jinja2.runtime import Context


@pytest.mark.parametrize(
    "template", ["{{ absent | length }}", "{% for one in absent %}{% endfor %}"]
)
def test_a_misspelt_name_that_is_counted_or_walked_through_is_an_error(
    client: FlaskClient, template: str
) -> None:
    drawn = client.application.jinja_env.from_string(template)

    with pytest.raises(UndefinedError, match="absent"):
        drawn.render()


def test_a_name_may_be_asked_whether_it_is_there(client: FlaskClient) -> None:
    drawn = client.application.jinja_env.from_string(
        "{% if absent %}is{% else %}is not{% endif %}{{ absent }}"
    )

    assert drawn.render() == "is not"


@pass_context
def _within(context: Context, self: int) -> str:
    return f"{self} of {sorted(context.get_all().keys() & {'called', 'one'})}"


class _Callable:
    """Something that is called and is no function."""

    def __call__(self, one: int) -> str:
        return f"<{one}>"


@pytest.mark.parametrize(
    ("template", "drawn"),
    [
        ("{% macro row(a, self=2) %}<b>{{ a }}{{ self }}</b>{% endmacro %}{{ row('<') }}", "&lt;2"),
        (
            "{% macro r() %}({{ caller(1) }}){% endmacro %}{% call(n) r() %}{{ n }}{% endcall %}",
            "(1)",
        ),
        ("{% for one in [1] %}{{ called(self=one) }}{% endfor %}", "self=1"),
        (
            "{% for n in [1] %}{% set one = n %}{{ within(self=n) }}{% endfor %}",
            "1 of ['called', 'one']",
        ),
        ("{{ thing(3) }}{{ 'abc'.upper() }}{{ dict(a=1)['a'] }}", "&lt;3&gt;ABC1"),
    ],
)
def test_a_template_calls_macros_functions_and_whatever_else_can_be_called(
    client: FlaskClient, template: str, drawn: str
) -> None:
    found = client.application.jinja_env.from_string(
        "{% autoescape true %}" + template + "{% endautoescape %}"
    )

    assert drawn in found.render(
        called=lambda **named: " ".join(f"{name}={value}" for name, value in named.items()),
        within=_within,
        thing=_Callable(),
    ).replace("&#39;", "'")
