"""Whether everybody who was charged had been reminded in time."""

from __future__ import annotations

from reports import notice_coverage
from reports.notice_coverage import Coverage, Line
from reports.rates import Rate
from reports.records import Noticed, Record
from tests.reports.stories import at, changed, known, paid, trial

# each trial begins on 1 September 10:00; the charge is due on 1 October 10:00


def reminded(
    name: str,
    when: str,
    charge: str = "10-01 10:00",
    state: str = "accepted",
    minor: int | None = None,
    currency: str = "gbp",
) -> Noticed:
    return Noticed(
        key=f"{name} {when}" if state == "accepted" else f"{name} {when}:{state}",
        at=at(when),
        person=name,
        subscription=name,
        kind="trial_ending",
        state=state,
        charge_at=at(charge),
        minor=minor,
        currency=currency,
    )


def charged(name: str) -> list[Record]:
    return [trial(name, "09-01 10:00"), paid(name, "10-01 11:00")]


def drawn(*facts: Record) -> Coverage:
    return notice_coverage.drawn(known(*facts, as_of="12-01 00:00"))


def lines(found: Coverage) -> dict[str, list[str]]:
    return {str(line): [t.id for t in trials] for line, trials in found.lines.items() if trials}


def test_seven_days_to_the_minute_are_in_time_and_a_minute_less_is_late() -> None:
    found = drawn(
        *charged("A"),
        reminded("A", "09-24 10:00"),
        *charged("B"),
        reminded("B", "09-24 10:01"),
    )

    assert lines(found) == {"on_time": ["A"], "late": ["B"]}
    assert (found.rate, found.is_alarming) == (Rate(1, 2), False)


def test_a_reminder_of_another_date_is_late_and_one_that_bounced_is_none() -> None:
    found = drawn(
        *charged("A"),
        reminded("A", "09-20 10:00", charge="10-02 10:00"),
        *charged("B"),
        reminded("B", "09-20 10:00"),
        reminded("B", "09-20 10:00", state="bounced"),
    )

    assert lines(found) == {"late": ["A"], "missing": ["B"]}
    assert found.is_alarming


def test_a_reminder_that_told_another_sum_or_currency_is_late() -> None:
    # given four who are charged 6.99 pounds
    found = drawn(
        *(fact for name in "ABCD" for fact in charged(name)),
        reminded("A", "09-20 10:00", minor=699),
        reminded("B", "09-20 10:00", minor=499),
        reminded("C", "09-20 10:00", minor=699, currency="usd"),
        reminded("D", "09-20 10:00"),  # Stripe had not told what it would be
    )

    assert lines(found) == {"on_time": ["A", "D"], "late": ["B", "C"]}


def test_a_charge_that_was_moved_until_the_reminder_was_in_time_is_told_apart() -> None:
    found = drawn(
        trial("A", "09-01 10:00"),
        changed("A", "09-28 10:00", "extended", "10-05 10:00"),
        reminded("A", "09-28 10:00", charge="10-05 10:00"),
        paid("A", "10-05 11:00"),
    )

    assert lines(found) == {"moved": ["A"]}
    assert found.rate == Rate(1, 1)


def test_a_trial_that_was_never_charged_is_not_counted() -> None:
    assert drawn(trial("A", "09-01 10:00")).charged == ()


def test_trials_from_elsewhere_were_told_elsewhere() -> None:
    found = drawn(trial("A", "09-01 10:00", elsewhere=True), paid("A", "10-01 11:00"))

    assert ([t.id for t in found.elsewhere], found.charged) == (["A"], ())
    assert set(found.lines) == set(Line)
