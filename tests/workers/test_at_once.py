"""Many at the same moment, over real connections: one customer, one row, one effect."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from http.client import HTTPResponse
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPErrorProcessor, OpenerDirector, Request, build_opener

import pytest
from werkzeug.test import TestResponse

from access.gate import Answer
from accounts import sessions
from accounts.models import Member
from billing import customers, terminations, trials
from billing.models import (
    CheckoutAttempt,
    Customer,
    Milestone,
    Offer,
    StripeEvent,
    Subscription,
)
from billing.upkeep_models import Sweep
from core import db as core_db
from core.db import transaction
from notices import words
from tests import world as worlds
from tests.web.forms import send, text
from tests.workers import processes
from tests.workers.processes import Processes
from tests.world import AGREED, BACK, World
from workers import tasks

Done = TypeVar("Done")


class _AsItIs(HTTPErrorProcessor):
    """Redirects and refusals are answers, not errors."""

    def http_response(self, request: Request, response: HTTPResponse) -> HTTPResponse:
        return response


@pytest.fixture
def real_world(fresh_database: str, home: Path) -> Iterator[World]:
    """A world whose rows are committed, so that threads see each other's."""
    with core_db.session() as db, worlds.made(db, home, stands=False) as made:
        yield made


def all_at_once(work: Callable[[int], Done], count: int) -> list[Done]:
    """Run ``work`` in as many threads at the same time; their answers, or what they raised."""
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(work, range(count)))


def test_everything_is_compared_by_one_worker_at_a_time(real_world: World) -> None:
    with core_db.held() as holder:
        assert customers.try_lock(holder, tasks.ALL_CUSTOMERS)
        tasks.reconcile_all()
        while_held = list(real_world.rows(Sweep))
    tasks.reconcile_all()

    assert (while_held, len(real_world.rows(Sweep))) == ([], 1)


def test_one_event_fifty_times_at_once_is_one_row_and_one_effect(real_world: World) -> None:
    # given the deliveries of a trial's start
    world, held = real_world, list[tuple[bytes, dict[str, str]]]()

    def keep(body: bytes, headers: dict[str, str]) -> int:
        held.append((body, headers))
        return 200

    world.postman = keep
    ada = world.member()
    world.pay(world.open_checkout(ada))
    world.sandbox.flush()
    app = world.site.application

    # when one arrives fifty times at once
    body, headers = held[-1]

    def post(_: int) -> int:
        return app.test_client().post("/webhooks/stripe", data=body, headers=headers).status_code

    answers = all_at_once(post, 50)

    # then every one is answered, one is kept, and it opens the gate
    assert set(answers) == {200}
    assert len(world.rows(StripeEvent)) == 1
    world.work()
    assert world.gate(ada) is Answer.OPEN


def test_two_workers_on_one_members_news_end_in_one_row_that_is_stripes(
    real_world: World,
) -> None:
    # given the ten events of a trial's start
    world = real_world
    ada = world.member()
    world.pay(world.open_checkout(ada))
    world.sandbox.flush()
    waiting = [row.id for row in world.rows(StripeEvent)]
    before = len(world.calls)

    # when eight workers read them at the same moment
    all_at_once(lambda number: tasks.apply_stripe_event(waiting[number % len(waiting)]), 8)
    world.work()

    # then there is one subscription in Stripe's state, and each fact once
    assert [row.status for row in world.rows(Subscription)] == ["trialing"]
    assert len(world.rows(Milestone, fact="trial_started")) == 1
    assert world.rows(StripeEvent, state="new") == []
    assert len(world.calls) - before <= 4
    assert world.gate(ada) is Answer.OPEN


