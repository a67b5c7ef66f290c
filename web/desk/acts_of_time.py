"""Acts that give time: a longer trial, days that cost nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy.orm import Session

from access import entitlements, standing
from accounts.models import Member
from accounts.roles import Right
from billing import extensions, giving, terms
from notices import interlock
from web.desk.acts import Act, BadOrder, Control, Form, Order
from web.filters import day_and_time, full_date

MOST_GIFT_DAYS = 366


def _extension_form(db: Session, member: Member, now: datetime) -> Form:
    sub = standing.of(db, member, now=now).subscription
    if sub is None or sub.status != "trialing" or sub.trial_ends_at is None:
        return Form((), refused=extensions.NoTrialToExtend.sentence)
    told = (
        f"The trial ends on {day_and_time(sub.trial_ends_at)}. The end and the first payment move "
        "to the new day, at Stripe as well.",
        "The reminder goes out at least seven days before the new day. A new end before "
        f"{full_date(interlock.soonest(now=now))} moves to that day, so that it comes in time.",
    )
    hint = f"At most {extensions.MOST_DAYS} at once."
    days = Control("days", "Days more", "number", hint=hint, value="7")
    return Form(told, (days,))


def _extend(order: Order) -> str:
    ends = extensions.extend(
        order.db,
        order.stripe,
        order.member.id,
        order.number("days", 1, extensions.MOST_DAYS, "days"),
        no_sooner=interlock.soonest(now=order.now),
        actor=order.actor,
        reason=order.reason,
        key=order.key,
        now=order.now,
    )
    return f"The trial now ends on {day_and_time(ends)}."


def _gift_form(db: Session, member: Member, now: datetime) -> Form:
    told = (
        "Days that are given wait until the trial or the paid time is over, and then run.",
        "A free span runs from now until the end of its last day, beside anything that is paid.",
        "Neither moves a charge, and neither counts as a trial or as revenue.",
    )
    kinds = (("gift", "Days that wait for their turn"), ("complimentary", "A free span from now"))
    return Form(
        told,
        (
            Control("kind", "What to give", options=kinds, value="gift"),
            Control("days", "Days", "number", hint="For days that wait.", value="14"),
            Control("last_day", "Last day", "date", hint="For a free span, in UTC."),
        ),
    )


def _give(order: Order) -> str:
    kind = order.text("kind")
    if kind not in ("gift", "complimentary"):
        raise BadOrder("kind", "Choose what to give.")
    days = order.number("days", 1, MOST_GIFT_DAYS, "days") if kind == "gift" else None
    ends_at = None if days else _end_of_day(order)
    giving.give(
        order.db,
        order.member.id,
        kind,
        days=days,
        ends_at=ends_at,
        actor=order.actor,
        reason=order.reason,
        now=order.now,
    )
    entitlements.refresh(order.db, order.member.id, now=order.now, reason="given by an operator")
    if days is None:
        return "The free span is given."
    return f"{terms.length(days)} {'is' if days == 1 else 'are'} given."


def _end_of_day(order: Order) -> datetime:
    try:
        last = date.fromisoformat(order.text("last_day"))
    except ValueError:
        raise BadOrder("last_day", "Enter the last day of the span.") from None
    ends = datetime.combine(last, time(), UTC) + timedelta(days=1)
    if not order.now < ends <= order.now + timedelta(days=2 * MOST_GIFT_DAYS):
        raise BadOrder("last_day", "Choose a day from today on, within the next two years.")
    return ends


EXTENSION = Act(
    "Extend the trial", "Extend the trial", (Right.CARE,), _extension_form, _extend, at_stripe=True
)
GIFT = Act("Give free time", "Give free time", (Right.CARE,), _gift_form, _give)
