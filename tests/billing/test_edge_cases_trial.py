"""Edge cases while a trial runs: cancel, come back, switch, end by hand, and the notice owed."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from access.gate import Answer
from billing import alarms, cancellations, plan_changes
from billing.models import Audit, StripeEvent
from tests import factories
from tests.mailbox import busy
from tests.world import HALF_DAY

ADA = "ada@example.org"


def cancel(world, ada):
    cancellations.start(
        world.db, world.stripe, ada.id, actor=f"member:{ada.id}", reason="price", now=world.now
    )
    world.db.commit()
    world.deliver()
    world.tick()


def resume(world, ada):
    cancellations.undo(world.db, world.stripe, ada.id, actor=f"member:{ada.id}", now=world.now)
    world.db.commit()
    world.deliver()
    world.tick()


def kinds(world):
    return [kind for _, kind in world.mailbox.sent]


def test_a_cancelled_trial_is_watched_to_its_end_and_costs_nothing(world):
    ada = world.member(email=ADA)
    ends = world.start_trial(ada).trial_ends_at
    world.leap(days=2)
    cancel(world, ada)

    world.advance(days=27, hours=23)
    assert world.gate(ada) is Answer.OPEN
    world.advance(days=2)

    sub = world.subscription(ada)
    assert world.gate(ada) is not Answer.OPEN
    assert (sub.status, sub.trial_ends_at) == ("canceled", ends)
    assert [i.total_minor for i in sub.invoices] == [0]
    assert kinds(world).count("cancelled") == 1
    assert "trial_ending" not in kinds(world)


def test_a_trial_kept_after_all_is_the_same_one_and_is_reminded_again(world):
    ada = world.member(email=ADA)
    before = world.start_trial(ada)
    cancel(world, ada)
    world.leap(hours=1)

    resume(world, ada)
    world.advance(days=24, step=HALF_DAY)

    sub = world.subscription(ada)
    assert (sub.stripe_id, sub.trial_ends_at) == (before.stripe_id, before.trial_ends_at)
    assert sub.status == "trialing"
    assert kinds(world).count("trial_ending") == 1
    assert kinds(world).count("resumed") == 1


def test_a_reminder_dropped_at_a_cancellation_is_due_again_when_it_is_taken_back(world):
    ada = world.member(email=ADA)
    world.start_trial(ada)
    world.tick()
    world.leap(days=22, hours=13)
    world.mailbox.before = [busy()]  # the reminder is found, and the server is busy
    world.tick()
    cancel(world, ada)
    world.leap(minutes=30)
    world.tick()
    assert "trial_ending" not in kinds(world)

    resume(world, ada)

    assert kinds(world).count("trial_ending") == 1


def test_a_switch_in_a_trial_keeps_its_end_and_charges_nothing(world):
    ada = world.member(email=ADA)
    yearly = factories.offer(
        world.db, code="yearly", amount_minor=6900, interval="year", on_pages=False
    )
    sub = world.start_trial(ada)
    ends = sub.trial_ends_at

    shown = plan_changes.preview(world.db, world.stripe, sub, yearly, now=world.now)
    plan_changes.start(
        world.db, world.stripe, ada.id, yearly, shown_at=shown.at, actor="member", now=world.now
    )
    world.deliver()
    world.tick()

    sub = world.subscription(ada)
    assert (shown.now_minor, shown.next_at) == (0, ends)
    assert (sub.trial_ends_at, sub.amount_minor, sub.interval) == (ends, 6900, "year")
    assert sum(i.total_minor for i in sub.invoices) == 0
    assert "plan_changed" in kinds(world)


def test_a_trial_ended_by_hand_is_never_said_to_end_in_days(world):
    ada = world.member(email=ADA)
    sub = world.start_trial(ada)
    world.tick()
    world.at_stripe("post", f"/v1/subscriptions/{sub.stripe_id}", trial_end="now")

    world.deliver()
    world.tick()

    assert len(world.rows(StripeEvent, type="customer.subscription.trial_will_end")) == 1
    assert "trial_ending" not in kinds(world)
    assert world.subscription(ada).status == "active"


def test_a_trial_of_three_days_is_reminded_as_it_starts(world):
    ada = world.member(email=ADA)
    world.offer.trial_days = 3
    ends = world.start_trial(ada).trial_ends_at

    world.tick()
    world.advance(days=2)

    assert kinds(world).count("trial_ending") == 1
    assert world.subscription(ada).trial_ends_at == ends


def test_a_mail_that_is_true_no_more_is_not_sent(world):
    ada = world.member(email=ADA)
    world.start_trial(ada)
    world.tick()
    world.leap(days=22, hours=13)
    world.mailbox.before = [busy()]
    world.tick()

    cancel(world, ada)
    world.leap(hours=2)
    world.tick()

    assert "trial_ending" not in kinds(world)


def test_no_notice_no_charge(world):
    # given a mail server that takes nothing from the day the reminder is due
    ada = world.member(email=ADA)
    promised = world.start_trial(ada).trial_ends_at
    world.tick()
    world.mailbox.before = [busy() for _ in range(5000)]
    world.advance(days=26)

    # when it takes mail again, days before the charge that was promised
    world.mailbox.before = []
    moved = world.subscription(ada).trial_ends_at
    world.advance(days=1)

    # then the trial ends later, and the reminder came seven days before
    sub = world.subscription(ada)
    told = world.mailbox.of_kind("trial_ending")
    assert moved > promised
    assert f"{sub.trial_ends_at:%-d %B %Y}" in str(told[-1]["Subject"])
    assert sub.trial_ends_at - world.now >= timedelta(days=6)
    assert sub.status == "trialing"
    called = {alarm.kind: alarm.text for alarm in alarms.waiting(world.db)}
    assert f"ends on {sub.trial_ends_at:%-d %B %Y} instead" in called["trial.unwarned"]
    assert world.db.scalars(select(Audit.id).where(Audit.action == "trial.moved")).first()


@pytest.mark.parametrize("days", [7, 8, 30])
def test_a_reminder_that_came_in_time_moves_nothing(world, days):
    ada = world.member(email=ADA)
    world.offer.trial_days = days
    ends = world.start_trial(ada).trial_ends_at

    world.advance(days=days - 1, step=HALF_DAY)

    assert world.subscription(ada).trial_ends_at == ends
    assert kinds(world).count("trial_ending") == 1