def test_fifty_starts_of_one_person_at_once_are_one_checkout(
    fresh_database: str, home: Path, real_world: World
) -> None:
    # given a member who is signed in, and a site on a socket
    world = real_world
    ada, _ = world.member(), world.offer
    world.db.commit()
    token, name = sessions.new_token(), ada.fs_uniquifier
    with transaction() as db:
        data = {"_user_id": name, "_fresh": True}
        sessions.keep(db, token, data, fs_uniquifier=name, device="", now=world.now)
    with processes.beside(fresh_database, home, world.sandbox) as beside:
        beside.start_site()

        # when the button of one page is pressed fifty times at once
        form = _form(beside, token)
        answers = all_at_once(lambda _: _press(beside, token, form), 50)

    # then all lead to the same page, or are told to wait; one customer and one session are made
    assert {status for status, _ in answers} <= {303, 429, 503}
    assert len({where for status, where in answers if status == 303}) == 1
    assert len(list(world.sandbox.engine.store.all("customer"))) == 1
    open_there = [
        one for one in world.sandbox.engine.store.all("checkout.session") if one["status"] == "open"
    ]
    assert len(open_there) == 1
    assert len(world.rows(Customer)) == 1
    [attempt] = world.rows(CheckoutAttempt)

    # and one subscription begins
    world.pay(attempt)
    world.deliver()
    assert len(list(world.sandbox.engine.store.all("subscription"))) == 1
    assert world.gate(ada) is Answer.OPEN


def test_fifty_starts_that_no_limit_holds_back_are_one_customer_and_one_session(
    real_world: World,
) -> None:
    # given a member and an offer
    world = real_world
    ada, offer = world.member(), world.offer
    world.db.commit()
    ada_id, offer_id = ada.id, offer.id

    # when the trial is started fifty times at once, as by fifty processes of the site
    def start(_: int) -> str | None:
        with transaction() as db:
            attempt = trials.start(
                db,
                world.stripe,
                db.get_one(Member, ada_id),
                db.get_one(Offer, offer_id),
                title_id=None,
                agreement=AGREED,
                back=BACK,
                now=world.now,
            )
            return attempt.stripe_session_id

    led_to = all_at_once(start, 50)

    # then all are led to one page, and one subscription begins of it
    assert len(set(led_to)) == 1 and None not in led_to
    store = world.sandbox.engine.store
    assert [one["status"] for one in store.all("checkout.session")] == ["open"]
    assert len(list(store.all("customer"))) == len(world.rows(Customer)) == 1
    [attempt] = world.rows(CheckoutAttempt)
    world.pay(attempt)
    world.deliver()
    assert [one["status"] for one in store.all("subscription")] == ["trialing"]
    assert [row.status for row in world.rows(Subscription)] == ["trialing"]


def test_a_trial_that_is_kept_while_a_worker_cancels_it_goes_on(real_world: World) -> None:
    # given a cancellation by the form that Stripe has not heard of yet, and its receipt
    world = real_world
    ada = world.member(email="ada@example.org")
    world.start_trial(ada)
    said = terminations.Declaration("Ada", ada.email, "", "ordinary", "", None)
    row = terminations.declare(world.db, said, language="en", now=world.now)
    world.db.commit()
    link = urlsplit(words.keep_link(str(row.id))).path
    kept = list[Future[TestResponse]]()

    # when its button is pressed in the moment in which a worker tells Stripe
    def press_meanwhile(what: str) -> None:
        if not kept and world.calls[-1].startswith("POST"):
            kept.append(pool.submit(send, world.site, link))
            wait(kept, timeout=1)

    with ThreadPoolExecutor(1) as pool:
        world.transport.passes = press_meanwhile
        tasks.carry_out_terminations()
        answer = kept[0].result()

    # then what the page says is so
    assert "You keep your trial" in text(answer)
    assert not next(world.stripe.all_subscriptions()).cancel_at_period_end
    assert not world.subscription(ada).cancel_at_period_end


def _form(beside: Processes, token: str) -> bytes:
    """What the page of terms would send."""
    page = f"http://127.0.0.1:{beside.port}/trial"
    with _opener().open(Request(page, headers=_cookie(token)), timeout=60) as answer:
        text = answer.read().decode()
    csrf = text.partition('name="csrf_token" value="')[2].partition('"')[0]
    return urlencode({"csrf_token": csrf}).encode()


def _press(beside: Processes, token: str, form: bytes) -> tuple[int, str | None]:
    """Send the form; returns the status of the answer, and where it leads."""
    page = f"http://127.0.0.1:{beside.port}/trial"
    with _opener().open(Request(page, form, headers=_cookie(token)), timeout=60) as answer:
        return answer.status, answer.headers["Location"]


def _cookie(token: str) -> dict[str, str]:
    return {"Cookie": f"session={token}"}


def _opener() -> OpenerDirector:
    return build_opener(_AsItIs)
