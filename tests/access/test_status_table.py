"""Every row of the status table, and what holds for any subscriptions whatever."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.status_table import Bill, Held, Policy, Right, access

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
END = NOW + 30 * DAY
RULES = Policy(grace_first_charge=3 * DAY, grace_renewal=21 * DAY, retries=30 * DAY)
FREE = Bill(NOW - 30 * DAY, total_minor=0, paid=True)
PAID = Bill(NOW, total_minor=699, paid=True)
OWED = Bill(NOW + DAY, total_minor=699, paid=False)
ACTIVE = Held("active", period_starts_at=NOW, period_ends_at=END, bills=(PAID,))


def of(held: Held, rules: Policy = RULES) -> Right | None:
    return access([held], rules)


def test_a_trial_may_be_watched_until_three_hours_after_its_end():
    assert of(Held("trialing", trial_ends_at=END)) == Right(END + 3 * HOUR, "trialing")


def test_a_cancelled_trial_may_be_watched_until_its_end_and_no_longer():
    held = Held("trialing", trial_ends_at=END, leaves_at=END)

    assert of(held) == Right(END, "trialing")


def test_a_trial_set_to_end_sooner_may_be_watched_until_then():
    held = Held("trialing", trial_ends_at=END, leaves_at=END - DAY)

    assert of(held) == Right(END - DAY, "trialing")


def test_a_trial_without_an_end_gives_nothing():
    assert of(Held("trialing")) is None


def test_an_active_subscription_may_be_watched_until_a_day_after_its_period():
    assert of(ACTIVE) == Right(END + DAY, "active")


def test_an_active_subscription_set_to_end_may_be_watched_until_that_date():
    held = Held("active", period_ends_at=END, leaves_at=END - 2 * DAY)

    assert of(held) == Right(END - 2 * DAY, "active")


def test_an_active_subscription_without_a_period_gives_nothing():
    assert of(Held("active")) is None


def test_a_failed_renewal_is_forgiven_for_twenty_one_days():
    held = Held("past_due", failing_since=NOW + DAY, bills=(PAID, OWED))

    assert of(held) == Right(NOW + 22 * DAY, "past_due")


def test_a_failed_first_charge_is_forgiven_for_three_days():
    held = Held("past_due", failing_since=NOW + DAY, bills=(FREE, OWED))

    assert of(held) == Right(NOW + 4 * DAY, "past_due")


def test_a_payment_that_fails_behind_a_pause_opens_nothing():
    paused = Bill(NOW + DAY, total_minor=699, paid=False, left_out=True)
    owed = Bill(NOW + 2 * DAY, total_minor=699, paid=False)
    held = Held("past_due", failing_since=NOW + 2 * DAY, bills=(PAID, paused, owed))

    assert of(held) is None


def test_a_payment_that_fails_a_month_after_a_pause_is_forgiven_like_any_other():
    paused = Bill(NOW - DAY, total_minor=699, paid=False, left_out=True)
    held = Held("past_due", failing_since=NOW + DAY, bills=(paused, PAID, OWED))

    assert of(held) == Right(NOW + 22 * DAY, "past_due")


def test_what_was_left_out_since_a_payment_failed_takes_nothing_away():
    left_out = Bill(NOW + 3 * DAY, total_minor=699, paid=False, left_out=True)
    held = Held("past_due", failing_since=NOW + DAY, bills=(PAID, OWED, left_out))

    assert of(held) == Right(NOW + 22 * DAY, "past_due")


@pytest.mark.parametrize("before", [PAID, FREE])
def test_grace_never_outlives_the_last_try_of_the_payment(before):
    held = Held("past_due", failing_since=NOW + DAY, bills=(before, OWED))

    assert of(held, replace(RULES, retries=2 * DAY)) == Right(NOW + 3 * DAY, "past_due")


def test_grace_never_outlives_the_date_at_which_a_subscription_is_set_to_end():
    held = Held("past_due", failing_since=NOW, leaves_at=NOW + 2 * DAY, bills=(PAID, OWED))

    assert of(held) == Right(NOW + 2 * DAY, "past_due")


def test_a_failure_that_nobody_has_dated_gives_nothing():
    assert of(Held("past_due", bills=(PAID,))) is None


@pytest.mark.parametrize(
    "status", ["unpaid", "paused", "incomplete", "incomplete_expired", "canceled"]
)
def test_a_subscription_that_brings_no_money_gives_nothing(status):
    held = Held(status, trial_ends_at=END, period_starts_at=NOW, period_ends_at=END, bills=(PAID,))

    assert of(held) is None


def test_a_pause_without_charges_may_be_watched_until_the_paid_period_ends():
    held = Held("active", period_starts_at=NOW, period_ends_at=END, pause="void", bills=(PAID,))

    assert of(held) == Right(END, "paused")


def test_a_pause_that_has_reached_an_unpaid_period_ended_when_that_began():
    begun = NOW + DAY
    void = Bill(begun, total_minor=699, paid=False)
    held = Held(
        "active", period_starts_at=begun, period_ends_at=END, pause="void", bills=(PAID, void)
    )

    assert of(held) == Right(begun, "paused")


def test_a_pause_of_a_subscription_set_to_end_never_outlives_that_date():
    held = Held(
        "active",
        period_starts_at=NOW,
        period_ends_at=END,
        leaves_at=END - DAY,
        pause="void",
        bills=(PAID,),
    )

    assert of(held) == Right(END - DAY, "paused")


@pytest.mark.parametrize("bounds", [{"period_starts_at": NOW}, {"period_ends_at": END}])
def test_a_pause_without_a_period_gives_nothing(bounds):
    assert of(Held("active", pause="void", bills=(PAID,), **bounds)) is None


@pytest.mark.parametrize("pause", ["keep_as_draft", "mark_uncollectible"])
def test_a_pause_that_is_meant_as_a_gift_may_be_watched_like_an_active_one(pause):
    held = Held("active", period_starts_at=NOW, period_ends_at=END, pause=pause)

    assert of(held) == Right(END + DAY, "active")


@pytest.mark.parametrize("dispute", ["needs_response", "under_review", "lost", "invented_later"])
def test_a_disputed_charge_closes_the_gate_until_it_is_won(dispute):
    bill = Bill(NOW, total_minor=699, paid=True, dispute=dispute)

    assert of(Held("active", period_ends_at=END, bills=(bill, OWED))) is None


@pytest.mark.parametrize(
    "dispute", ["won", "prevented", "warning_needs_response", "warning_closed"]
)
def test_a_dispute_that_took_no_money_changes_nothing(dispute):
    bill = Bill(NOW, total_minor=699, paid=True, dispute=dispute)

    assert of(Held("active", period_ends_at=END, bills=(bill,))) == Right(END + DAY, "active")


def test_a_full_refund_of_the_newest_payment_ends_access_where_the_operator_wants_it():
    bill = Bill(NOW, total_minor=699, paid=True, paid_back=True)
    held = Held("active", period_ends_at=END, bills=(FREE, bill, OWED))
    kind = replace(RULES, refund_ends_access=False)

    assert of(held) is None
    assert of(held, kind) == Right(END + DAY, "active")


def test_a_refund_of_an_older_payment_changes_nothing():
    older = Bill(NOW - 30 * DAY, total_minor=699, paid=True, paid_back=True)

    held = Held("active", period_ends_at=END, bills=(older, PAID))

    assert of(held) == Right(END + DAY, "active")


def test_of_several_subscriptions_the_latest_right_counts():
    ended = Held("canceled", period_ends_at=END)
    trial = Held("trialing", trial_ends_at=NOW + DAY)

    assert access([ended, trial, ACTIVE], RULES) == Right(END + DAY, "active")
    assert access([], RULES) is None


# --- what holds for any subscriptions ---

KNOWN = ("trialing", "active", "past_due")
instants = st.none() | st.integers(0, 730).map(lambda days: NOW + days * DAY)
bills = st.builds(
    Bill,
    created_at=instants.filter(bool),
    total_minor=st.sampled_from([0, 699]),
    paid=st.booleans(),
    paid_back=st.booleans(),
    dispute=st.none() | st.sampled_from(["won", "needs_response", "odd"]),
)


def helds(statuses):
    return st.builds(
        Held,
        status=statuses,
        trial_ends_at=instants,
        period_starts_at=instants,
        period_ends_at=instants,
        leaves_at=instants,
        pause=st.none() | st.sampled_from(["void", "keep_as_draft", "mark_uncollectible"]),
        failing_since=instants,
        bills=st.lists(bills, max_size=3).map(tuple),
    )


usual = helds(st.sampled_from([*KNOWN, "unpaid", "paused", "canceled"]))
strange = helds(st.text(max_size=12).filter(lambda status: status not in KNOWN))
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


def until(held):
    right = access(held, RULES)
    return right.until if right else EARLIEST


@given(strange)
def test_a_status_that_nobody_has_heard_of_never_gives_a_right(held):
    assert access([held], RULES) is None


@given(st.lists(usual, max_size=4))
def test_several_subscriptions_give_what_the_best_of_them_gives(found):
    assert until(found) == max((until([one]) for one in found), default=EARLIEST)


@given(st.lists(usual, max_size=3), usual, st.randoms())
def test_one_subscription_more_never_takes_anything_away_in_whatever_order(found, more, dice):
    shuffled = [*found, more]
    dice.shuffle(shuffled)

    assert until(shuffled) >= until(found)
    assert until(shuffled) == until([*found, more])


@given(usual, st.timedeltas(timedelta(), timedelta(days=400)))
def test_a_later_end_of_what_was_promised_never_ends_access_sooner(held, more):
    later = {
        name: getattr(held, name) + more if getattr(held, name) else None
        for name in ("trial_ends_at", "period_ends_at", "leaves_at", "failing_since")
    }

    assert until([Held(**{**held.__dict__, **later})]) >= until([held])


@given(usual)
def test_nobody_may_watch_longer_than_the_date_at_which_a_subscription_is_set_to_end(held):
    if held.leaves_at is not None:
        assert until([held]) <= held.leaves_at
