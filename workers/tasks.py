"""The tasks: short scripts of domain calls. Each may be run again, at once, or twice at a time."""

from __future__ import annotations

import logging

from billing import (
    checkouts,
    customers,
    events,
    reconciliation,
    sweeps,
    terminations,
    withdrawals,
    writes,
)
from billing.case_models import Termination, Withdrawal
from core import clock
from core.db import held, transaction
from notices import coming_first, delivery, interlock, owed, terms_again, trial_days
from reports import facts, identity, keeping, notice_alarms, subscription_facts
from workers import declaring, failures, news, reconciling, services, upkeep
from workers.app import app
from workers.failures import FAILURES

log = logging.getLogger(__name__)

SWEEP_LIMIT = 500
ALL_CUSTOMERS = "a comparison of everything"  # the name of its lock


@app.task(name="billing.apply_stripe_event")
def apply_stripe_event(event_id: int) -> None:
    """Bring our mirror up to date with one event, then open or close the watch gate.

    The try is counted first, and a failure is kept on the event, which is tried again later:
    nothing is lost with a message or a worker. What came of the same customer meanwhile follows
    at once, so a burst occupies one worker and costs two looks at Stripe.
    """
    following: int | None = event_id
    while following is not None:
        following = _apply_one(following)


def _apply_one(event_id: int) -> int | None:
    with transaction() as db:
        if not events.claim(db, event_id, now=clock.now()):
            return None
    try:
        with transaction() as db:
            news.apply(db, services.stripe(), event_id, now=clock.now())
    except FAILURES as error:
        log.warning("event.failed", extra={"event_id": event_id, "error": str(error)[:200]})
        with transaction() as db:
            events.failed(db, event_id, repr(error), now=clock.now())
        return None
    with transaction() as db:
        return events.next_of(db, event_id, now=clock.now())


@app.task(name="billing.sweep_events")
def sweep_events() -> int:
    """Apply every event whose bell was not heard, or whose next try is due; returns how many."""
    done = 0
    while done < SWEEP_LIMIT:
        with transaction() as db:
            waiting = events.due(db, now=clock.now())
        if not waiting:
            break
        for event_id in waiting:
            apply_stripe_event(event_id)
        done += len(waiting)
    return done


@app.task(name="billing.mirror_due")
def mirror_due() -> None:
    """Look at Stripe where something must have happened by now: a trial's end, a renewal."""
    with transaction() as db:
        due = reconciliation.due(db, now=clock.now())
    failures.each(
        due,
        lambda db, one: news.fetch(db, services.stripe(), one, now=clock.now()),
        failed="mirror.failed",
    )


@app.task(name="billing.reconcile_events")
def reconcile_events() -> None:
    """Store and apply what Stripe lists and no delivery brought."""
    with transaction() as db:
        reconciliation.read_events(db, services.stripe(), now=clock.now())
        waiting = events.unread(db, now=clock.now())
    for event_id in waiting:
        apply_stripe_event(event_id)


@app.task(name="billing.reconcile_all")
def reconcile_all() -> None:
    """Compare everything with Stripe, and repair and keep what differs; one at a time, for a
    broker hands a task out again that takes long."""
    asked_at = clock.now()
    with held() as holder:
        if not customers.try_lock(holder, ALL_CUSTOMERS):
            return
        found = reconciling.sweep(services.stripe(), now=asked_at)
    with transaction() as db:
        sweeps.note_nightly(db, asked_at=asked_at, found=_count(found), now=clock.now())


@app.task(name="billing.sweep_asked")
def sweep_asked() -> None:
    """Make the comparisons that somebody at the desk has asked for, each once."""
    while True:
        with transaction() as db:
            asked = sweeps.hold_next(db)
            if asked is None:
                return
            found = reconciling.sweep(services.stripe(), now=clock.now(), dry_run=asked.dry_run)
            asked.ended_at, asked.found = clock.now(), _count(found)


