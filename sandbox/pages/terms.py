"""The terms of a payment page in one line: the free days, what a discount leaves, the price."""

from typing import Any

from ..billing import quotes
from ..billing.money import written
from ..billing.subscriptions import trial_end_of
from ..clock import DAY, after, day_of
from ..engine import Engine

Obj = dict[str, Any]
ONCE = " for the first payment"


def of(engine: Engine, session: Obj) -> str:
    """The terms, such as ``30 days free, then £6.99 a month from 22 December 2026``."""
    amount, recurring = quotes.recurring_sum(engine, session)
    if recurring is None:
        return ""
    engine.instant = engine.clock.now()
    end = trial_end_of(engine, session["_subscription_data"])
    first, rest = _prices(engine, session, amount, recurring, engine.now if end is None else end)
    if end is None:
        return f"{first}{rest} until you cancel"
    days = round((end - engine.now) / DAY)
    since = "on" if first.endswith(ONCE) else "from"
    return f"{days} days free, then {first} {since} {day_of(end)}{rest}"


def _prices(
    engine: Engine, session: Obj, amount: int, recurring: Obj, starts: int
) -> tuple[str, str]:
    """What is paid first, and what follows where a discount ends, from the first payment on."""
    price = f"{written(amount, session['currency'])} {_every(recurring)}"
    coupon = quotes.coupon_of(engine, session)
    if coupon is None:
        return price, ""
    lower = written(quotes.reduced_sum(engine, session, coupon), session["currency"])
    if coupon["duration"] == "forever":
        return f"{lower} {_every(recurring)}", ""
    times = _payments(coupon, recurring, starts, engine.now)
    if times == 0:
        return price, ""
    if times == 1:
        return f"{lower}{ONCE}", f", then {price}"
    return f"{lower} {_every(recurring)} for the first {times} payments", f", then {price}"


def _every(recurring: Obj) -> str:
    count, interval = recurring["interval_count"], recurring["interval"]
    return f"a {interval}" if count == 1 else f"every {count} {interval}s"


def _payments(coupon: Obj, recurring: Obj, starts: int, now: int) -> int:
    """How many payments a coupon lowers; the months of one that repeats count from today."""
    if coupon["duration"] == "once":
        return 1
    ends, times = after(now, "month", coupon["duration_in_months"]), 0
    while after(starts, recurring["interval"], recurring["interval_count"], times) < ends:
        times += 1
    return times
