"""What the coming charge will be, asked of Stripe right before an e-mail names it."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from billing.gateway import Stripe, StripeRefused, StripeUnavailable
from billing.models import Subscription
from notices.models import Notice

log = logging.getLogger(__name__)

KINDS = ("trial_ending", "trial_ends_tomorrow", "first_payment", "annual")
PATIENCE = timedelta(hours=6)


def look(db: Session, stripe: Stripe, notice: Notice, *, now: datetime) -> bool:
    """Keep the sum with its tax and discounts in the e-mail's facts, as ``due``.

    ``False`` where Stripe does not answer and there is time to wait: half of the window in which
    the e-mail must be handed in. After that it goes out with the price that was agreed, and the
    words "plus tax where due" alone.
    """
    sub = db.get(Subscription, notice.subscription_id) if notice.subscription_id else None
    if notice.kind not in KINDS or sub is None:
        return True
    try:
        told = stripe.preview_next(sub.stripe_id)
    except StripeUnavailable:
        return now >= notice.owed_at + PATIENCE
    except StripeRefused as refused:
        log.warning("charge.unknown", extra={"error": str(refused)[:200]})
        return True
    due = {"total": told.total_minor, "tax": told.tax_minor, "currency": told.currency}
    due |= {"payable": told.due_minor}  # less what credit pays
    notice.facts = {**notice.facts, "due": due}
    return True
