"""The calendar of charges, worked out by hand."""

from __future__ import annotations

from fractions import Fraction
from zoneinfo import ZoneInfo

from reports import charges
from reports.charges import Calendar
from reports.rates import Rate
from reports.records import Record
from tests.reports.stories import WINDOW, changed, ended, known, paid, paused, trial


def drawn(*facts: Record, as_of: str = "09-01 00:00") -> Calendar:
    return charges.drawn(known(*facts, as_of=as_of), window=WINDOW)


def listed(found: Calendar) -> list[tuple[str, str, bool]]:
    return [(f"{due.at:%m-%d}", due.person, due.is_first) for due in found.due]


def test_the_charges_of_sixty_days_are_first_ones_and_renewals() -> None:
    # A's trial ends on 20 September; B paid on 15 August and pays each month; C pays yearly from
    # 1 October of the year before; D has left; E's trial ends in 61 days
    found = drawn(
        trial("A", "08-21 10:00"),
        paid("B", "08-15 10:00"),
        paid("C", "01-01 10:00", 9990, interval="year"),
        paid("D", "08-20 10:00"),
        ended("D", "08-25 10:00", "voluntary"),
        trial("E", "08-31 10:00", days=62),
    )

    assert listed(found) == [
        ("09-15", "B", False),
        ("09-20", "A", True),
        ("10-15", "B", False),
    ]


def test_a_pause_leaves_its_charges_out_from_the_press_on() -> None:
    # A pays on the 15th of each month and has paused until 15 October, B until further notice; C
    # has taken the pause back
    facts = [
        paid("A", "08-15 10:00"),
        changed("A", "08-20 10:00", "paused", until="10-15 09:00"),
        paid("B", "08-16 10:00"),
        changed("B", "08-20 10:00", "paused"),
        paid("C", "08-17 10:00"),
        changed("C", "08-20 10:00", "paused", until="10-17 09:00"),
        changed("C", "08-21 10:00", "unpaused"),
    ]

    # then the paid month is charged again once the pause is over, before it begins as after
    assert listed(drawn(*facts)) == [
        ("09-17", "C", False),
        ("10-15", "A", False),
        ("10-17", "C", False),
    ]
    begun = drawn(
        *facts, paused("A", "09-15 10:00"), paused("B", "09-16 10:00"), as_of="09-20 00:00"
    )
    assert [each for each in listed(begun) if each[1] != "C"] == [
        ("10-15", "A", False),
        ("11-15", "A", False),
    ]


def test_a_pause_whose_end_nobody_knows_leaves_nothing_to_charge_once_it_has_begun() -> None:
    found = drawn(paid("A", "07-25 10:00"), paused("A", "08-25 10:00"))

    assert listed(found) == []


def test_a_trial_costs_its_own_price_or_what_its_offer_did_last() -> None:
    found = drawn(
        trial("A", "08-21 10:00", price_minor=499, currency="usd"),
        trial("B", "08-22 10:00", offer="monthly"),
        trial("C", "06-01 10:00", offer="monthly"),
        paid("C", "07-01 10:00", 699, tax_minor=116),
        ended("C", "07-20 10:00", "voluntary"),
        trial("D", "08-23 10:00", offer="new"),
    )

    assert [(due.person, due.currency, due.minor) for due in found.due] == [
        ("A", "usd", 499),
        ("B", "gbp", 583),
        ("D", "", 0),
    ]


def history() -> list[Record]:
    """Twenty trials of 1 May that stood at 18 May, two weeks ahead of their charge on 31 May;
    twelve paid. Ten more had been set to cancel on 10 May; one of these paid after all."""
    facts: list[Record] = []
    for number in range(20):
        facts.append(trial(f"s{number}", "05-01 10:00"))
        if number < 12:
            facts.append(paid(f"s{number}", "06-02 10:00"))
        facts.append(ended(f"s{number}", "06-05 10:00", "voluntary"))
    for number in range(10):
        facts += [
            trial(f"c{number}", "05-01 10:00"),
            changed(f"c{number}", "05-10 10:00", "cancel set"),
        ]
        facts.append(ended(f"c{number}", "05-31 10:00", "voluntary"))
    facts.append(paid("c0", "05-31 10:00"))
    return facts


def test_a_chance_is_how_often_such_charges_were_paid() -> None:
    # 31 July is 74 days after 18 May: the last instant of which everything is known
    running = trial("A", "07-14 10:00")
    leaving = trial("B", "07-14 10:00")
    found = drawn(
        *history(),
        running,
        leaving,
        changed("B", "07-20 10:00", "cancel set"),
        as_of="07-31 00:00",
    )

    assert {due.person: due.chance for due in found.due} == {"A": Rate(12, 20), "B": Rate(1, 10)}


def test_a_charge_is_compared_with_those_that_stood_as_far_ahead() -> None:
    # four weeks ahead, on 4 May, nobody had left yet: thirty stood, thirteen of them paid
    found = drawn(*history(), trial("A", "07-26 10:00"), as_of="07-31 00:00")

    assert [due.chance for due in found.due] == [Rate(13, 30)]


def test_a_charge_like_which_few_were_seen_is_judged_by_a_wider_sort() -> None:
    # six weeks ahead none was seen: thirty stood on 4 May, the twenty on 11 and on 18 May
    found = drawn(*history(), trial("A", "07-26 10:00", days=45), as_of="07-31 00:00")

    assert [due.chance for due in found.due] == [Rate(13 + 12 + 12, 30 + 20 + 20)]


def test_nothing_is_expected_where_nothing_like_it_was_seen() -> None:
    found = drawn(trial("A", "08-21 10:00"))

    assert ([due.person for due in found.unjudged], found.due[0].expected) == (["A"], Fraction(0))


def test_what_to_expect_of_a_day_is_known_where_a_charge_like_one_of_its_own_was_seen() -> None:
    seen = drawn(*history(), trial("A", "07-14 10:00"), as_of="07-31 00:00")
    unseen = drawn(trial("A", "08-21 10:00", price_minor=499, currency="usd"))

    (day,) = charges.days(seen, ZoneInfo("UTC"))
    (other,) = charges.days(unseen, ZoneInfo("UTC"))
    assert (day.is_known(), other.is_known(), other.is_known("usd")) == (True, False, False)
    assert other.is_known("gbp")  # nothing falls due in it


def test_the_last_calendar_whose_outcome_is_known_is_held_to_it() -> None:
    # drawn on 18 July for twenty trials of that month, when of May only 5 May could be judged:
    # thirty stood there and thirteen paid. Nine of the twenty did.
    july: list[Record] = []
    for number in range(20):
        july.append(trial(f"j{number}", "07-01 10:00"))
        if number < 9:
            july.append(paid(f"j{number}", "07-31 10:00"))
    found = drawn(*history(), *july, as_of="09-30 00:00")

    assert f"{found.past.at:%m-%d}" == "07-18"
    assert (len(found.past.due), len(found.past.paid)) == (20, 9)
    assert (found.past.expected, found.past.error) == (Fraction(26, 3), Fraction(-1, 27))


def test_an_error_is_out_of_what_was_paid() -> None:
    past = charges.Past(
        known(as_of="07-18 00:00").as_of,
        due=(),
        paid=drawn(paid("B", "08-15 10:00")).due,
    )

    assert (past.expected, past.error) == (Fraction(0), Fraction(-1))
