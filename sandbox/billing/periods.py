"""A subscription's billing period, and the appointments that follow from it."""

from typing import Any

from ..clock import DAY, after
from ..engine import Engine

Obj = dict[str, Any]
WARNING = 3 * DAY


def period_of(subscription: Obj) -> tuple[int, int]:
    """The billing period a subscription is in."""
    item = subscription["items"]["data"][0]
    return item["current_period_start"], item["current_period_end"]


def set_period(subscription: Obj, start: int, end: int) -> None:
    """Move every item to a billing period."""
    for item in subscription["items"]["data"]:
        item.update(current_period_start=start, current_period_end=end)


def next_end(subscription: Obj, start: int) -> int:
    """Where the period that begins at ``start`` ends."""
    terms = subscription["items"]["data"][0]["price"]["recurring"]
    return after(
        start,
        terms["interval"],
        terms["interval_count"],
        anchor=subscription["billing_cycle_anchor"],
    )


def appoint(engine: Engine, subscription: Obj) -> None:
    """Make (or move) every appointment that follows from how the subscription stands."""
    if subscription["ended_at"] is not None:
        return
    id = subscription["id"]
    end = period_of(subscription)[1]
    engine.schedule("renew", id, end)
    if subscription["status"] == "trialing" and subscription.get("_warned") != end:
        engine.schedule("trial_will_end", id, max(engine.now, end - WARNING))
    else:
        engine.agenda.cancel("trial_will_end", id)
    upcoming = end - engine.settings.upcoming_days * DAY
    if upcoming > engine.now:
        engine.schedule("upcoming_invoice", id, upcoming)
    if subscription["cancel_at"] and not subscription["cancel_at_period_end"]:
        engine.schedule("cancel_subscription", id, subscription["cancel_at"])
    else:
        engine.agenda.cancel("cancel_subscription", id)
