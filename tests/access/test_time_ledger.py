"""The calendar of a member's time: precedence, days that wait, and what holds of any calendar."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from access import time_ledger
from access.time_ledger import PRECEDENCE, Days, Span

START = datetime(2026, 11, 1, tzinfo=UTC)


def day(number):
    return START + timedelta(days=number)


def test_a_gift_waits_until_what_was_paid_for_has_ended():
    paid, gift = Span("paid", day(0), day(30)), Days("gift", day(10), timedelta(days=7))

    assert time_ledger.laid_out([paid], [gift]) == [paid, Span("gift", day(30), day(37))]


def test_days_that_are_interrupted_go_on_afterwards():
    pause, gift = Span("pause", day(3), day(5)), Days("gift", day(0), timedelta(days=7))

    assert time_ledger.laid_out([pause], [gift]) == [
        Span("gift", day(0), day(3)),
        pause,
        Span("gift", day(5), day(9)),
    ]


def test_paid_time_comes_before_a_trial_and_both_before_a_complimentary_right():
    spans = [
        Span("complimentary", day(0), day(40)),
        Span("trial", day(0), day(10)),
        Span("paid", day(8), day(20)),
    ]

    assert time_ledger.laid_out(spans, []) == [
        Span("trial", day(0), day(8)),
        Span("paid", day(8), day(20)),
        Span("complimentary", day(20), day(40)),
    ]


def test_an_extension_follows_the_trial_and_then_the_gift():
    trial = Span("trial", day(0), day(30))
    extension = Days("extension", day(5), timedelta(days=3))
    gift = Days("gift", day(6), timedelta(days=2))

    assert time_ledger.laid_out([trial], [gift, extension]) == [
        trial,
        Span("extension", day(30), day(33)),
        Span("gift", day(33), day(35)),
    ]


def test_one_may_watch_to_the_end_of_unbroken_time_and_not_beyond_a_gap():
    calendar = [
        Span("trial", day(0), day(10)),
        Span("gift", day(10), day(12)),
        Span("complimentary", day(20), day(30)),
    ]

    assert time_ledger.open_until(calendar, now=day(1)) == calendar[1]
    assert time_ledger.open_until(calendar, now=day(15)) is None
    assert time_ledger.open_until(calendar, now=day(25)) == calendar[2]


def test_nobody_watches_in_a_pause():
    calendar = [Span("pause", day(0), day(5)), Span("gift", day(5), day(6))]

    assert time_ledger.open_until(calendar, now=day(1)) is None
    assert time_ledger.open_until(calendar, now=day(5)) == calendar[1]


# --- what holds of any calendar ---

spans = st.builds(
    lambda kind, first, length: Span(kind, day(first), day(first + length)),
    st.sampled_from(PRECEDENCE),
    st.integers(0, 60),
    st.integers(1, 40),
)
gifts = st.builds(
    lambda kind, first, length: Days(kind, day(first), timedelta(days=length)),
    st.sampled_from(["gift", "extension"]),
    st.integers(0, 60),
    st.integers(1, 40),
)


@given(st.lists(spans, max_size=5), st.lists(gifts, max_size=5))
def test_no_instant_is_given_twice(dated, counted):
    calendar = time_ledger.laid_out(dated, counted)

    assert all(one.starts_at < one.ends_at for one in calendar)
    for one, next_ in pairwise(calendar):
        assert one.ends_at <= next_.starts_at


@given(st.lists(spans, max_size=5), st.lists(gifts, max_size=5))
def test_every_counted_day_is_given_whole_and_never_before_its_time(dated, counted):
    calendar = time_ledger.laid_out(dated, counted)

    for kind in ("gift", "extension"):
        laid = [one for one in calendar if one.kind == kind]
        asked = [one for one in counted if one.kind == kind]
        total = sum((one.ends_at - one.starts_at for one in laid), timedelta())
        assert total == sum((one.length for one in asked), timedelta())
        first = min((one.starts_at for one in asked), default=START)
        assert all(one.starts_at >= first for one in laid)


@given(st.lists(spans, max_size=5), st.lists(gifts, max_size=5))
def test_every_dated_day_belongs_to_the_first_kind_that_claims_it(dated, counted):
    calendar = time_ledger.laid_out(dated, counted)

    for number in range(101):
        noon = day(number) + timedelta(hours=12)
        claims = [one.kind for one in dated if one.starts_at <= noon < one.ends_at]
        given_to = [one.kind for one in calendar if one.starts_at <= noon < one.ends_at]
        if claims:
            assert given_to == [min(claims, key=PRECEDENCE.index)]


@given(st.lists(spans, max_size=4), st.lists(gifts, max_size=3), gifts)
def test_a_gift_more_never_ends_access_sooner(dated, counted, more):
    before = time_ledger.open_until(time_ledger.laid_out(dated, counted), now=day(0))
    after = time_ledger.open_until(time_ledger.laid_out(dated, [*counted, more]), now=day(0))

    if before is not None:
        assert after is not None
        assert after.ends_at >= before.ends_at
