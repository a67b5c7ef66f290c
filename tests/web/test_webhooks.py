"""The door for Stripe's deliveries: genuine ones are kept and answered, others leave no trace."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import SecretStr

from billing.models import StripeEvent
from core import settings
from sandbox.deliveries import signature
from tests.web.forms import signed_in
from tests.world import World

SECRET = "whsec_of_the_shop"
ODD_BODIES = (
    b"[]",
    b"null",
    b"1",
    b'"evt_1"',
    b"",
    b"not json",
    b"{",
    b"[" * 100_000,
    b'{"id": ' + b"[" * 50_000,
    b"\xff\xfe{}",
    b'{"id": null}',
    b'{"id": 5}',
    b'{"id": ""}',
    b'{"id": "\\u0000"}',
    b'{"id": {"deep": 1}}',
    b'{"id": ' + b"9" * 5_000 + b"}",
)
ODD_FIELDS: tuple[dict[str, Any], ...] = (
    {},
    {"id": "evt_nul\x00inside"},
    {"id": "evt_surrogate\ud800"},
    {"id": "evt_" + "x" * 5_000},
    {"type": None},
    {"type": 7},
    {"type": "nul\x00.type"},
    {"type": "some.type.of.tomorrow"},
    {"created": 10**30},
    {"created": -(10**30)},
    {"created": True},
    {"created": "yesterday"},
    {"created": "2026-11-22T12:00:00.000Z"},
    {"created": None},
    {"data": None},
    {"data": []},
    {"data": {"object": None}},
    {"data": {"object": []}},
    {"data": {"object": {"id": 5, "object": {}, "customer": []}}},
    {"data": {"object": {"object": "customer", "id": None}}},
    {"data": {"object": {"customer": {"id": "cus_expanded"}}}},
    {"data": {"object": {"customer": "cus_\x00nul"}}},
    {"data": {"object": {"object": "invoice"}}, "type": "invoice.upcoming"},
    {"data": {"object": {}, "previous_attributes": 3}},
    {"related_object": None},
    {"related_object": {"id": "sub_1", "type": "subscription"}, "object": "v2.core.event"},
    {"livemode": "yes"},
    {"livemode": True},
    {"api_version": "2014-01-31"},
    {"api_version": 20},
    {"account": "acct_of_somebody"},
)


@pytest.fixture(autouse=True)
def secrets(world: World) -> Iterator[None]:
    """The shop has one secret, beside the one of a rotation."""
    use(SECRET)
    yield


def use(*secrets: str) -> None:
    """Put these signing secrets in force."""
    given = settings.current().model_dump() | {"stripe_webhook_secret": ",".join(secrets)}
    settings.use(settings.Settings(_env_file=None, **given))


def event(**over: Any) -> bytes:
    """The body of an event that nobody handles."""
    usual = {"id": "evt_1", "object": "event", "type": "plan.created", "created": 1_795_000_000}
    return json.dumps({**usual, "livemode": False, "data": {"object": {}}, **over}).encode()


def post(world: World, body: bytes, signed: str | None) -> int:
    """The status of the answer to a delivery with this ``Stripe-Signature``."""
    return world.receive(body, {} if signed is None else {"Stripe-Signature": signed})


def kept(world: World) -> list[str]:
    """The ids of the events that were stored."""
    return [row.stripe_id for row in world.rows(StripeEvent)]


def now() -> int:
    """The second in which a delivery is signed."""
    return int(time.time())


def test_a_genuine_event_is_kept_as_it_came(world: World) -> None:
    body = event()

    assert post(world, body, signature(body, SECRET, now())) == 200

    [row] = world.rows(StripeEvent)
    assert (row.stripe_id, row.type, row.raw, row.state) == ("evt_1", "plan.created", body, "new")


def test_an_event_that_arrives_again_is_answered_and_kept_once(world: World) -> None:
    body = event()

    answers = [post(world, body, signature(body, SECRET, now())) for _ in range(50)]

    assert set(answers) == {200}
    assert kept(world) == ["evt_1"]


def test_both_secrets_of_a_rotation_are_accepted(world: World) -> None:
    # given two configured secrets
    use("whsec_new", SECRET)

    # when one delivery is signed with each, and one carries two signatures
    old, new, both = event(id="evt_old"), event(id="evt_new"), event(id="evt_both")
    foreign = signature(both, "whsec_other", now()).partition(",")[2]
    answers = [
        post(world, old, signature(old, SECRET, now())),
        post(world, new, signature(new, "whsec_new", now())),
        post(world, both, f"{signature(both, SECRET, now())},{foreign}"),
    ]

    # then all are kept
    assert answers == [200, 200, 200]
    assert kept(world) == ["evt_old", "evt_new", "evt_both"]


@pytest.mark.parametrize(
    "forge",
    [
        lambda body: None,
        lambda body: "",
        lambda body: signature(body, SECRET, now() - 301),
        lambda body: signature(body, SECRET, now() + 301),
        lambda body: signature(body, "whsec_foreign", now()),
        lambda body: signature(body, "", now()),
        lambda body: signature(body, SECRET, now()).replace("v1=", "v0="),
        lambda body: signature(body + b" ", SECRET, now()),
        lambda body: signature(body, SECRET, now())[:-1],
        lambda body: signature(body, SECRET, now()).replace("t=", "t=x"),
        lambda body: signature(body, SECRET, now()).partition(",")[2],
        lambda body: signature(body, SECRET, now()).partition(",")[0],
        lambda body: "t=,v1=",
        lambda body: "t,v1",
        lambda body: ",,,",
        lambda body: "t=1=2,v1=a",
        lambda body: "ü" + signature(body, SECRET, now()),
        lambda body: "v1=" + "0" * 5_000,
    ],
)
def test_what_stripe_did_not_sign_is_refused_and_leaves_no_trace(world: World, forge: Any) -> None:
    body = event()

    assert post(world, body, forge(body)) == 400

    assert kept(world) == []


@pytest.mark.parametrize("number", range(len(ODD_BODIES)))
def test_signed_nonsense_is_answered_and_not_kept(world: World, number: int) -> None:
    body = ODD_BODIES[number]

    assert post(world, body, signature(body, SECRET, now())) in (200, 400)

    assert kept(world) == []


@pytest.mark.parametrize("number", range(len(ODD_FIELDS)))
def test_a_signed_event_with_odd_fields_is_kept_and_harms_nobody(world: World, number: int) -> None:
    body = event(**ODD_FIELDS[number])

    assert post(world, body, signature(body, SECRET, now())) == 200
    world.work()

    assert len(kept(world)) == 1
    assert world.rows(StripeEvent)[0].state in ("ignored", "new")
    assert world.alarms() == []


def test_a_body_of_more_than_a_megabyte_is_refused_unread(world: World) -> None:
    body = event(data={"object": {"text": "x" * 1_100_000}})

    for signed in (signature(body, SECRET, now()), "t=1,v1=forged", None):
        assert post(world, body, signed) == 413

    assert kept(world) == []


def test_a_browser_that_sends_something_here_is_refused_as_anybody_is(world: World) -> None:
    browser = signed_in(world, world.member())

    assert browser.post("/webhooks/stripe", data=b"{}").status_code == 400


def test_an_event_of_the_other_mode_is_kept_and_ignored(world: World) -> None:
    body = event(livemode=True)

    assert post(world, body, signature(body, SECRET, now())) == 200

    [row] = world.rows(StripeEvent)
    assert (row.state, row.error) == ("ignored", "of the other mode")


@pytest.mark.parametrize("key", ["sk_live_x", "rk_live_x"])
def test_a_shop_with_a_live_key_restricted_or_not_takes_what_is_live(
    world: World, key: str
) -> None:
    live = SecretStr(key)
    settings.use(settings.current().model_copy(update={"stripe_secret_key": live}))
    body, other = event(id="evt_live", livemode=True), event(id="evt_test")

    for one in (body, other):
        assert post(world, one, signature(one, SECRET, now())) == 200

    assert [row.error for row in world.rows(StripeEvent)] == [None, "of the other mode"]


def test_five_hundred_and_twenty_posts_of_every_kind_bring_no_server_error(world: World) -> None:
    # given genuine, repeated, forged and odd deliveries in a random order
    chance = random.Random(520)  # noqa: S311  # an order that repeats is the point
    posts: list[tuple[bytes, str | None, bool]] = []
    for number in range(300):
        body = event(**{"id": f"evt_{number}", **chance.choice(({}, *ODD_FIELDS[4:]))})
        posts.append((body, signature(body, SECRET, now()), True))
    posts += chance.choices(posts, k=100)
    for number in range(90):
        body = event(id=f"evt_forged_{number}")
        posts.append((body, signature(body, f"whsec_{number}", now()), False))
    for number in range(30):
        body = ODD_BODIES[number % len(ODD_BODIES)]
        posts.append((body, signature(body, SECRET, now()), False))
    chance.shuffle(posts)

    # when all are posted
    answers = [(post(world, body, signed), genuine) for body, signed, genuine in posts]

    # then none fails, every genuine one is kept once, and nothing else is
    assert max(status for status, _ in answers) < 500
    assert {status for status, genuine in answers if genuine} == {200}
    assert sorted(kept(world)) == sorted(f"evt_{number}" for number in range(300))
