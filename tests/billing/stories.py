"""The ways that a trial's life can go: what is done in each, and how many days later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from access import entitlements
from billing import cancellations, giving, pauses, plan_changes, refunds
from billing.models import Customer, Invoice
from tests import factories
from tests.world import World

CHARGES, DECLINES_LATER, DISPUTED = "4242424242424242", "4000000000000341", "4000000000000259"
Act = Callable[[World], object]
Acts = tuple[tuple[float, Act], ...]


@dataclass(frozen=True)
class Story:
    """A card, and what is done so many days after the last thing that was.

    ``we_end``: Matinee itself ends a subscription in it, at the instant at which it hears why.
    """

    acts: Acts
    card: str = CHARGES
    we_end: bool = False


def nothing(_: World) -> None:
    """Time passes."""


# --- what the member does on our pages ---


def ask(world: World, change: Callable[..., object], **words: Any) -> None:
    """One of the rooms' own changes, asked for by the member."""
    change(world.db, world.stripe, _ada(world), actor="member", now=world.now, **words)


leave = partial(ask, change=cancellations.start, reason="price")
stay = partial(ask, change=cancellations.undo)
pause = partial(ask, change=pauses.start, months=1)
go_on = partial(ask, change=pauses.end)


def switch(world: World) -> None:
    """To twelve months at once."""
    yearly = factories.offer(world.db, code="yearly", amount_minor=6900, interval="year")
    ask(world, plan_changes.start, offer=yearly, shown_at=world.now)


def try_again(world: World) -> None:
    """A household's second account gives the card that has had its trial."""
    bob = world.member(email="bob@example.org")
    world.pay(world.open_checkout(bob))


# --- what is done at Stripe's dashboard, or by a bank ---


def change_at_stripe(world: World, **said: Any) -> None:
    """Change the subscription there."""
    world.at_stripe("post", f"/v1/subscriptions/{_subscription(world)['id']}", **said)


leave_there = partial(change_at_stripe, cancel_at_period_end="true")
stay_there = partial(change_at_stripe, cancel_at_period_end="false")
end_trial = partial(change_at_stripe, trial_end="now")


def end_now(world: World) -> None:
    """An immediate cancel."""
    world.at_stripe("delete", f"/v1/subscriptions/{_subscription(world)['id']}")


def give_more_days(world: World) -> None:
    """The trial's end is moved by a week."""
    later = _subscription(world)["trial_end"] + int(timedelta(days=7).total_seconds())
    change_at_stripe(world, trial_end=later)


def put_card(world: World, card: str = "pm_card_visa") -> None:
    """Another card, at the provider's page."""
    sub = _subscription(world)
    attach = f"/v1/payment_methods/{card}/attach"
    made = world.at_stripe("post", attach, customer=sub["customer"])
    change_at_stripe(world, default_payment_method=made["id"])


def give_card(world: World, card: str = "pm_card_visa") -> None:
    """Another card, and the open invoice is tried at once."""
    put_card(world, card)
    for invoice in list(world.sandbox.engine.store.all("invoice")):
        if invoice["status"] == "open":
            world.at_stripe("post", f"/v1/invoices/{invoice['id']}/pay")


bad_card = partial(give_card, card="pm_card_chargeCustomerFail")


def pay_back(world: World, amount: int | None = None) -> None:
    """An operator gives back what the newest payment brought, or a part of it."""
    paid = [one for one in world.rows(Invoice) if one.total_minor and one.status == "paid"]
    refunds.give(
        *(world.db, world.stripe, paid[-1]),
        amount_minor=amount,
        actor="operator:1",
        reason="asked",
        now=world.now,
    )


def win_dispute(world: World) -> None:
    """The bank decides for us."""
    [dispute] = world.sandbox.engine.store.all("dispute")
    path = f"/v1/disputes/{dispute['id']}"
    world.at_stripe("post", path, evidence={"uncategorized_text": "winning_evidence"}, submit=True)


