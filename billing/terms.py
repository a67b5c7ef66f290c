"""The terms of an offer in one place: what is free, until when, what follows and how to stop."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from billing import charge_calendar
from billing.charge_calendar import Discount
from billing.models import Offer
from billing.offer_models import BANNER, WORDS, tax_words
from core import money, settings, zones

REMINDER_LEAD = timedelta(days=7)
REMINDER_WINDOW = timedelta(hours=12)  # so much earlier it is sent, to be there in time


@dataclass(frozen=True)
class Terms:
    """What a person is told before they agree; days are those of the person's zone.

    ``amount_minor`` is the price that stays. A code may let some payments come before it: so many
    ``first_payments`` of ``first_minor``. ``guessed_zone`` is the site's own, where nobody knows
    the person's. ``partner`` is who bills it where that is not us, ``credit_code`` what to name
    there. ``paid_call`` and ``paid_banner`` are what an offer says to those who come back, if any.
    """

    call: str
    banner: str
    trial_days: int
    amount_minor: int
    currency: str
    interval: str
    charge_at: datetime
    free_until: date
    reminder_on: date
    brand: str = ""
    tax: str = tax_words("exclusive")
    guessed_zone: str = ""
    partner: str | None = None
    credit_code: str | None = None
    first_minor: int = 0
    first_payments: int = 0
    paid_call: str = ""
    paid_banner: str = ""

    @property
    def price(self) -> str:
        """``£6.99 a month``."""
        return f"{money.formatted(self.amount_minor, self.currency)} a {self.interval}"

    @property
    def first_price(self) -> str:
        """What is paid at first: ``£3.49 for the first payment``, or the price that stays."""
        if self.first_payments > 1:
            each = f"{self.first_sum} a {self.interval}"
            return f"{each} for the first {self.first_payments} payments"
        return f"{self.first_sum} for the first payment" if self.first_payments else self.price

    @property
    def lasting(self) -> str:
        """``, then £6.99 a month`` behind a first price that is another; else nothing."""
        return f", then {self.price}" if self.first_payments else ""

    @property
    def reminded_at_start(self) -> bool:
        """Whether the trial is so short that its reminder goes out as it begins."""
        return is_reminded_at_start(timedelta(days=self.trial_days))

    @property
    def length(self) -> str:
        """``30 days``."""
        return length(self.trial_days)

    @property
    def instants(self) -> str:
        """The instants behind the days that are told, as the clock shows them there, for a browser
        that knows its zone: to the quarter of an hour with which days begin everywhere, so that a
        page stays the same."""
        quarter = self.charge_at.minute // 15 * 15
        charge_at = self.charge_at.replace(minute=quarter, second=0, microsecond=0)
        there = ZoneInfo(self.guessed_zone or "UTC")
        began = charge_at - timedelta(days=self.trial_days)
        both = (charge_at, reminder_at(began, charge_at))
        return " ".join(at.astimezone(there).isoformat() for at in both)

    @property
    def banner_parts(self) -> tuple[str, str, str]:
        """The banner around " with the brand", which a narrow screen leaves out."""
        return self.banner.partition(f" with {self.brand}")

    @property
    def sentence(self) -> str:
        """The one sentence of terms that stands beside every trial button."""
        told = f"Then {self.price} {self.tax}, until you cancel."
        if self.partner:
            return f"{told} {self.partner} bills it: cancel with them before {self.last_free_day}."
        return f"{told} Cancel online before {self.last_free_day} and you pay nothing."

    @property
    def promise(self) -> str:
        """What a button agrees to: ``Free until 22 December 2026, then £6.99 a month …``."""
        return (
            f"Free until {self.last_free_day}, then {self.first_price}{self.lasting}, {self.tax}, "
            "until you cancel. Cancel any time online."
        )

    @property
    def brief(self) -> str:
        """The promise where there is little room, with every part that must be in it."""
        until = f"until {self.last_free_day}, then {self.price} {self.tax}."
        if self.partner:
            return f"Partner offer: free {until} Cancel with {self.partner}."
        return f"Free {until} Cancel online."

    @property
    def last_free_day(self) -> str:
        """``22 December 2026``: the day on which the first payment is taken."""
        return zones.day(self.free_until)

    @property
    def button(self) -> str:
        """The words of the last button before the payment page."""
        return f"Start free trial, then {self._short_price}"

    @property
    def paid_promise(self) -> str:
        """What the button agrees to where there are no free days left to give."""
        today = "today" if self.first_payments == 1 else "from today"
        return (
            f"{self.first_price} {today}{self.lasting}, {self.tax}, until you cancel. "
            "Cancel any time online."
        )

    @property
    def paid_button(self) -> str:
        """The words of the last button where there are no free days left to give."""
        return f"Subscribe for {self._short_price}"

    @property
    def agreed(self) -> str:
        """What the last button agrees to, with free days or without."""
        return self.promise if self.trial_days else self.paid_promise

    @property
    def last_button(self) -> str:
        """The words of the last button, with free days or without."""
        return self.button if self.trial_days else self.paid_button

    @property
    def mark(self) -> str:
        """What the last button agrees to, but for the day that moves on by itself: it tells
        whether a page that was opened earlier showed the same."""
        return f"{self.trial_days} days free: {self.first_price}{self.lasting}, {self.tax}"

    @property
    def _short_price(self) -> str:
        return f"{self.first_sum}, later {self.price}" if self.first_payments else self.price

    @property
    def first_sum(self) -> str:
        """``£3.49``: what the first payment takes, before tax."""
        first = self.first_minor if self.first_payments else self.amount_minor
        return money.formatted(first, self.currency)


def of(
    offer: Offer,
    *,
    now: datetime,
    zone: str = "UTC",
    trial_days: int | None = None,
    discount: Discount | None = None,
) -> Terms:
    """The terms of ``offer`` for a trial that begins ``now``, with the days of ``zone`` (IANA) and
    what a code takes off."""
    days = offer.trial_days if trial_days is None else trial_days
    charge_at = now + timedelta(days=days)
    told = _usual(offer, days, charge_at, zone, now)
    return told if discount is None else _reduced(told, discount, now)


def _usual(offer: Offer, days: int, charge_at: datetime, zone: str, now: datetime) -> Terms:
    partner = offer.brand if offer.kind == "partner" else None
    return Terms(
        call=_with(partner, _filled(offer.words or WORDS, offer)),
        banner=_with(partner, _filled(offer.banner or BANNER, offer)),
        trial_days=days,
        amount_minor=offer.amount_minor,
        currency=offer.currency,
        interval=offer.interval,
        charge_at=charge_at,
        free_until=charge_at.astimezone(ZoneInfo(zone)).date(),
        reminder_on=reminder_at(now, charge_at).astimezone(ZoneInfo(zone)).date(),
        brand=offer.brand or settings.current().site_name,
        tax=offer.tax_words,
        partner=partner,
        credit_code=offer.partner_code,
        paid_call=_to_returning(offer.words or WORDS, offer),
        paid_banner=_to_returning(offer.banner or BANNER, offer),
    )


def _reduced(told: Terms, discount: Discount, now: datetime) -> Terms:
    """The terms less what a code takes off the first payments, or for ever off the price."""
    usual, at = told.amount_minor, told.charge_at
    first = charge_calendar.charges(
        usual, told.interval, starts_at=now, charge_at=at, discount=discount, count=1
    )[0]
    early = charge_calendar.early_payments(
        usual, told.interval, starts_at=now, charge_at=at, discount=discount
    )
    return replace(
        told,
        amount_minor=charge_calendar.lasting(usual, discount),
        first_minor=first.amount_minor,
        first_payments=early,
    )


def reminder_at(began: datetime, charge_at: datetime) -> datetime:
    """When a trial's reminder is sent; a short trial's goes out as it begins."""
    return max(charge_at - REMINDER_LEAD - REMINDER_WINDOW, began)


def is_reminded_at_start(trial: timedelta) -> bool:
    """Whether a trial of this length is so short that its reminder goes out as it begins."""
    return trial <= REMINDER_LEAD


def length(days: int) -> str:
    """``30 days``, ``1 day``."""
    return f"{days} day{'' if days == 1 else 's'}"


def _with(partner: str | None, words: str) -> str:
    """The words with the partner's name, so that their link is told apart from ours beside it."""
    return words if partner is None or partner in words else f"{words} with {partner}"


def _to_returning(words: str, offer: Offer) -> str:
    """The words of an offer made for those who have had a trial. Where they name days, as the usual
    ones do, they promise what nobody has twice, and ours stand instead."""
    is_theirs = offer.kind != "partner" and offer.audience == "returning"
    return _filled(words, offer) if is_theirs and "{days}" not in words else ""


def _filled(words: str, offer: Offer) -> str:
    price = f"{money.formatted(offer.amount_minor, offer.currency)} a {offer.interval}"
    brand = offer.brand or settings.current().site_name
    if offer.trial_days == 1:
        words = words.replace("{days} days", "{days} day")
    return words.format(brand=brand, days=offer.trial_days, price=price)
