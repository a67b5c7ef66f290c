"""What trials are owed to beside films, worked out by hand."""

from __future__ import annotations

from fractions import Fraction

from reports import origins
from reports.origins import Kind, Origins
from reports.periods import EVER
from reports.rates import Rate
from reports.records import CheckoutOpened, PartnerClicked, Record, Visit
from tests.reports.stories import HORIZON, at, known, paid, trial


def came(person: str, when: str, via: str | None = None, campaign: str | None = None) -> Visit:
    key = f"{person} {when}"
    return Visit(key=key, at=at(when), person=person, film="nosferatu", via=via, campaign=campaign)


def checkout(person: str, when: str, code: str | None = None) -> CheckoutOpened:
    return CheckoutOpened(key=f"{person} {when}", at=at(when), person=person, film=None, code=code)


def drawn(*facts: Record, as_of: str = "12-01 00:00") -> Origins:
    return origins.drawn(known(*facts, as_of=as_of), horizon=HORIZON, within=EVER)


def trials_by(found: Origins, kind: Kind) -> dict[str, int]:
    return {row.name: len(row.starts) for row in found.of(kind)}


def test_the_last_link_before_the_checkout_counts() -> None:
    found = drawn(
        came("a", "09-01 10:00", "newsletter", "july"),
        came("a", "09-02 10:00", "radio"),
        came("a", "09-02 11:00"),
        checkout("a", "09-02 12:00"),
        came("a", "09-02 12:05", "too-late"),
        trial("a", "09-02 12:10"),
    )

    assert trials_by(found, Kind.SOURCE) == {"radio": 1, "newsletter": 0, "none": 0, "too-late": 0}
    assert trials_by(found, Kind.CAMPAIGN) == {"none": 1, "july": 0}


def test_a_link_of_more_than_thirty_days_ago_counts_no_more() -> None:
    found = drawn(
        came("a", "08-01 10:00", "newsletter"),
        trial("a", "08-31 10:01"),
        came("b", "08-01 10:00", "newsletter"),
        trial("b", "08-31 10:00"),
    )

    assert trials_by(found, Kind.SOURCE) == {"newsletter": 1, "none": 1}


def test_a_code_typed_at_the_checkout_beats_a_link() -> None:
    found = drawn(
        came("a", "09-01 10:00", "newsletter", "july"),
        checkout("a", "09-01 10:05", code="RADIO20"),
        trial("a", "09-01 10:10", offer="monthly"),
        trial("b", "09-01 10:10", offer="yearly"),
    )

    assert trials_by(found, Kind.CODE) == {"RADIO20": 1, "none": 1}
    assert trials_by(found, Kind.SOURCE) == {"by a code": 1, "none": 1, "newsletter": 0}
    assert trials_by(found, Kind.CAMPAIGN) == {"by a code": 1, "none": 1, "july": 0}
    assert trials_by(found, Kind.OFFER) == {"monthly": 1, "yearly": 1}


def test_a_source_has_a_start_rate_a_conversion_and_their_product() -> None:
    # five came by radio: a and b began within a week, c on the eighth day, d never, e is too new;
    # of the three trials owed to it a and c paid
    found = drawn(
        *(came(name, "09-01 10:00", "radio") for name in "abcd"),
        came("e", "11-28 10:00", "radio"),
        trial("a", "09-01 11:00"),
        trial("b", "09-08 10:00"),
        trial("c", "09-08 10:01"),
        paid("a", "10-01 12:00"),
        paid("c", "10-08 12:00"),
    )
    radio = found.row(Kind.SOURCE, "radio")

    assert radio is not None
    assert (len(radio.came), radio.start_rate, radio.rate) == (5, Rate(2, 4), Rate(2, 3))
    assert radio.overall == Fraction(1, 3)


def test_a_rate_of_nobody_has_no_product() -> None:
    found = drawn(came("a", "09-01 10:00", "radio")).row(Kind.SOURCE, "radio")

    assert found is not None
    assert (found.start_rate, found.overall) == (Rate(0, 1), None)


def test_partners_are_counted_by_the_people_whom_their_offers_led_away() -> None:
    def click(person: str, when: str, offer: str) -> PartnerClicked:
        return PartnerClicked(key=f"{person} {when}", at=at(when), person=person, offer=offer)

    found = drawn(
        click("a", "09-01 10:00", "kino"),
        click("a", "09-02 10:00", "kino"),
        click("b", "09-02 10:00", "kino"),
        click("b", "09-02 10:00:01", "arthouse"),
    )

    counts = [(one.offer, [click.person for click in one.clicked]) for one in found.partners]
    assert counts == [("arthouse", ["b"]), ("kino", ["a", "b"])]
