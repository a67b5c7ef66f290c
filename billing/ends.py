"""How a subscription came to its end: as a trial and no more, or for want of a payment."""

from __future__ import annotations

from billing.models import Invoice, Subscription


def was_trial(sub: Subscription) -> bool:
    """Whether it was a trial and no more: nothing was ever to be paid."""
    return sub.trial_started_at is not None and not any(one.total_minor for one in sub.invoices)


def was_paid(sub: Subscription) -> bool:
    """Whether anything was ever paid for it."""
    return any(one.status == "paid" and one.total_minor > 0 for one in sub.invoices)


def was_unpaid(sub: Subscription) -> bool:
    """Whether it ended because a payment failed to the last try, and not by anybody's choice."""
    return sub.cancel_reason == "payment_failed"


def newest_unpaid(sub: Subscription) -> Invoice | None:
    """The last invoice that waits for its payment, or was given up."""
    unpaid = [one for one in sub.invoices if one.status in ("open", "uncollectible")]
    return max(unpaid, key=lambda one: one.created_at, default=None)
