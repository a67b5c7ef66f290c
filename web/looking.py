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


def look(member_id: int) -> None:
    """Mirror what Stripe says of a member now.

    Without an answer the change stands all the same: a delivery brings it in seconds, and a page
    that said "try again" would have people do twice what was done.
    """
    now, customer = clock.now(), customers.find_by_member(g.db, member_id)
    if customer is None or customer.stripe_id is None:
        return
    try:
        with g.db.begin_nested():
            news.fetch(g.db, gateway(), customer.stripe_id, now=now)
    except StripeUnavailable:
        current_app.logger.warning("stripe.unseen", extra={"member_id": member_id})
        news.tell(g.db, member_id, now=now)
