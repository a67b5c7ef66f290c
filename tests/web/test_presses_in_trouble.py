"""Stripe answers 429, 500, nothing or half: whatever is pressed ends right and is charged once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from billing.models import Audit
from sandbox.faults import KEPT, KEPT_AFTER_WORK, Fault
from tests.moments import Moments
from tests.web.desk import staff
from tests.web.presses import ADA, PRESSES, Ends
from tests.world import World
from workers import reconciling

LONG = 10_000
CHANGES = ("POST", "DELETE")


def always(kind: str) -> Callable[[World], None]:
    """Every call meets the trouble."""
    return lambda world: world.sandbox.faults.plan(Fault(kind, count=LONG, seconds=0))


def after_work(kind: str) -> Callable[[World], None]:
    """Every change is made at Stripe, and no answer to it arrives."""

    def begin(world: World) -> None:
        for method in CHANGES:
            world.sandbox.faults.plan(Fault(kind, count=LONG, method=method))

    return begin


def kept_failure(world: World) -> None:
    """The first change fails, and Stripe repeats that for a day to whoever asks by its key."""
    world.sandbox.faults.plan(Fault(KEPT, method=CHANGES[0]))
    world.sandbox.faults.plan(Fault(KEPT, method=CHANGES[1]))


def kept_failure_after_work(world: World) -> None:
    """As ``kept_failure``, but what was asked for was done."""
    world.sandbox.faults.plan(Fault(KEPT_AFTER_WORK, method=CHANGES[0]))
    world.sandbox.faults.plan(Fault(KEPT_AFTER_WORK, method=CHANGES[1]))


def then_silence(world: World) -> None:
    """The first change is made and answered; from then on nothing is."""

    def passes(what: str) -> None:
        if what == "answer" and not world.calls[-1].startswith("GET"):
            world.sandbox.faults.plan(Fault("reset", count=LONG))
            world.transport.passes = None

    world.transport.passes = passes


TROUBLES: dict[str, Callable[[World], None]] = {
    "none": lambda world: None,
    "429": always("rate_limit"),
    "500": always("error"),
    "time-out": always("timeout"),
    "reset after the work": after_work("reset_after_work"),
    "500 after the work": after_work("error_after_work"),
    "silence after the work": then_silence,
    "500 stored under the key": kept_failure,
    "500 stored under the key, after the work": kept_failure_after_work,
}


def ended(world: World, since: int) -> Ends:
    """What is left, in words that do not depend on ids."""
    store = world.sandbox.engine.store
    charges = [one for one in store.all("charge") if one["status"] == "succeeded"]
    pages = [one for one in store.all("checkout.session") if one["status"] == "open"]
    at_stripe = [
        (
            one["status"],
            bool(one["cancel_at_period_end"]),
            one["pause_collection"] is not None,
            one["items"]["data"][0]["price"]["unit_amount"],
        )
        for one in store.all("subscription")
    ]
    return Ends(
        subscriptions=at_stripe,
        charged=[one["amount"] for one in sorted(charges, key=lambda one: one["created"])],
        given_back=sum(one["amount"] for one in store.all("refund")),
        mails=sorted({kind for _, kind in world.mailbox.sent[since:]}),
        open_pages=len(pages),
    )


@pytest.fixture
def before_the_button(moments: Moments, home: Path, name: str) -> Iterator[World]:
    """A world in which Ada stands before the button called ``name``; what led there is lived
    through once for all the troubles that the button meets."""
    press = PRESSES[name]
    moment = moments.after(name, lambda world: press.given(world, world.member(email=ADA)))
    with moment.again(home) as world:
        yield world


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("name", PRESSES)
def test_a_press_that_stripe_troubles_is_repeated_safely(
    before_the_button: World, name: str, trouble: str
) -> None:
    # given a person before a button, and a Stripe that gets into trouble as it is pressed
    world, press = before_the_button, PRESSES[name]
    ada = world.known(ADA)
    page, since = press.page(world, ada), len(world.mailbox.sent)
    browser = world.signed_in(staff(world.db, "admin") if press.by_staff else ada)
    form = press.form(browser, page)
    TROUBLES[trouble](world)
    answer = press.send(browser, page, form)

    # then they go on, or read a sentence that says what to do
    assert answer.status_code in (200, 303, 503)
    if answer.status_code == 503:
        assert "payment provider is not answering" in answer.text
        assert "Wait a minute and try again" in answer.text

    # when the trouble is over and they press again, with the same page still open
    world.sandbox.faults.planned.clear()
    world.transport.passes = None
    again = press.send(browser, page, form)
    assert again.status_code in (200, 303)

    # then, with everything told, it is as if nothing had happened, and nobody was written to twice
    world.postman = None
    world.deliver()
    world.tick()
    assert ended(world, since) == press.ends
    kinds = [kind for _, kind in world.mailbox.sent[since:] if kind != "withdrawal"]
    assert len(kinds) == len(set(kinds))
    assert reconciling.sweep(world.stripe, now=world.now) == []


def test_who_asked_is_kept_although_no_answer_came(world: World) -> None:
    # given a cancellation that Stripe makes without being able to say so
    ada = world.member(email=ADA)
    world.start_trial(ada)
    browser, press = world.signed_in(ada), PRESSES["cancel"]
    form = press.form(browser, "/account/cancellation") | {"reason": "price"}
    TROUBLES["reset after the work"](world)

    # when it is pressed, and never again
    assert press.send(browser, "/account/cancellation", form).status_code == 503
    world.sandbox.faults.planned.clear()
    world.deliver()

    # then the audit says who asked, why, and that no answer came
    assert world.subscription(ada).cancel_at_period_end
    [row] = world.rows(Audit, action="subscription.cancel")
    assert (row.actor, row.reason) == (f"member:{ada.id}", "price")
    assert row.before["leaving"] is False
    assert row.after == {"leaving": True, "answer": "none"}


def test_a_withdrawal_that_stripe_did_not_hear_is_carried_out_by_the_timetable(
    world: World,
) -> None:
    # given a member who withdraws while Stripe is away
    ada = world.member(email=ADA)
    press = PRESSES["withdraw"]
    press.given(world, ada)
    browser = world.signed_in(ada)
    form = press.form(browser, "/withdraw")
    TROUBLES["500"](world)
    answer = press.send(browser, "/withdraw", form)
    assert "Your withdrawal has reached us" in answer.text
    assert "You need do nothing" in answer.text

    # when Stripe is back, and nobody presses anything
    world.sandbox.faults.planned.clear()
    world.tick()
    world.deliver()

    # then the contract has ended and the money is back
    assert world.subscription(ada).status == "canceled"
    assert sum(one["amount"] for one in world.sandbox.engine.store.all("refund")) == 699
