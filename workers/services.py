"""The outside world as a worker reaches it: Stripe with patience, and the mail server."""

from __future__ import annotations

from dataclasses import dataclass

from billing.gateway import Stripe
from core import settings
from notices.mailbox import Mailbox, Smtp


@dataclass
class _Kept:
    stripe: Stripe | None = None
    mailbox: Mailbox | None = None


_kept = _Kept()


def stripe() -> Stripe:
    """The gateway for work at which nobody waits."""
    if _kept.stripe is None:
        _kept.stripe = Stripe.from_settings(settings.current(), patient=True)
    return _kept.stripe


def mailbox() -> Mailbox:
    """Where e-mails are handed in."""
    if _kept.mailbox is None:
        _kept.mailbox = Smtp(settings.current().mail_url)
    return _kept.mailbox


def use(stripe: Stripe | None, mailbox: Mailbox | None) -> None:
    """Put others in force, for a process that starts with its own; ``None`` for the settings'."""
    _kept.stripe, _kept.mailbox = stripe, mailbox
