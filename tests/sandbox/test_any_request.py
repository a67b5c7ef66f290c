"""Whatever a request asks for, the answer is one that Stripe could give."""

import random
from typing import Any
from urllib.parse import urlencode

import pytest
from werkzeug.test import Client

from sandbox import contract
from sandbox.contract import Schema
from sandbox.operations import TABLE

from .conftest import START, Shop

OPERATIONS = [row[1] for rows in TABLE.values() for row in rows]
WORDS = {
    "currency": ["gbp", "usd"],
    "email": ["x@example.org"],
    "success_url": ["https://shop.test/"],
    "url": ["https://shop.test/"],
    "country": ["GB", "US"],
    "query": ["created>1"],
    "payment_method": ["pm_card_visa", "pm_card_chargeCustomerFail"],
    "type": ["card"],
}
NUMBERS = [0, 1, 2, 50, 700, -5, START + 86_400, START + 40 * 86_400]


class Asker:
    """Makes up requests from the contract, with ids that are in the sandbox where it can."""

    def __init__(self, shop: Shop, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311  # made-up requests are no secrets
        self._store = shop.sandbox.engine.store

    def request(self) -> tuple[str, str, str]:
        """A method, a path and a form."""
        operation = self._random.choice(OPERATIONS)
        path = "/".join(
            self._id() if part.startswith("{") else part for part in operation.path.split("/")
        )
        tree = self._value(contract.parameters(operation.name), "", 0)
        return operation.method, path, urlencode(list(flat(tree)))

    def _id(self) -> str:
        kinds = ("customer", "subscription", "invoice", "price", "product", "payment_intent")
        rows = list(self._store.all(self._random.choice(kinds)))
        return str(self._random.choice(rows)["id"]) if rows else "nothing"

    def _value(self, schema: Schema, name: str, depth: int) -> Any:
        if schema.kind == "one_of":
            return self._value(self._random.choice(schema.choices), name, depth)
        if schema.kind == "object":
            chance = 0.4 / (1 + depth)
            return {
                member: self._value(inside, member, depth + 1)
                for member, inside in schema.fields.items()
                if member in schema.required or self._random.random() < chance
                if member != "expand"
            }
        if schema.kind == "array":
            return {"0": self._value(schema.items, name, depth + 1)}
        if schema.kind == "map":
            return {"k": self._value(schema.items, name, depth + 1)}
        return self._scalar(schema, name)

    def _scalar(self, schema: Schema, name: str) -> str:
        if schema.kind in ("integer", "number", "decimal"):
            return str(self._random.choice(NUMBERS))
        if schema.kind == "boolean":
            return self._random.choice(["true", "false"])
        if schema.allowed:
            return self._random.choice(schema.allowed)
        rows = list(self._store.all(name))
        if rows:
            return str(self._random.choice(rows)["id"])
        return self._random.choice(WORDS.get(name, ["abc", "now"]))


def flat(value: Any, at: str = "") -> Any:
    """A tree as the pairs of a form."""
    if not isinstance(value, dict):
        yield at, value
        return
    for key, part in value.items():
        yield from flat(part, f"{at}[{key}]" if at else key)


@pytest.mark.parametrize("seed", range(3))
def test_any_request_is_answered_as_stripe_could_answer_it(shop: Shop, seed: int) -> None:
    # given a customer with a card, a trial and an open checkout; the fixture judges all answers
    shop.save_card()
    shop.start_trial()
    shop.open_checkout()
    asker, client = Asker(shop, seed), Client(shop.sandbox)

    statuses = set()
    for _ in range(150):
        method, path, form = asker.request()
        answer = client.open(
            path,
            method=method,
            query_string=form if method != "POST" else "",
            data=form if method == "POST" else None,
            content_type="application/x-www-form-urlencoded",
            headers={"Authorization": "Bearer sk_test_any"},
        )
        statuses.add(answer.status_code)

    assert statuses <= {200, 400, 402, 404}
