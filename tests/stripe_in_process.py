"""Calls a sandbox from the real Stripe library without sockets, and uses its pages as people do."""

from collections.abc import Callable, Mapping
from typing import Any, cast
from urllib.parse import urlsplit

import stripe
from werkzeug.test import Client, TestResponse

from sandbox.app import Sandbox

ADDRESS = "http://sandbox.test"
KEY = "sk_test_in_process"


class InProcessStripe(stripe.HTTPClient):
    """An HTTP client for the library that hands requests to the sandbox's WSGI app."""

    name = "in-process"

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__()
        self._client = Client(sandbox)

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[str, int, Mapping[str, str]]:
        """One call; a broken connection becomes the library's own connection error."""
        parts = urlsplit(url)
        try:
            answer = self._client.open(
                parts.path,
                method=method.upper(),
                query_string=parts.query,
                headers=dict(headers or {}),
                data=post_data or None,
            )
        except (ConnectionError, TimeoutError) as failure:
            raise _broken(str(failure)) from failure
        return (
            answer.get_data(as_text=True),
            answer.status_code,
            cast(Mapping[str, str], answer.headers),
        )

    def close(self) -> None:
        """Nothing is held open."""


def _broken(message: str) -> stripe.APIConnectionError:
    make: Callable[..., stripe.APIConnectionError] = stripe.APIConnectionError
    return make(message, should_retry=True)


def client(sandbox: Sandbox, *, key: str = KEY, retries: int = 0) -> stripe.StripeClient:
    """The official client, speaking to a sandbox in this process."""
    return stripe.StripeClient(
        key,
        base_addresses={"api": ADDRESS},
        http_client=InProcessStripe(sandbox),
        max_network_retries=retries,
    )


def complete_checkout(
    sandbox: Sandbox,
    session_id: str,
    card: str = "4242424242424242",
    *,
    confirm: bool = True,
    **fields: str,
) -> TestResponse:
    """Complete a checkout as a person would: type the card, agree, answer the bank.

    Returns the last answer: a redirect to the shop, or the page that says what is wrong.
    ``confirm`` is the answer to the bank when it asks.
    """
    browser = Client(sandbox)
    form = {
        "email": "ada@example.org",
        "card_number": card,
        "exp": "12 / 34",
        "cvc": "123",
        "name": "Ada Lovelace",
        "country": "GB",
        "postal_code": "SW1A 1AA",
        "terms": "1",
        "action": "pay",
        **fields,
    }
    answer = browser.post(f"/c/pay/{session_id}", data=form)
    if answer.location and answer.location.startswith("/3ds/"):
        decision = "confirm" if confirm else "fail"
        answer = browser.post(answer.location, data={"answer": decision})
    return answer
