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


def test_a_complimentary_right_opens_its_part_of_a_pause():
    pause, free = Span("pause", day(0), day(30)), Span("complimentary", day(10), day(12))

    calendar = time_ledger.laid_out([pause, free], [])

    assert calendar == [Span("pause", day(0), day(10)), free, Span("pause", day(12), day(30))]
    assert time_ledger.open_until(calendar, now=day(11)) == free


# --- what holds of any calendar ---

HOURS = 100 * 24
hours = st.integers(0, HOURS // 2).map(lambda number: timedelta(hours=number))
lengths = st.integers(1, HOURS // 2).map(lambda number: timedelta(hours=number))
spans = st.builds(
    lambda kind, first, length: Span(kind, START + first, START + first + length),
    st.sampled_from(PRECEDENCE),
    hours,
    lengths,
)
gifts = st.builds(
    lambda kind, first, length: Days(kind, START + first, length),
    st.sampled_from(["gift", "extension"]),
    hours,
    lengths,
)


def length_of(calendar):
    return sum((one.ends_at - one.starts_at for one in calendar), timedelta())


def claimed(dated):
    """The whole time that spans with dates of their own claim, overlaps once."""
    total, reached = timedelta(), START
    for one in sorted(dated, key=lambda one: one.starts_at):
        total += max(timedelta(), one.ends_at - max(one.starts_at, reached))
        reached = max(reached, one.ends_at)
    return total


@given(st.lists(spans, max_size=6), st.lists(gifts, max_size=6))
def test_no_time_is_lost_and_none_is_made_up(dated, counted):
    calendar = time_ledger.laid_out(dated, counted)

    given_days = sum((one.length for one in counted), timedelta())
    assert length_of(calendar) == claimed(dated) + given_days


@given(st.lists(spans, max_size=6), st.lists(gifts, max_size=6), st.randoms())
def test_a_calendar_does_not_depend_on_the_order_in_which_it_was_told(dated, counted, order):
    shuffled = order.sample(dated, len(dated)), order.sample(counted, len(counted))

    def whole(calendar):
        """Spans of one kind that touch are one: where they were cut says nothing."""
        joined = []
        for one in calendar:
            if joined and (joined[-1].kind, joined[-1].ends_at) == (one.kind, one.starts_at):
                one = Span(one.kind, joined.pop().starts_at, one.ends_at)
            joined.append(one)
        return joined

    assert whole(time_ledger.laid_out(*shuffled)) == whole(time_ledger.laid_out(dated, counted))


@given(st.lists(spans, max_size=6), gifts)
def test_a_gift_waits_only_while_somebody_else_has_the_time(dated, gift):
    calendar = time_ledger.laid_out(dated, [gift])

    last = max(one.ends_at for one in calendar if one.kind == gift.kind)
    reached = gift.starts_at
    for one in calendar:
        if one.ends_at > reached and one.starts_at < last:
            assert one.starts_at <= reached
            reached = one.ends_at


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
def test_every_dated_instant_belongs_to_the_first_kind_that_claims_it(dated, counted):
    calendar = time_ledger.laid_out(dated, counted)

    edges = {one.starts_at for one in [*dated, *calendar]}
    for instant in edges:
        claims = [one.kind for one in dated if one.starts_at <= instant < one.ends_at]
        given_to = [one.kind for one in calendar if one.starts_at <= instant < one.ends_at]
        if claims:
            assert given_to == [min(claims, key=PRECEDENCE.index)]


@given(st.lists(spans, max_size=4), st.lists(gifts, max_size=3), gifts)
def test_a_gift_more_never_ends_access_sooner(dated, counted, more):
    before = time_ledger.open_until(time_ledger.laid_out(dated, counted), now=day(0))
    after = time_ledger.open_until(time_ledger.laid_out(dated, [*counted, more]), now=day(0))

    if before is not None:
        assert after is not None
        assert after.ends_at >= before.ends_at
