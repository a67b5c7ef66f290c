"""What a template names and nobody gave it is no silent nothing."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from jinja2 import UndefinedError


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
