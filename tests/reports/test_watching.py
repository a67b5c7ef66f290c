"""What was watched, worked out by hand."""

from __future__ import annotations

from reports import periods, watching
from reports.periods import Period
from tests.reports.stories import at, known, trial
from tests.reports.test_credit import played


def test_a_film_has_viewers_those_in_a_trial_and_all_the_time_that_was_played() -> None:
    # a watches twice, first inside the trial; b only after theirs was over; c for half a minute;
    # d before the period
    facts = (
        trial("a", "09-01 10:00"),
        trial("b", "08-01 10:00"),
        played("a", "09-02 10:00", "nosferatu", 3600),
        played("a", "09-03 10:00", "nosferatu", 60),
        played("b", "09-02 11:00", "nosferatu", 120),
        played("c", "09-02 12:00", "nosferatu", 30),
        played("c", "09-02 13:00", "metropolis", 240),
        played("d", "08-31 10:00", "metropolis", 240),
    )
    september = Period(periods.instant("2026-09-01T00:00Z"), at("10-01 00:00"))

    found = watching.drawn(known(*facts, as_of="12-01 00:00"), within=september)

    rows = [
        (f.slug, [p.person for p in f.viewers], [p.person for p in f.in_trial], f.plays, f.seconds)
        for f in found.films
    ]
    assert rows == [
        ("nosferatu", ["a", "b"], ["a"], 4, 3810),
        ("metropolis", ["c"], [], 1, 240),
    ]
    assert [play.person for play in found.viewers] == ["a", "b", "c"]
