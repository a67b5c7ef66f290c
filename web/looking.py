"""After a change at Stripe: look at once, so that the next page is true, or leave it to news."""

from __future__ import annotations

from flask import current_app, g

from billing import customers
from billing.gateway import Stripe, StripeUnavailable
from core import clock
from workers import news


def gateway() -> Stripe:
    """The gateway of this site."""
    found = current_app.extensions["stripe_gateway"]
    assert isinstance(found, Stripe)
    return found


def warn_in_time(subscription_id: int) -> None:
    """End a trial later that is kept when it is too late to be reminded of its end; without an
    answer of Stripe the timetable does it."""
    try:
        news.move_unwarned(g.db, gateway(), subscription_id, now=clock.now())
    except StripeUnavailable:
        current_app.logger.warning("trial.unmoved", extra={"subscription_id": subscription_id})


def look(member_id: int, *, charged: bool = False) -> None:
    """Mirror what Stripe says of a member now, and where they were ``charged`` why it failed.

    Without an answer the change stands all the same: a delivery brings it in seconds, and a page
    that said "try again" would have people do twice what was done.
    """
    now, customer = clock.now(), customers.find_by_member(g.db, member_id)
    if customer is None or customer.stripe_id is None:
        return
    try:
        with g.db.begin_nested():
            if charged:
                news.look(g.db, gateway(), member_id, now=now)
            else:
                news.fetch(g.db, gateway(), customer.stripe_id, now=now)
    except StripeUnavailable:
        current_app.logger.warning("stripe.unseen", extra={"member_id": member_id})
        news.tell(g.db, member_id, now=now)
