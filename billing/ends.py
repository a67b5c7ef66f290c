"""What a subscription's invoices tell: what is being charged, what is unpaid, how it ended."""

from __future__ import annotations

from billing.models import Invoice, Subscription

ASKED_FOR = ("paid", "open", "uncollectible")


def was_trial(sub: Subscription) -> bool:
    """Whether it was a trial and no more: nothing was ever charged, nor tried to be. The first
    hour after a trial has a draft of its payment, which asks for nothing yet."""
    asked = (one for one in sub.invoices if one.total_minor and one.status in ASKED_FOR)
    return sub.trial_started_at is not None and next(asked, None) is None


def was_paid(sub: Subscription) -> bool:
    """Whether anything was ever paid for it."""
    return any(one.status == "paid" and one.total_minor > 0 for one in sub.invoices)


def was_unpaid(sub: Subscription) -> bool:
    """Whether it ended because a payment failed to the last try, and not by anybody's choice."""
    return sub.cancel_reason == "payment_failed"


def being_charged(sub: Subscription) -> Invoice | None:
    """The invoice of the period that has just begun, which Stripe keeps a draft for about an hour
    and then charges, whatever is cancelled or paused meanwhile; ``None`` where nothing comes."""
    begun = sub.period_starts_at
    if sub.status != "active" or begun is None or sub.pause_behavior == "keep_as_draft":
        return None
    drafts = (one for one in sub.invoices if one.status == "draft" and one.created_at >= begun)
    return next((one for one in drafts if one.total_minor > 0), None)


def newest_unpaid(sub: Subscription) -> Invoice | None:
    """The last invoice that waits for its payment, or was given up."""
    unpaid = [one for one in sub.invoices if one.status in ("open", "uncollectible")]
    return max(unpaid, key=lambda one: one.created_at, default=None)