def _count(found: list[reconciling.Found]) -> int:
    return sum(len(one.differences) for one in found)


@app.task(name="billing.expire_checkouts")
def expire_checkouts() -> None:
    """Free the attempts whose payment page has closed by itself; forget writes of a month ago."""
    with transaction() as db:
        checkouts.expire_stale(db, now=clock.now())
        writes.forget(db, now=clock.now())


@app.task(name="billing.carry_out_withdrawals")
def carry_out_withdrawals() -> None:
    """End and pay back what people withdrew from while Stripe was away."""
    with transaction() as db:
        unheard = withdrawals.unheard(db, now=clock.now())
    declaring.each(
        Withdrawal,
        unheard,
        lambda db, one: news.carry_out_withdrawal(db, services.stripe(), one, now=clock.now()),
    )


@app.task(name="billing.carry_out_terminations")
def carry_out_terminations() -> None:
    """Cancel what the form asked for while Stripe was away, or for a day that has come near."""
    with transaction() as db:
        waiting = terminations.waiting(db, now=clock.now())
    declaring.each(
        Termination,
        waiting,
        lambda db, one: news.carry_out_termination(db, services.stripe(), one, now=clock.now()),
    )


@app.task(name="notices.send_owed")
def send_owed() -> int:
    """Find the reminders that are due and hand in every e-mail that is owed; returns how many."""
    with transaction() as db:
        owed.find_reminders(db, now=clock.now())
        owed.find_expiring_cards(db, now=clock.now())
        owed.find_failures(db, now=clock.now())
        trial_days.find(db, now=clock.now())
        coming_first.find(db, now=clock.now())
        terms_again.find(db, now=clock.now())
    written = delivery.send_owed(services.mailbox(), services.stripe(), now=clock.now())
    for member_id in set(written):
        with transaction() as db:
            subscription_facts.note(db, member_id, now=clock.now())
    return len(written)


@app.task(name="reports.note_notices")
def note_notices() -> None:
    """Note the e-mails that a sender handed in and ended before it could note."""
    with transaction() as db:
        for member_id in subscription_facts.members_behind(db, now=clock.now()):
            subscription_facts.note(db, member_id, now=clock.now())


@app.task(name="reports.keep_ready")
def keep_ready() -> None:
    """Bring the rows that reports read up to date with the facts, some owners at a time."""
    number = 1
    while number:
        with transaction() as db:
            number = keeping.keep(db)
    with transaction() as db:
        keeping.fill(db, now=clock.now())


@app.task(name="reports.make_months")
def make_months() -> None:
    """Have a partition for the facts of this month and the next ones."""
    with transaction() as db:
        facts.make_months_ahead(db, now=clock.now())


@app.task(name="reports.check_identity")
def check_identity() -> None:
    """Prove the revenue of every day by what moved it, and call somebody where it is not so."""
    with transaction() as db:
        identity.check(db, now=clock.now())


@app.task(name="reports.call_missing")
def call_missing() -> None:
    """Call somebody to each trial that was charged without a reminder."""
    with transaction() as db:
        notice_alarms.call_missing(db, now=clock.now())


@app.task(name="notices.move_unwarned")
def move_unwarned() -> None:
    """No notice, no charge: move the trials whose reminder was not accepted in time."""
    with transaction() as db:
        late = [sub.id for sub in interlock.unwarned(db, now=clock.now())]
    failures.each(
        late,
        lambda db, one: news.move_unwarned(db, services.stripe(), one, now=clock.now()),
        failed="trial.unmoved",
    )


FALLS_DUE = (
    *(sweep_events, expire_checkouts, mirror_due, sweep_events, carry_out_withdrawals),
    *(carry_out_terminations, upkeep.tell_addresses, upkeep.erase_due),
    *(send_owed, move_unwarned, send_owed, upkeep.refresh_given, note_notices),
)
