"""The one sentence of terms: its price, its days in the reader's zone, its two wordings."""

from datetime import UTC, date, datetime, timedelta

import pytest

from billing import terms
from billing.charge_calendar import Discount
from billing.models import Offer

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def offer(**over):
    usual = {"amount_minor": 699, "currency": "gbp", "interval": "month", "trial_days": 30}
    return Offer(code="standard", name="Matinee", **{**usual, **over})


def test_the_terms_name_the_price_the_day_and_the_way_out():
    told = terms.of(offer(), now=NOON)

    assert told.sentence == (
        "Then £6.99 a month plus tax where due, until you cancel. "
        "Cancel online before 22 December 2026 and you pay nothing."
    )
    assert told.promise == (
        "Free until 22 December 2026, then £6.99 a month, plus tax where due, until you cancel. "
        "Cancel any time online."
    )
    assert told.button == "Start free trial, then £6.99 a month"


def test_the_days_are_counted_to_the_second_and_the_reminder_seven_and_a_half_before():
    told = terms.of(offer(), now=NOON)

    assert told.charge_at == NOON + timedelta(days=30)
    assert told.free_until == date(2026, 12, 22)
    assert told.reminder_on == date(2026, 12, 15)


@pytest.mark.parametrize(
    ("zone", "day"), [("Pacific/Kiritimati", 23), ("Etc/GMT+12", 21), ("Europe/London", 22)]
)
def test_a_day_is_the_readers_own(zone, day):
    late = datetime(2026, 11, 22, 11 if zone == "Etc/GMT+12" else 12, tzinfo=UTC)

    assert terms.of(offer(), now=late, zone=zone).free_until == date(2026, 12, day)


@pytest.mark.parametrize(("days", "at"), [(1, "22T12"), (5, "22T12"), (7, "22T12"), (8, "23T00")])
def test_the_reminder_of_a_short_trial_goes_out_as_it_begins(days, at):
    told = terms.of(offer(trial_days=days), now=NOON)

    assert (told.reminder_on.day, told.reminded_at_start) == (int(at[:2]), days <= 7)
    assert f"2026-11-{at}:00:00+00:00" in told.instants


def test_a_single_day_is_one_day():
    told = terms.of(offer(trial_days=1), now=NOON)

    assert (told.length, told.call) == ("1 day", "Try 1 day free")


def test_without_free_days_nothing_is_called_free():
    told = terms.of(offer(), now=NOON, trial_days=0)

    assert told.paid_button == "Subscribe for £6.99 a month"
    assert "free" not in (told.paid_promise + told.paid_button).lower()


@pytest.mark.parametrize(
    ("days", "discount", "agreed", "button"),
    [
        (
            30,
            Discount("p", "HALF", "once", percent=50),
            "Free until 22 December 2026, then £3.49 for the first payment, then £6.99 a month, ",
            "Start free trial, then £3.49, later £6.99 a month",
        ),
        (
            30,
            Discount("p", "HALF", "repeating", months=3, percent=50),
            "Free until 22 December 2026, then £3.49 a month for the first 2 payments, "
            "then £6.99 a month, ",
            "Start free trial, then £3.49, later £6.99 a month",
        ),
        (
            30,
            Discount("p", "HALF", "repeating", months=2, percent=50),
            "Free until 22 December 2026, then £3.49 for the first payment, then £6.99 a month, ",
            "Start free trial, then £3.49, later £6.99 a month",
        ),
        (
            30,
            Discount("p", "HALF", "repeating", months=1, percent=50),
            "Free until 22 December 2026, then £6.99 a month, ",
            "Start free trial, then £6.99 a month",
        ),
        (
            0,
            Discount("p", "HALF", "once", percent=50),
            "£3.49 for the first payment today, then £6.99 a month, ",
            "Subscribe for £3.49, later £6.99 a month",
        ),
        (
            0,
            Discount("p", "HALF", "repeating", months=3, percent=50),
            "£3.49 a month for the first 3 payments from today, then £6.99 a month, ",
            "Subscribe for £3.49, later £6.99 a month",
        ),
        (
            0,
            Discount("p", "HALF", "forever", percent=50),
            "£3.49 a month from today, ",
            "Subscribe for £3.49 a month",
        ),
    ],
)
def test_a_code_changes_the_price_in_every_sentence(days, discount, agreed, button):
    told = terms.of(offer(), now=NOON, trial_days=days, discount=discount)

    assert told.agreed == agreed + "plus tax where due, until you cancel. Cancel any time online."
    assert told.last_button == button


def test_a_price_without_cents_and_a_year_are_said_as_they_are():
    yen = terms.of(offer(amount_minor=900, currency="jpy", interval="year"), now=NOON)

    assert yen.price in ("JP¥900 a year", "¥900 a year")


def test_the_words_and_the_tax_are_those_of_the_record():
    told = terms.of(
        offer(brand="Popflix", words="{days} days of {brand}, {price} after", tax="inclusive"),
        now=NOON,
    )

    assert told.call == "30 days of Popflix, £6.99 a month after"
    assert told.brief == (
        "Free until 22 December 2026, then £6.99 a month tax included. Cancel online."
    )


def test_words_of_nobodys_brand_are_the_usual_ones():
    assert terms.of(offer(), now=NOON).call == "Try 30 days free"
    assert terms.of(offer(), now=NOON).banner == "Unlimited streaming: try 30 days free"


@pytest.mark.parametrize(
    ("of", "call", "banner"),
    [
        ({"audience": "returning"}, "Back for £6.99 a month", "Matinee is open"),
        ({"audience": "everyone"}, "", ""),
        ({"audience": "returning", "words": "{days} days more"}, "", "Matinee is open"),
        ({"audience": "returning", "kind": "partner", "brand": "Popflix"}, "", ""),
    ],
)
def test_an_offer_for_those_who_come_back_has_words_for_them_that_promise_no_days(of, call, banner):
    words = {"words": "Back for {price}", "banner": "{brand} is open"}

    told = terms.of(offer(**words | of), now=NOON)

    assert (told.paid_call, told.paid_banner) == (call, banner)


def test_a_partners_terms_say_who_bills_and_where_to_cancel():
    theirs = {"kind": "partner", "brand": "Popflix", "partner_code": "MATINEE"}

    told = terms.of(offer(**theirs), now=NOON)

    assert (told.partner, told.credit_code) == ("Popflix", "MATINEE")
    assert told.sentence.endswith("Popflix bills it: cancel with them before 22 December 2026.")
