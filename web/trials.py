"""From the button on a film page to the payment page, and back to the film."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from access import gate, standing
from access.standing import State
from billing import (
    charge_calendar,
    checkouts,
    customers,
    eligibility,
    labels,
    offers,
    promotions,
    terms,
    trials,
)
from billing.models import CheckoutAttempt, Offer
from catalog.models import Title
from core import clock
from reports import facts
from web import clicks, proposals
from web.addresses import whole
from web.looking import gateway, look
from web.proposals import find_film
from web.requests import find_visitor_id, network, signed_in

pages = Blueprint("trials", __name__)

MOST_REFRESHES = 10
LEAST_CHARGES = 4
PLAYING = (State.TRIALING, State.ACTIVE, State.CANCELLING)


@pages.get("/trial")
def propose() -> ResponseReturnValue:
    """The terms once more before the payment page; visitors make an account first, unless a partner
    alone sells here."""
    film = find_film()
    if g.member is None:
        found = proposals.shown()
        if found is None:
            return _nothing_sold(film)
        if found.kind == "partner":
            return redirect(proposals.address(found, film.slug if film else None), 303)
        code = request.args.get("code", "")[: promotions.LONGEST_CODE] or None
        there = url_for("trials.propose", film=film.slug if film else None, code=code)
        return clicks.noted(redirect(url_for("signing_up.show", next=there), 303), film)
    if trials.has_live_subscription(g.db, g.member.id):
        return redirect(url_for("account.overview"), 303)
    now = clock.now()
    offer = offers.shown(g.db, g.member, now=now)
    if offer is None:
        return _nothing_sold(film)
    if offer.kind == "partner":
        return redirect(proposals.address(offer, film.slug if film else None), 303)
    return _payment_page(film, _asked(offer, now), now)


def _nothing_sold(film: Title | None) -> ResponseReturnValue:
    """The page that says so: of the film that they came for, else the front page."""
    if film is None:
        return redirect(url_for("storefront.home"), 303)
    return redirect(url_for("storefront.film", slug=film.slug, notice="watch"), 303)


@dataclass(frozen=True)
class _Asked:
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


def _asked(offer: Offer, now: datetime) -> _Asked:
    discount, refused = None, None
    try:
        discount = _discount(offer)
    except promotions.CodeRefused as why:
        refused = why.sentence
    return _Asked(offer, _told(offer, discount, now), discount, refused)


def _payment_page(
    film: Title | None, asked: _Asked, now: datetime, *, changed: bool = False
) -> str:
    """The terms, the code that was typed, and the calendar of charges that follows from it."""
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


def _told(offer: Offer, discount: charge_calendar.Discount | None, now: datetime) -> terms.Terms:
    """What this member agrees to by the last button: free days are given once."""
    days = 0 if eligibility.had_trial(g.db, g.member) else offer.trial_days
    return terms.of(offer, now=now, zone=g.member.zone, trial_days=days, discount=discount)


def _discounted(told: terms.Terms, discount: charge_calendar.Discount) -> str:
    """What a code takes off; the months of one count from the start, free days included."""
    counted = discount.duration == "repeating" and told.trial_days
    return f"Code {discount.code}: {discount.words}{', free days included' if counted else ''}."


def _discount(offer: Offer) -> charge_calendar.Discount | None:
    """What the code takes off that the address or the form carries. Raises ``CodeRefused``."""
    customer = customers.find_by_member(g.db, g.member.id)
    return promotions.named(
        gateway(),
        request.values.get("code", ""),
        offer,
        customer_id=customer.stripe_id if customer else None,
        now=clock.now(),
    )


@pages.post("/trial")
@signed_in
def start() -> ResponseReturnValue:
    """Take a member to the payment page of the offer that this page showed.

    Where another has taken its place meanwhile, its free days are used up, or its code is over,
    what is true now is shown first: nobody agrees to a price that they have not read.
    """
    film, now = find_film(), clock.now()
    offer = offers.shown(g.db, g.member, now=now)
    if offer is None:
        return _nothing_sold(film)
    if offer.kind == "partner":
        return redirect(proposals.address(offer, film.slug if film else None), 303)
    asked = _asked(offer, now)
    if asked.refused or not asked.is_as_shown:
        return _payment_page(film, asked, now, changed=not asked.refused), 409
    discount = asked.discount
    attempt = trials.start(
        g.db,
        gateway(),
        g.member,
        offer,
        title_id=film.id if film else None,
        agreement=_agreement(asked.terms, discount),
        back=_back(film, discount),
        now=now,
        discount=discount,
    )
    facts.record(
        g.db,
        "checkout_open",
        str(attempt.id),
        at=now,
        now=now,
        visitor_id=find_visitor_id(),
        member_id=g.member.id,
        title_id=attempt.title_id,
        data={
            "offer": offer.code,
            "code": discount.code if discount else None,
            "code_film": discount.film if discount else None,
            "amount_minor": offer.amount_minor,
            "lasting_minor": charge_calendar.lasting(offer.amount_minor, discount),
        },
    )
    return redirect(attempt.url or url_for("trials.propose"), 303)


def _agreement(told: terms.Terms, discount: charge_calendar.Discount | None) -> trials.Agreement:
    return trials.Agreement(
        text=f"{told.agreed} {_discounted(told, discount)}" if discount else told.agreed,
        button=_button(told),
        locale=g.member.locale,
        network=network(request.remote_addr or ""),
        is_free=told.trial_days > 0,
    )


def _button(told: terms.Terms) -> str:
    """The same words on the page and in what is kept of the consent."""
    return labels.order_button(g.member.locale, told.last_button)


def _back(film: Title | None, discount: charge_calendar.Discount | None) -> trials.Return:
    slug, code = film.slug if film else None, discount.code if discount else None
    return trials.Return(
        success_url=whole("trials.welcome", film=slug)
        + ("&" if slug else "?")
        + "session_id={CHECKOUT_SESSION_ID}",
        cancel_url=whole("trials.propose", film=slug, code=code),
    )


@pages.get("/trial/welcome")
@signed_in
def welcome() -> ResponseReturnValue:
    """The return from the payment page: look at Stripe ourselves, then lead to the film.

    The page may be kept as a bookmark, so it says how things stand now; what is over is told by
    the account.
    """
    attempt = checkouts.of_session(g.db, g.member.id, request.args.get("session_id", ""))
    if attempt.state == "open":
        look(attempt.member_id)
    stage = _stage(attempt)
    if stage == "over":
        return redirect(url_for("account.overview"), 303)
    again = min(request.args.get("again", 0, type=int), MOST_REFRESHES)
    return render_template(
        "trial/welcome.html", film=find_film(), stage=stage, refresh=_refresh_address(again)
    )


def _stage(attempt: CheckoutAttempt) -> str:
    """How far a checkout has come by now: the state of a subscription that plays films, else
    ``pending``, ``refused`` or ``over``."""
    now = clock.now()
    state = standing.of(g.db, g.member, now=now).state
    if state in PLAYING and gate.is_entitled(g.db, g.member.id, now=now):
        return state
    if attempt.state == "open":
        return "pending"
    return "refused" if trials.was_refused(g.db, g.member.id) else "over"


def _refresh_address(again: int) -> str | None:
    if again >= MOST_REFRESHES:
        return None
    film, session_id = request.args.get("film"), request.args.get("session_id")
    return url_for("trials.welcome", film=film, session_id=session_id, again=again + 1)
