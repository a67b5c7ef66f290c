"""The last page before the payment provider's: what its button agrees to, shown and kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import g, render_template, request

from billing import charge_calendar, customers, eligibility, labels, promotions, terms, trials
from billing.gateway_errors import DiscountRefused
from billing.models import Offer
from catalog.models import Title
from core import clock
from web import here, networks, viewer
from web.looking import gateway
from web.requests import lead_to_payment

LEAST_CHARGES = 4


@dataclass(frozen=True)
class Asked:
    """What the last button of a page is for: an offer, less what a code takes off. ``refused`` says
    why a code that was typed takes off nothing."""

    offer: Offer
    terms: terms.Terms
    discount: charge_calendar.Discount | None
    refused: str | None

    @property
    def is_as_shown(self) -> bool:
        """Whether the page with the button that was pressed promised just this."""
        shown = request.form.get("offer"), request.form.get("terms")
        return shown in ((None, None), (self.offer.code, self.terms.mark))


def of(offer: Offer, now: datetime) -> Asked:
    """What the last button is for now, by the code that the address or the form carries."""
    discount, refused = None, None
    try:
        discount = _discount(offer)
    except promotions.CodeRefused as why:
        refused = why.sentence
    return Asked(offer, _told(offer, discount, now), discount, refused)


def without_code(asked: Asked, now: datetime) -> Asked:
    """The same without its code, which Stripe has refused at the press."""
    return Asked(asked.offer, _told(asked.offer, None, now), None, DiscountRefused.sentence)


def draw(film: Title | None, asked: Asked, now: datetime, *, changed: bool = False) -> str:
    """The terms, the code that was typed, and the calendar of charges that follows from it."""
    lead_to_payment()
    offer, told, discount = asked.offer, asked.terms, asked.discount
    calendar = charge_calendar.charges(
        offer.amount_minor,
        offer.interval,
        starts_at=now,
        charge_at=told.charge_at,
        discount=discount,
        count=max(LEAST_CHARGES, told.first_payments + 1),
    )
    return render_template(
        "trial/payment.html",
        film=film,
        offer=offer,
        terms=told,
        discounted=_discounted(told, discount) if discount else None,
        discount=discount,
        refused=asked.refused,
        calendar=calendar,
        changed=changed,
        button=_button(told),
    )


def agreement(asked: Asked) -> trials.Agreement:
    """What is kept of the press: the page's own words, and where it came from."""
    told, discount = asked.terms, asked.discount
    return trials.Agreement(
        text=f"{told.agreed} {_discounted(told, discount)}" if discount else told.agreed,
        button=_button(told),
        locale=f"{viewer.labels_here().language}-{here.territory()}",
        network=networks.of_evidence(request.remote_addr or ""),
        is_free=told.trial_days > 0,
    )


def _told(offer: Offer, discount: charge_calendar.Discount | None, now: datetime) -> terms.Terms:
    """What this member agrees to by the last button: free days are given once."""
    days = 0 if eligibility.had_trial(g.db, g.member) else offer.trial_days
    return terms.of(offer, now=now, zone=g.member.zone, trial_days=days, discount=discount)


def _discounted(told: terms.Terms, discount: charge_calendar.Discount) -> str:
    """What a code takes off; the months of one count from the start, free days included, so they
    may be over before anything is paid."""
    counted = discount.duration == "repeating" and told.trial_days
    if counted and not told.first_payments:
        return f"Code {discount.code} takes nothing off: it is over before the first payment."
    return f"Code {discount.code}: {discount.words}{', free days included' if counted else ''}."


def _discount(offer: Offer) -> charge_calendar.Discount | None:
    """What the code takes off that the address or the form carries. Raises ``CodeRefused``."""
    customer = customers.find_by_member(g.db, g.member.id)
    return promotions.named(
        gateway(),
        request.values.get("code", ""),
        offer,
        customer_id=customer.stripe_id if customer else None,
        has_paid=promotions.has_paid(g.db, g.member.id),
        now=clock.now(),
    )


def _button(told: terms.Terms) -> str:
    """The same words on the page and in what is kept of the consent."""
    return labels.order_button(viewer.labels_here(), here.territory(), told.last_button)
