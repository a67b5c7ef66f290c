"""The outside world as a worker reaches it: Stripe with patience, and the mail server."""

from __future__ import annotations

from functools import cache

from billing.gateway import Stripe
from core import settings
from notices.mailbox import Mailbox, Smtp


@cache
def stripe() -> Stripe:
    """The gateway for work at which nobody waits."""
    return Stripe.from_settings(settings.current(), patient=True)


@cache
def mailbox() -> Mailbox:
    """Where e-mails are handed in."""
    found = settings.current()
    return Smtp(found.mail_url)
