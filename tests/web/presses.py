"""Everything that a person can press which asks something of Stripe, and how each one ends."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from accounts.models import Member
from billing import cancellations, pauses, withdrawals
from notices import owed, words
from tests import factories
from tests.billing.stories import put_card
from tests.web.forms import TOKEN
from tests.world import World

ADA = "ada@example.org"
DECLINES_LATER = "4000000000000341"
HIDDEN = re.compile(r'name="(preview|press|charged)" value="([^"]+)"')
INVOICE = re.compile(r'value="(in_[^"]+)"')


@dataclass(frozen=True)
class Ends:
    """What is left when everything was told: the subscriptions, the money, the e-mails since."""

    subscriptions: list[tuple[str, bool, bool, int]]
    charged: list[int] = field(default_factory=list)
    given_back: int = 0
    mails: list[str] = field(default_factory=list)
    open_pages: int = 0


@dataclass(frozen=True)
class Press:
    """A page, and the form on it that is sent to ``action``; without one, reading is the act."""

    given: Callable[[World, Member], None]
    page: Callable[[World, Member], str]
    ends: Ends
    action: str | None = None
    fields: dict[str, str] = field(default_factory=dict)
    reads: bool = False
    by_staff: bool = False

    def form(self, browser: FlaskClient, page: str) -> dict[str, str]:
        """What a browser would send: the hidden fields of the page, and what the person typed."""
        if self.reads:
            return {}
        shown = browser.get(page).text
        token, invoice = TOKEN.search(shown), INVOICE.search(shown)
        assert token is not None, f"{page} shows no form"
        chosen = {"invoice": invoice[1]} if invoice else {}
        hidden = dict(HIDDEN.findall(shown))
        return {"csrf_token": token[1], **hidden, **chosen, **self.fields}

    def send(self, browser: FlaskClient, page: str, form: dict[str, str]) -> TestResponse:
        """Press the button."""
        if self.reads:
            return browser.get(page)
        return browser.post(self.action or page, data=form)


def at(address: str) -> Callable[[World, Member], str]:
    """The page of that address."""
    return lambda world, ada: address


# --- what was before ---


def newcomer(world: World, ada: Member) -> None:
    """An account and nothing else."""
    assert world.offer.trial_days == 30


def paid_page(world: World, ada: Member) -> None:
    """The payment page is filled in, and no news have arrived."""
    world.pay(world.open_checkout(ada))
    world.postman = lambda body, headers: 500
    world.sandbox.flush()


def trial(world: World, ada: Member) -> None:
    """A trial that runs."""
    world.start_trial(ada)
    world.tick()


def leaving(world: World, ada: Member) -> None:
    """A trial that was cancelled."""
    trial(world, ada)
    cancellations.start(
        world.db, world.stripe, ada.id, actor="member", reason="price", now=world.now
    )
    told(world)


def paying(world: World, ada: Member) -> None:
    """A day into the first month that was paid."""
    trial(world, ada)
    world.pass_the_first_charge()


def failing(world: World, ada: Member) -> None:
    """The first charge was refused."""
    world.start_trial(ada, DECLINES_LATER)
    world.tick()
    world.pass_the_first_charge()


def another_card(world: World, ada: Member) -> None:
    """The first charge was refused, and another card is given at the provider's page."""
    failing(world, ada)
    put_card(world)


def paused(world: World, ada: Member) -> None:
    """In a month that a pause left unpaid."""
    paying(world, ada)
    pauses.start(world.db, world.stripe, ada.id, months=2, actor="member", now=world.now)
    told(world)
    world.advance(days=32, step=timedelta(days=32))


def two_plans(world: World, ada: Member) -> None:
    """A month that was paid, and a yearly plan beside it."""
    paying(world, ada)
    more = {"amount_minor": 6900, "interval": "year", "on_pages": False}
    factories.offer(world.db, code="yearly", **more)
    world.db.commit()


def bought(world: World, ada: Member) -> None:
    """Three days into a month that was paid without a trial."""
    world.offer.trial_days = 0
    world.start_trial(ada)
    world.leap(days=3)
    world.deliver()
    world.tick()


def declared(world: World, ada: Member) -> None:
    """As ``bought``, and somebody signed out has declared the withdrawal."""
    bought(world, ada)
    row = withdrawals.declare(world.db, name="Ada", email=ADA, contract="", by=None, now=world.now)
    about: dict[str, Any] = {"member_id": ada.id, "subscription_id": None, "object_id": str(row.id)}
    owed.owe(world.db, "withdrawal", f"withdrawal:{row.id}", **about, now=world.now)
    told(world)


