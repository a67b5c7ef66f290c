"""The eight steps, their order and their windows."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from reports import funnel, periods, records
from reports.funnel import Funnel
from reports.rates import Rate
from reports.records import (
    AccountMade,
    CheckoutOpened,
    OfferClicked,
    OfferSeen,
    Played,
    Record,
    Visit,
)
from tests.reports.stories import HORIZON, at, known, paid, trial

SEPTEMBER = periods.days(periods.day("2026-09-01"), periods.day("2026-09-30"), ZoneInfo("UTC"))


def looked(person: str, when: str, film: str = "nosferatu", **over: str) -> Visit:
    return Visit(key=f"{person} {when}", at=at(when), person=person, film=film, **over)


def pressed(person: str, when: str, film: str = "nosferatu") -> list[Record]:
    here = {"person": person, "film": film}
    moment = at(when)
    return [
        OfferSeen(key=f"{person} {when} s", at=moment, **here),
        OfferClicked(key=f"{person} {when} c", at=moment + timedelta(minutes=1), **here),
    ]


def signed_up(person: str, when: str) -> list[Record]:
    moment = at(when)
    return [
        AccountMade(key=f"{person} a", at=moment, person=person),
        CheckoutOpened(
            key=f"{person} o", at=moment + timedelta(minutes=2), person=person, film=None
        ),
    ]


def played(person: str, when: str, seconds: int = 120) -> Played:
    return Played(
        key=f"{person} {when} p", at=at(when), person=person, film="nosferatu", seconds=seconds
    )


def whole_way(person: str) -> list[Record]:
    return [
        looked(person, "09-02 10:00"),
        *pressed(person, "09-02 10:05"),
        *signed_up(person, "09-02 10:10"),
        trial(person, "09-02 10:20"),
        played(person, "09-03 20:00"),
        paid(person, "10-02 11:20"),
    ]


def drawn(*facts: Record, as_of: str = "12-01 00:00", film: str | None = None) -> Funnel:
    return funnel.drawn(known(*facts, as_of=as_of), within=SEPTEMBER, horizon=HORIZON, film=film)


def counts(found: Funnel) -> list[int]:
    return [len(row.people) for row in found.rows]


def test_somebody_who_goes_the_whole_way_is_counted_at_every_step() -> None:
    found = drawn(*whole_way("a"), looked("b", "09-05 10:00"))

    assert counts(found) == [2, 1, 1, 1, 1, 1, 1, 1]
    assert [row.of_first for row in found.rows[:2]] == [Rate(2, 2), Rate(1, 2)]
    assert found.rows[5].of_before == Rate(1, 1)


def test_a_step_has_the_median_of_the_times_it_took() -> None:
    found = drawn(*whole_way("a"), looked("b", "09-05 10:00"), *pressed("b", "09-05 10:15"))

    assert found.rows[1].median_time == timedelta(minutes=10)  # 5 and 15
    assert found.rows[0].median_time is None


def test_steps_count_in_their_order_and_others_may_lie_between() -> None:
    too_early = pressed("a", "09-01 09:00")
    later = [looked("a", "09-02 10:00"), looked("a", "09-02 10:30"), *signed_up("a", "09-02 11:00")]

    assert counts(drawn(*too_early, *later)) == [1, 0, 0, 0, 0, 0, 0, 0]
    assert counts(drawn(*too_early, *later, *pressed("a", "09-02 10:40"))) == [
        1,
        1,
        1,
        1,
        1,
        0,
        0,
        0,
    ]


def test_a_person_is_counted_once_from_their_first_look() -> None:
    again = [looked("a", "09-20 10:00"), *pressed("a", "09-20 10:05")]

    # the press comes 18 days after the first look: outside the seven days
    assert counts(drawn(looked("a", "09-02 10:00"), *again))[:2] == [1, 0]


def test_a_trial_must_begin_within_seven_days_of_the_first_look() -> None:
    way = [looked("a", "09-02 10:00"), *pressed("a", "09-02 10:05"), *signed_up("a", "09-02 10:10")]

    assert counts(drawn(*way, trial("a", "09-09 10:00")))[5] == 1
    assert counts(drawn(*way, trial("a", "09-09 10:00:01")))[5] == 0


def test_a_trial_in_the_very_second_of_its_checkout_comes_after_it() -> None:
    # Stripe tells 10:12:00 for a trial that began at 10:12:00.7, half a second after the checkout
    way = [looked("a", "09-02 10:00"), *pressed("a", "09-02 10:05")]
    quick = signed_up("a", "09-02 10:10:00.200")

    found = drawn(*way, *quick, trial("a", "09-02 10:12:00"))

    assert counts(found)[5] == 1
    assert found.rows[5].median_time == timedelta()


def test_a_film_played_for_less_than_two_minutes_is_not_played() -> None:
    facts = [fact for fact in whole_way("a") if not isinstance(fact, Played)]

    assert counts(drawn(*facts, played("a", "09-03 20:00", seconds=119)))[6:] == [0, 0]


def test_whoever_still_has_time_is_shown_as_open() -> None:
    way = [looked("a", "09-02 10:00"), *pressed("a", "09-02 10:05")]

    def waiting(as_of: str) -> list[int]:
        return [len(row.open) for row in drawn(*way, as_of=as_of).rows]

    assert waiting("09-09 09:59") == [0, 0, 0, 1, 0, 0, 0, 0]
    assert waiting("09-09 10:00") == [0, 0, 0, 0, 0, 0, 0, 0]


def test_a_films_own_funnel_begins_at_its_page_and_with_its_offer() -> None:
    facts = [*whole_way("a"), looked("b", "09-05 10:00", "metropolis")]

    assert counts(drawn(*facts, film="metropolis"))[:3] == [1, 0, 0]
    assert counts(drawn(*facts, film="nosferatu"))[:3] == [1, 1, 1]


def test_robots_are_left_out_by_name_and_by_pace_and_are_listed() -> None:
    named = looked("crawler", "09-05 10:00", agent="Mozilla/5.0 (compatible; Examplebot/2.1)")
    quick = [looked("quick", f"09-05 10:00:{second:02}") for second in range(60)]
    eager = [looked("eager", f"09-05 10:00:{second:02}") for second in range(59)]

    found = drawn(named, *quick, *eager)

    assert [walk.person for walk in found.rows[0].people] == ["eager"]
    assert found.robots == ("crawler", "quick")


def test_a_source_keeps_the_people_whose_first_visit_came_from_there() -> None:
    facts = [
        looked("a", "09-02 10:00", source="newsletter"),
        looked("a", "09-03 10:00", source="search"),
        looked("b", "09-02 10:00", source="search"),
        looked("c", "09-02 10:00"),
    ]
    found = known(*facts, as_of="12-01 00:00")

    def people(source: str) -> list[str]:
        kept = records.only_from(found, source)
        rows = funnel.drawn(kept, within=SEPTEMBER, horizon=HORIZON).rows
        return [walk.person for walk in rows[0].people]

    assert [people(source) for source in ("newsletter", "search", "")] == [["a"], ["b"], ["c"]]


def test_whoever_has_an_account_when_they_press_has_passed_that_step() -> None:
    # an account of August; in September they look, press and open the checkout
    [account, _] = signed_up("a", "08-01 10:00")
    checkout = CheckoutOpened(key="o", at=at("09-02 10:20"), person="a", film=None)

    found = drawn(account, looked("a", "09-02 10:00"), *pressed("a", "09-02 10:05"), checkout)

    assert counts(found)[:6] == [1, 1, 1, 1, 1, 0]
    assert found.rows[3].median_time == timedelta()
