"""How a 30-day trial ends: one row per way, with the rule that Stripe's documentation states."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from sandbox.clock import DAY, HOUR

from .conftest import START, Shop

TRIAL_END = START + 30 * DAY


def nothing(shop: Shop, id: str) -> None:
    pass


def cancel_at_period_end(shop: Shop, id: str) -> None:
    shop.api.v1.subscriptions.update(id, {"cancel_at_period_end": True})


def end_by_hand(shop: Shop, id: str) -> None:
    shop.api.v1.subscriptions.update(id, {"trial_end": "now"})


def extend_by_ten_days(shop: Shop, id: str) -> None:
    shop.api.v1.subscriptions.update(id, {"trial_end": TRIAL_END + 10 * DAY})


@dataclass
class Ending:
    """A way for a trial to end; ``acts`` happens on the twentieth day.

    ``at_end`` and ``later`` are the status right at the planned end and two hours after it.
    ``invoices`` are total and status of every invoice after the first, free one.
    """

    rule: str
    at_end: str
    later: str
    invoices: list[tuple[int, str]]
    told: list[str]
    card: str | None = "pm_card_visa"
    missing: str = "create_invoice"
    acts: Callable[[Shop, str], None] = nothing


ENDINGS = {
    "card is fine": Ending(
        rule="The subscription turns active; the first invoice is a draft for an hour, then paid.",
        at_end="active",
        later="active",
        invoices=[(699, "paid")],
        told=["trial_will_end", "updated"],
    ),
    "card 0341": Ending(
        rule="The card attaches, the first charge fails, the subscription is past due.",
        card="pm_card_chargeCustomerFail",
        at_end="active",
        later="past_due",
        invoices=[(699, "open")],
        told=["trial_will_end", "updated", "updated"],
    ),
    "no card, cancel": Ending(
        rule="With `cancel` a trial without a card ends the subscription and bills nothing.",
        card=None,
        missing="cancel",
        at_end="canceled",
        later="canceled",
        invoices=[],
        told=["trial_will_end", "deleted"],
    ),
    "no card, pause": Ending(
        rule="With `pause` the subscription pauses and makes no invoice until it is resumed.",
        card=None,
        missing="pause",
        at_end="paused",
        later="paused",
        invoices=[],
        told=["trial_will_end", "updated", "paused"],
    ),
    "no card, create_invoice": Ending(
        rule="With `create_invoice` it is billed as usual, and past due when nobody pays.",
        card=None,
        at_end="active",
        later="past_due",
        invoices=[(699, "open")],
        told=["trial_will_end", "updated", "updated"],
    ),
    "cancel at period end": Ending(
        rule="A trial set to cancel ends at its end, without a charge.",
        at_end="canceled",
        later="canceled",
        invoices=[],
        told=["updated", "trial_will_end", "deleted"],
        acts=cancel_at_period_end,
    ),
    "ended by hand": Ending(
        rule="`trial_end=now` sends trial_will_end at once and charges at once.",
        at_end="active",
        later="active",
        invoices=[(699, "paid")],
        told=["trial_will_end", "updated"],
        acts=end_by_hand,
    ),
    "extended": Ending(
        rule="A later `trial_end` moves the end, the reminder and the first charge with it.",
        at_end="trialing",
        later="trialing",
        invoices=[],
        told=["updated"],
        acts=extend_by_ten_days,
    ),
}


def begin(shop: Shop, ending: Ending) -> str:
    if ending.card is not None:
        shop.save_card(ending.card)
    end: Any = {"end_behavior": {"missing_payment_method": ending.missing}}
    return shop.subscribe(trial_period_days=30, trial_settings=end).id


@pytest.mark.parametrize("ending", ENDINGS.values(), ids=list(ENDINGS))
def test_a_trial_ends_as_the_documentation_says(shop: Shop, ending: Ending) -> None:
    # given a trial of thirty days, and what somebody does on the twentieth
    id = begin(shop, ending)
    known = len(shop.events())
    shop.sandbox.advance(20 * DAY)
    ending.acts(shop, id)

    # when the thirtieth day has passed
    shop.sandbox.advance(10 * DAY)
    at_end = shop.subscription(id).status
    shop.sandbox.advance(2 * HOUR)

    # then status, money and news are as the rule says
    assert (at_end, shop.subscription(id).status) == (ending.at_end, ending.later), ending.rule
    billed = [(i.total, i.status) for i in shop.invoices()]
    assert billed == [(0, "paid"), *ending.invoices], ending.rule
    prefix = "customer.subscription."
    told = [t.removeprefix(prefix) for t in shop.events()[known:] if t.startswith(prefix)]
    assert told == ending.told, ending.rule


def test_an_extended_trial_converts_at_its_new_end(shop: Shop) -> None:
    id = begin(shop, ENDINGS["extended"])
    extend_by_ten_days(shop, id)

    shop.sandbox.advance(40 * DAY + 2 * HOUR)

    assert shop.subscription(id).status == "active"
    assert [(i.total, i.created) for i in shop.invoices()[1:]] == [(699, TRIAL_END + 10 * DAY)]


def test_the_reminder_comes_three_days_ahead_and_at_once_for_a_shorter_trial(shop: Shop) -> None:
    shop.subscribe(trial_period_days=30)
    shop.subscribe(trial_period_days=1)
    shop.sandbox.advance(31 * DAY)

    found = shop.api.v1.events.list({"type": "customer.subscription.trial_will_end"})

    assert [event.created for event in found.data] == [TRIAL_END - 3 * DAY, START]


def test_an_hour_passes_between_the_end_of_a_trial_and_the_first_charge(shop: Shop) -> None:
    shop.save_card()
    id = shop.subscribe(trial_period_days=30).id

    shop.sandbox.advance(30 * DAY)

    draft = shop.invoices()[-1]
    assert (shop.subscription(id).status, draft.status) == ("active", "draft")
    assert draft.automatically_finalizes_at == TRIAL_END + HOUR
    shop.sandbox.advance(HOUR)
    assert shop.invoices()[-1].status == "paid"