def told(world: World) -> None:
    """What was done is committed, told and written."""
    world.db.commit()
    world.deliver()
    world.tick()


# --- where the buttons are ---


def act(name: str) -> Callable[[World, Member], str]:
    """The form of an operator's act on the member."""
    return lambda world, ada: f"/desk/person/{ada.id}/{name}"


def welcome(world: World, ada: Member) -> str:
    """The address to which the payment page leads back."""
    session = next(world.sandbox.engine.store.all("checkout.session"))
    return f"/trial/welcome?session_id={session['id']}"


def cancel_link(world: World, ada: Member) -> str:
    """The link in every e-mail about money."""
    return words.cancel_link(ada.id).partition(":8000")[2]


def withdraw_link(world: World, ada: Member) -> str:
    """The link in the receipt of a withdrawal."""
    [receipt] = world.mailbox.of_kind("withdrawal")
    said = receipt.get_body(("plain",))
    assert said is not None
    found = re.search(r":8000(/withdraw/\S+)", said.get_content())
    assert found is not None
    return found[1]


def subscription(
    status: str, *, leaving: bool = False, paused: bool = False, amount: int = 699
) -> tuple[str, bool, bool, int]:
    """A subscription as it is left."""
    return (status, leaving, paused, amount)


ACTIVE, TRIALING, CANCELED = (subscription(one) for one in ("active", "trialing", "canceled"))
SIX_NINETY_NINE: dict[str, Any] = {"charged": [699]}

PRESSES = {
    "start a trial": Press(newcomer, at("/trial"), Ends([], open_pages=1)),
    "return from the payment page": Press(
        paid_page, welcome, Ends([TRIALING], mails=["trial_started"]), reads=True
    ),
    "cancel": Press(
        trial,
        at("/account/cancellation"),
        Ends([subscription("trialing", leaving=True)], mails=["cancelled"]),
    ),
    "cancel by the link": Press(
        trial, cancel_link, Ends([subscription("trialing", leaving=True)], mails=["cancelled"])
    ),
    "cancel while payments fail": Press(
        failing, at("/account/cancellation"), Ends([CANCELED], mails=["ended"])
    ),
    "undo": Press(
        leaving, at("/account"), Ends([TRIALING], mails=["resumed"]), action="/account/resumption"
    ),
    "pause": Press(
        paying,
        at("/account"),
        Ends([subscription("active", paused=True)], mails=["paused"], **SIX_NINETY_NINE),
        action="/account/pause",
        fields={"months": "1"},
    ),
    "go on": Press(
        paused,
        at("/account"),
        Ends([ACTIVE], charged=[699, 699], mails=["receipt", "unpaused"]),
        action="/account/pause/end",
    ),
    "switch": Press(
        two_plans,
        at("/account/plan"),
        Ends(
            [subscription("active", amount=6900)],
            charged=[699, 6224],
            mails=["plan_changed", "receipt"],
        ),
        action="/account/plan",
    ),
    "change the card": Press(
        paying, at("/account"), Ends([ACTIVE], **SIX_NINETY_NINE), action="/account/card"
    ),
    "return from changing the card": Press(
        paying, at("/account/card/changed"), Ends([ACTIVE], **SIX_NINETY_NINE), reads=True
    ),
    "return with another card": Press(
        another_card,
        at("/account/card/changed"),
        Ends([ACTIVE], mails=["receipt"], **SIX_NINETY_NINE),
        reads=True,
    ),
    "withdraw": Press(
        bought,
        at("/withdraw"),
        Ends([CANCELED], given_back=699, mails=["ended", "refund", "withdrawal"], charged=[699]),
        fields={"name": "Ada", "email": ADA},
    ),
    "withdraw by the link": Press(
        declared,
        withdraw_link,
        Ends([CANCELED], given_back=699, mails=["ended", "refund"], charged=[699]),
    ),
    "give the money back": Press(
        paying,
        act("refund"),
        Ends([CANCELED], given_back=699, mails=["ended", "refund"], charged=[699]),
        fields={"reason": "asked for"},
        by_staff=True,
    ),
    "lengthen the trial": Press(
        trial,
        act("extension"),
        Ends([TRIALING]),
        fields={"reason": "asked for", "days": "10"},
        by_staff=True,
    ),
    "end it at once": Press(
        paying,
        act("cancellation"),
        Ends([CANCELED], mails=["ended"], **SIX_NINETY_NINE),
        fields={"reason": "asked for", "when": "now"},
        by_staff=True,
    ),
}
