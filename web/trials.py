"""From the button on a film page to the payment page, and back to the film."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from access import gate, standing
from access.standing import State
from billing import agreements, charge_calendar, checkouts, offers, promotions, trials
from billing.gateway_errors import DiscountRefused
from billing.models import CheckoutAttempt, Offer
from catalog.models import Title
from core import clock
from reports import facts
from web import clicks, payment_page, proposals
from web.addresses import whole
from web.looking import gateway, look
from web.proposals import find_film
from web.requests import find_visitor_id, signed_in

pages = Blueprint("trials", __name__)

MOST_REFRESHES = 10
PLAYING = (State.TRIALING, State.ACTIVE, State.CANCELLING)


@pages.get("/trial")
def propose() -> ResponseReturnValue:
    """The terms once more before the payment page; visitors make an account first, unless a partner
    alone sells here."""
    film = find_film()
    if g.member is None:
        found = proposals.shown()
        if found is None or found.kind == "partner":
            return _not_ours(film, found)
        code = request.args.get("code", "")[: promotions.LONGEST_CODE] or None
        there = url_for("trials.propose", film=film.slug if film else None, code=code)
        return clicks.noted(redirect(url_for("signing_up.show", next=there), 303), film)
    if trials.has_live_subscription(g.db, g.member.id):
        return redirect(url_for("account.overview"), 303)
    now = clock.now()
    offer = offers.shown(g.db, g.member, now=now)
    if offer is None or offer.kind == "partner":
        return _not_ours(film, offer)
    return payment_page.draw(film, payment_page.of(offer, now), now)


def _not_ours(
    film: Title | None, offer: Offer | None, *, is_over: bool = False
) -> ResponseReturnValue:
    """The page that says what is sold, by a partner or not at all: of the film that they came for,
    else the front page; and that the offer whose button they pressed is over.

    Nobody is sent to a partner from here. What a partner asks is read first, and a browser refuses
    the way from our sign-in form to another site, even through this address.
    """
    notice = "offer" if is_over else None
    if film is None:
        return redirect(url_for("storefront.home", notice=notice), 303)
    if offer is None:
        notice = notice or "watch"
    return redirect(url_for("storefront.film", slug=film.slug, notice=notice), 303)


@pages.post("/trial")
@signed_in
def start() -> ResponseReturnValue:
    """Take a member to the payment page of the offer that this page showed.

    Where another has taken its place meanwhile, its free days are used up, or its code is over,
    what is true now is shown first: nobody agrees to a price that they have not read.
    """
    film, now = find_film(), clock.now()
    if trials.has_live_subscription(g.db, g.member.id):  # begun in another tab meanwhile
        flash("You have started already. This is how it stands.", "info")
        return redirect(url_for("account.overview"), 303)
    offer = offers.shown(g.db, g.member, now=now)
    if offer is None or offer.kind == "partner":
        return _not_ours(film, offer, is_over=True)
    asked = payment_page.of(offer, now)
    if asked.refused or not asked.is_as_shown:
        return payment_page.draw(film, asked, now, changed=not asked.refused), 409
    discount = asked.discount
    try:
        attempt = trials.start(
            g.db,
            gateway(),
            g.member,
            offer,
            title_id=film.id if film else None,
            agreement=payment_page.agreement(asked),
            back=_back(film, discount),
            now=now,
            discount=discount,
        )
    except DiscountRefused:
        return payment_page.draw(film, payment_page.without_code(asked, now), now), 409
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
        "trial/welcome.html",
        film=find_film(),
        stage=stage,
        refresh=_refresh_address(again),
        agreed=agreements.text_of(g.db, attempt),
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
