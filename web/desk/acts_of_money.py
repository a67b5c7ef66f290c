"""Acts that end or return what is paid: cancel, refund."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from access import standing
from accounts.models import Member
from accounts.roles import Right
from billing import cancellations, refunds, subscriptions
from billing.models import Invoice
from core import money, settings
from web.desk.acts import Act, BadOrder, Control, Form, Order
from web.filters import full_date

WHEN = (("end", "At the end of what was promised"), ("now", "At once"))


def _cancel_form(db: Session, member: Member, now: datetime) -> Form:
    state = standing.of(db, member, now=now)
    if state.subscription is None or not state.subscription.is_live:
        return Form((), refused="There is no running trial or subscription.")
    keeps = f" They can watch until {full_date(state.watch_until)}." if state.watch_until else ""
    due = state.being_charged
    coming = (
        f"{money.formatted(due.total_minor, due.currency)} within the hour, then " if due else ""
    )
    told = (
        f"At the end of what was promised: {coming}nothing more is charged.{keeps}"
        " They can take it back.",
        "At once: the right to watch ends now, and nothing is charged or given back.",
        "A subscription whose payment fails ends at once either way.",
    )
    return Form(told, (Control("when", "When it ends", options=WHEN, value="end"),))


def _cancel(order: Order) -> str:
    who = {"actor": order.actor, "reason": order.reason}
    when = order.text("when")
    if when == "now":
        cancellations.end_now(
            order.db, order.stripe, order.member.id, **who, key=order.key, now=order.now
        )
        return "The subscription has ended."
    if when != "end":
        raise BadOrder("when", "Choose when it ends.")
    cancellations.start(order.db, order.stripe, order.member.id, **who, now=order.now)
    return "The subscription is cancelled; what was promised stays."


def charges(db: Session, member_id: int) -> list[Invoice]:
    """What a member paid, the latest first."""
    found = [one for sub in subscriptions.of_member(db, member_id) for one in sub.invoices]
    paid = [one for one in found if one.status == "paid" and one.total_minor > 0]
    return sorted(paid, key=lambda one: one.created_at, reverse=True)


def _refund_form(db: Session, member: Member, now: datetime) -> Form:
    open_ = [one for one in charges(db, member.id) if refunds.left(one) > 0]
    if not open_:
        return Form((), refused="There is no payment of which anything is left to give back.")
    ends = settings.current().refund_ends_access
    told = (
        "The money goes back to the card that was charged. A part leaves the subscription as it "
        "is.",
        "The whole of the newest payment given back ends the subscription and the right to watch."
        if ends
        else "The subscription goes on, whatever is given back.",
    )
    choices = [(one.stripe_id, _charge_words(one)) for one in open_]
    return Form(
        told,
        (
            Control("invoice", "Payment", options=choices, value=choices[0][0]),
            Control("amount", "Amount", hint="Such as 3.50. Leave it empty for all that is left."),
        ),
    )


def _charge_words(invoice: Invoice) -> str:
    paid = money.formatted(invoice.total_minor, invoice.currency)
    left = money.formatted(refunds.left(invoice), invoice.currency)
    words = f"{paid} on {full_date(invoice.paid_at or invoice.created_at)}"
    return words if refunds.left(invoice) == invoice.total_minor else f"{words}, {left} left"


def _refund(order: Order) -> str:
    theirs = {one.stripe_id: one for one in charges(order.db, order.member.id)}
    invoice = theirs.get(order.text("invoice"))
    if invoice is None:
        raise BadOrder("invoice", "Choose one of this person's payments.")
    given = refunds.give(
        order.db,
        order.stripe,
        invoice,
        amount_minor=_amount(order, invoice),
        actor=order.actor,
        reason=order.reason,
        now=order.now,
    )
    return f"{money.formatted(given, invoice.currency)} goes back to the card."


def _amount(order: Order, invoice: Invoice) -> int | None:
    """The typed sum in minor units; ``None`` means all that is left."""
    typed = order.text("amount")
    if not typed:
        return None
    try:
        asked = money.minor(typed, invoice.currency)
    except ValueError:
        raise BadOrder("amount", "Enter an amount such as 3.50.") from None
    left = refunds.left(invoice)
    if not 0 < asked <= left:
        most = money.formatted(left, invoice.currency)
        raise BadOrder("amount", f"Enter an amount up to {most}, which is what is left.")
    return asked


LEAVING = (Right.CARE, Right.MONEY)
CANCELLATION = Act(
    "Cancel", "Cancel", LEAVING, _cancel_form, _cancel, at_stripe=True, is_grave=True
)
REFUND = Act(
    "Refund a payment",
    "Refund",
    (Right.MONEY,),
    _refund_form,
    _refund,
    at_stripe=True,
    is_of_money=True,
)
