"""The terms of an offer in one place: what is free, until when, what follows and how to stop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date

from billing.models import Offer
from core import money

REMINDER_LEAD = timedelta(days=7)


@dataclass(frozen=True)
class Terms:
    """What a person is told before they agree; days are those of the person's zone."""

    trial_days: int
    amount_minor: int
    currency: str
    interval: str
    charge_at: datetime
    free_until: date
    reminder_on: date

    @property
    def price(self) -> str:
        """``£6.99 a month``."""
        return f"{money.formatted(self.amount_minor, self.currency)} a {self.interval}"

    @property
    def sentence(self) -> str:
        """The one sentence of terms that stands beside every trial button."""
        day = format_date(self.free_until, "d MMMM y", locale="en_GB")
        return f"Then {self.price}. Cancel online before {day} and you pay nothing."

    @property
    def promise(self) -> str:
        """What a button agrees to: ``Free until 22 December 2026, then £6.99 a month …``."""
        day = format_date(self.free_until, "d MMMM y", locale="en_GB")
        return (
            f"Free until {day}, then {self.price}, plus tax where due, until you cancel. "
            "Cancel any time online."
        )

    @property
    def button(self) -> str:
        """The words of the last button before the payment page."""
        return f"Start free trial, then {self.price}"

    @property
    def paid_promise(self) -> str:
        """What the button agrees to where there are no free days left to give."""
        return f"{self.price} from today, plus tax where due, until you cancel. Cancel any time."

    @property
    def paid_button(self) -> str:
        """The words of the last button where there are no free days left to give."""
        return f"Subscribe for {self.price}"


def of(offer: Offer, *, now: datetime, zone: str = "UTC", trial_days: int | None = None) -> Terms:
    """The terms of ``offer`` for a trial that begins ``now``, with the days of ``zone`` (IANA)."""
    days = offer.trial_days if trial_days is None else trial_days
    charge_at = now + timedelta(days=days)
    return Terms(
        trial_days=days,
        amount_minor=offer.amount_minor,
        currency=offer.currency,
        interval=offer.interval,
        charge_at=charge_at,
        free_until=charge_at.astimezone(ZoneInfo(zone)).date(),
        reminder_on=(charge_at - REMINDER_LEAD).astimezone(ZoneInfo(zone)).date(),
    )
