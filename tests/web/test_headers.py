"""What every answer asks of a browser for safety, whatever the answer is."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from core import settings

SECURE = "https://films.example.org"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
OVER_TLS = {"Strict-Transport-Security": "max-age=63072000; includeSubDomains"}
NO_FRAMES = "frame-ancestors 'none'"


@pytest.mark.parametrize("path", ["/help", "/nowhere", "/account", "/static/css/1-tokens.css"])
@pytest.mark.parametrize(
    ("origin", "headers"), [(SECURE, HEADERS | OVER_TLS), ("http://127.0.0.1:8000", HEADERS)]
)
def test_every_answer_asks_browsers_to_be_careful(
    client: FlaskClient, path: str, origin: str, headers: dict[str, str]
) -> None:
    settings.use(settings.current().model_copy(update={"public_url": origin}))

    with client.get(path) as answer:
        told = {name: answer.headers.get(name) for name in HEADERS | OVER_TLS}

    assert told == dict.fromkeys(told) | headers
    assert NO_FRAMES in answer.headers["Content-Security-Policy"]
