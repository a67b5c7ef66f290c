"""Which film a trial is owed to."""

from __future__ import annotations

from fractions import Fraction

from reports import credit
from reports.credit import Credit, Film
from reports.rates import Rate
from reports.records import CheckoutOpened, OfferClicked, Played, Record, Visit
from tests.reports.stories import HORIZON, at, known, paid, trial


def saw(person: str, when: str, film: str) -> Visit:
    return Visit(key=f"{person} {film} {when}", at=at(when), person=person, film=film)


def pressed(person: str, when: str, film: str) -> OfferClicked:
    return OfferClicked(key=f"{person} {film} {when}", at=at(when), person=person, film=film)


def played(person: str, when: str, film: str, seconds: int = 120) -> Played:
    return Played(
        key=f"{person} {film} {when}", at=at(when), person=person, film=film, seconds=seconds
    )


def checkout(person: str, when: str, code_film: str | None = None) -> CheckoutOpened:
    return CheckoutOpened(
        key=f"{person} {when}", at=at(when), person=person, film=None, code_film=code_film
    )


def drawn(*facts: Record) -> Credit:
    return credit.drawn(known(*facts, as_of="12-01 00:00"), horizon=HORIZON)


def columns(found: Credit) -> dict[str, tuple[int, Fraction, int]]:
    return {f.slug: (len(f.deciding), f.assist, len(f.first_played)) for f in found.films}


def test_the_last_press_before_the_checkout_decides_and_looks_share_the_assist() -> None:
    found = drawn(
        saw("a", "09-01 10:00", "metropolis"),
        saw("a", "09-02 10:00", "nosferatu"),
        pressed("a", "09-01 10:05", "metropolis"),
        pressed("a", "09-02 10:05", "nosferatu"),
        checkout("a", "09-02 10:10"),
        pressed("a", "09-02 10:11", "metropolis"),
        trial("a", "09-02 10:20", film="metropolis"),
        played("a", "09-03 20:00", "safety-last"),
    )

    half = Fraction(1, 2)
    assert columns(found) == {
        "metropolis": (0, half, 0),
        "nosferatu": (1, half, 0),
        "safety-last": (0, Fraction(0), 1),
    }


def test_a_code_typed_at_the_checkout_beats_a_link() -> None:
    found = drawn(
        pressed("a", "09-02 10:05", "nosferatu"),
        checkout("a", "09-02 10:10", code_film="metropolis"),
        trial("a", "09-02 10:20"),
    )

    assert columns(found) == {"metropolis": (1, Fraction(1), 0), "none": (0, Fraction(0), 1)}


def test_a_link_pressed_more_than_thirty_days_before_decides_nothing() -> None:
    found = drawn(
        pressed("a", "08-01 10:05", "nosferatu"),
        checkout("a", "09-02 10:10"),
        trial("a", "09-02 10:20", film="metropolis"),
    )

    assert [film.slug for film in found.films if film.deciding] == ["metropolis"]


def test_the_first_film_played_for_two_minutes_inside_the_trial_counts() -> None:
    found = drawn(
        trial("a", "09-02 10:20"),
        played("a", "09-01 10:00", "too-early"),
        played("a", "09-03 10:00", "too-short", seconds=119),
        played("a", "09-04 10:00", "nosferatu"),
        trial("b", "09-02 10:20"),
        played("b", "10-02 10:20", "too-late"),
    )

    assert {f.slug: len(f.first_played) for f in found.films} == {"nosferatu": 1, "none": 1}


def test_each_column_sums_to_the_trials() -> None:
    found = drawn(
        saw("a", "09-01 10:00", "metropolis"),
        saw("a", "09-01 10:00", "nosferatu"),
        trial("a", "09-02 10:20", film="safety-last"),
        trial("b", "09-02 10:20"),
    )

    assert sum(len(film.deciding) for film in found.films) == 2
    assert sum((film.assist for film in found.films), Fraction(0)) == 2
    assert sum(len(film.first_played) for film in found.films) == 2


def test_films_are_ranked_by_the_rate_drawn_to_the_average() -> None:
    # "one" converts 1 of 1, "many" 8 of 12, "few" 1 of 11: 10 of 24 overall
    facts: list[Record] = []
    for film, size, won in (("one", 1, 1), ("many", 12, 8), ("few", 11, 1)):
        for number in range(size):
            facts.append(trial(f"{film}{number}", "07-01 10:00", film=film))
        facts += [paid(f"{film}{number}", "07-31 11:00") for number in range(won)]

    found = drawn(*facts)

    mean = Fraction(10, 24)
    assert [(f.slug, f.rate, f.score, f.is_judged) for f in ranked(found)] == [
        ("many", Rate(8, 12), (8 + 20 * mean) / 32, True),
        ("one", Rate(1, 1), (1 + 20 * mean) / 21, False),
        ("few", Rate(1, 11), (1 + 20 * mean) / 31, True),
    ]


def ranked(found: Credit) -> list[Film]:
    return [film for film in found.films if film.slug != "none"]