def give_days(world: World, kind: str = "gift") -> None:
    """An operator gives a week."""
    db, member_id, why = world.db, _ada(world), "sorry"
    giving.give(db, member_id, kind, days=7, actor="operator:1", reason=why, now=world.now)
    entitlements.refresh(db, member_id, now=world.now, reason=why)


def delete_customer(world: World) -> None:
    """Somebody deletes the customer."""
    world.at_stripe("delete", f"/v1/customers/{_subscription(world)['customer']}")


def _subscription(world: World) -> dict[str, Any]:
    return dict(next(iter(world.sandbox.engine.store.all("subscription"))))


def _ada(world: World) -> int:
    return world.rows(Customer)[0].member_id


# --- the stories: to the reminder, to the charge, and beyond ---

TO_CHARGE: Acts = ((7.45, nothing), (0.1, nothing))
TO_DAY_30: Acts = ((22.6, nothing), *TO_CHARGE)
ONE_MONTH_ON: Acts = ((30.9, nothing), (0.1, nothing))
DUNNED: Acts = ((2, nothing), (2, nothing), (3, nothing), (7, nothing))

STORIES: dict[str, Story] = {
    "pays and is renewed": Story((*TO_DAY_30, *ONE_MONTH_ON)),
    "leaves in the trial": Story(((3, leave), (19.6, nothing), *TO_CHARGE)),
    "leaves and stays after all": Story(((3, leave), (4, stay), (15.6, nothing), *TO_CHARGE)),
    "leaves, stays and leaves": Story(
        ((3, leave_there), (4, stay_there), (10, leave), (5.6, nothing), *TO_CHARGE)
    ),
    "leaves after paying": Story((*TO_DAY_30, (5, leave), (26, nothing), (0.2, nothing))),
    "is ended at once": Story(((12, end_now), (10.6, nothing), *TO_CHARGE)),
    "fails and is paid with another card": Story(
        (*TO_DAY_30, (1, nothing), (3, give_card), (1, nothing)), card=DECLINES_LATER
    ),
    "fails for good": Story((*TO_DAY_30, *DUNNED, (7, nothing)), card=DECLINES_LATER),
    "fails at the renewal and recovers": Story(
        (*TO_DAY_30, (5, bad_card), (25.9, nothing), (0.1, nothing), (4, give_card))
    ),
    "is refunded in part": Story((*TO_DAY_30, (2, partial(pay_back, amount=200)), (1, nothing))),
    "is refunded": Story(
        (*TO_DAY_30, (2, partial(pay_back, amount=99)), (1, pay_back)), we_end=True
    ),
    "disputes and loses the right": Story((*TO_DAY_30, (1, nothing)), card=DISPUTED, we_end=True),
    "disputes, and we win": Story(
        (*TO_DAY_30, (3, win_dispute), (1, nothing)), card=DISPUTED, we_end=True
    ),
    "pauses for a month": Story((*TO_DAY_30, (5, pause), *ONE_MONTH_ON, *ONE_MONTH_ON)),
    "pauses and goes on": Story((*TO_DAY_30, (5, pause), *ONE_MONTH_ON, (5, go_on), (1, nothing))),
    "switches in the trial": Story(((6, switch), (16.6, nothing), *TO_CHARGE)),
    "switches after paying": Story((*TO_DAY_30, (9, switch), (1, nothing))),
    "is given more days": Story(((20, give_more_days), (9.6, nothing), *TO_CHARGE)),
    "pays before the trial's end": Story(((9, end_trial), (0.1, nothing), (1, nothing))),
    "is deleted as a customer": Story(
        ((9, delete_customer), (1, nothing), (20, nothing)), we_end=True
    ),
    "is given a week": Story(
        ((3, give_days), (2, leave), (17.6, nothing), *TO_CHARGE, (6, nothing))
    ),
    "tries again with one card": Story(((3, try_again), (19.6, nothing), *TO_CHARGE), we_end=True),
}
