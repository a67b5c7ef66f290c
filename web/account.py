"""A member's own pages: what they have, what it costs, what they paid, how they are reached."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from access import explanation, progress, standing
from billing import customers, offers, plan_changes, settling, subscriptions
from billing.gateway import StripeUnavailable
from billing.models import Invoice
from billing.settling import Outcome
from core import clock, money
from core.errors import NotFound
from notices import decline_words, ledger
from web import films
from web.addresses import whole
from web.looking import gateway, look
from web.requests import lead_to_payment, signed_in

pages = Blueprint("account", __name__, url_prefix="/account")

TRIED = {
    Outcome.PAID: ("Your payment went through. Your subscription goes on.", "ok"),
    Outcome.REFUSED: ("Your bank refused the payment with this card. Nothing was charged.", "warn"),
    Outcome.UNCONFIRMED: (
        "Your bank wants you to confirm the payment yourself. Nothing is charged before that.",
        "warn",
    ),
}
UNTRIED = (
    "Our payment provider did not answer, so your payment may not have gone through yet. "
    "It is charged once at most: choose “Update card” and come back to try again."
)


@pages.get("")
@signed_in
def overview() -> ResponseReturnValue:
    """Where the member stands: trial or subscription, next charge, card, the way out."""
    lead_to_payment()  # to change the card
    now = clock.now()
    stands = standing.of(g.db, g.member, now=now)
    reason, sub = stands.decline_reason, stands.subscription
    others = offers.beside(g.db, sub, now=now) if sub and plan_changes.may_switch(sub) else []
    return render_template(
        "account/subscription.html",
        decline=decline_words.of(reason) if reason else "",
        gate=explanation.of(g.db, g.member, now=now),
        other_plans=others,
        watching=[films.card_of(one.title) for one in progress.unfinished(g.db, g.member.id)],
    )


@pages.get("/invoices")
@signed_in
def invoices() -> ResponseReturnValue:
    """What was paid, what is due, and what a change of plan left as credit."""
    found = subscriptions.of_member(g.db, g.member.id)
    billed = [i for sub in found for i in sub.invoices if i.total_minor and i.status != "draft"]
    return render_template(
        "account/invoices.html", invoices=[(i, _became(i)) for i in billed[::-1]]
    )


@pages.get("/invoices/<int:invoice_id>/pdf")
@signed_in
def invoice_file(invoice_id: int) -> ResponseReturnValue:
    """To the provider's PDF of one of the member's own invoices. Raises ``NotFound``."""
    found = subscriptions.of_member(g.db, g.member.id)
    mine = [i for sub in found for i in sub.invoices if i.id == invoice_id and i.number]
    there = gateway().pdf_of(mine[0].stripe_id) if mine else None
    if there is None:
        raise NotFound
    return redirect(there, 303)


def _became(invoice: Invoice) -> str:
    """What became of an invoice; one that is still open when all has ended is charged no more."""
    if invoice.total_minor < 0:
        return "Kept as credit"
    if invoice.status == "paid":
        if invoice.refunded_minor:
            given_back = money.formatted(invoice.refunded_minor, invoice.currency)
            return f"Paid, and {given_back} given back"
        return "Paid" if invoice.charged_minor > 0 else "Paid from your credit"
    waits = invoice.status == "open" and not invoice.subscription.is_over
    return "Not paid yet" if waits else "Not charged"


@pages.post("/card")
@signed_in
def change_card() -> ResponseReturnValue:
    """To the payment provider's own page, where a card is changed; it never touches us."""
    customer = customers.find_by_member(g.db, g.member.id)
    if customer is None or customer.stripe_id is None:
        raise NotFound
    there = gateway().open_portal(customer.stripe_id, return_url=whole("account.back"))
    return redirect(there, 303)


@pages.get("/card/changed")
@signed_in
def back() -> ResponseReturnValue:
    """The return from the provider's page: what is owed is paid with a card that was given there,
    then what changed is shown."""
    member_id = g.member.id
    try:
        outcome = settling.settle(g.db, gateway(), member_id, now=clock.now())
    except StripeUnavailable:
        flash(UNTRIED, "warn")
    else:
        if outcome is not None:
            flash(*TRIED[outcome])
    look(member_id)
    return redirect("/account", 303)


@pages.get("/payment")
@signed_in
def confirm() -> ResponseReturnValue:
    """To the provider's page of the payment that waits, where its payer confirms it."""
    invoice = standing.of(g.db, g.member, now=clock.now()).unpaid_invoice
    there = gateway().page_of(invoice) if invoice else None
    return redirect(there or url_for("account.overview"), 303)


@pages.get("/emails")
@signed_in
def emails() -> ResponseReturnValue:
    """What we write about, and what was sent."""
    return render_template("account/emails.html", sent=ledger.of_member(g.db, g.member.id))
