"""Offers on the command line."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select
from sqlalchemy.orm import Session

from billing.models import Audit, Offer
from commands.offers import offers
from tests import factories

WHY = ("--reason", "Summer")


def run(*words: str) -> Result:
    return CliRunner().invoke(offers, words)


def test_an_operator_adds_changes_and_ends_an_offer(db: Session) -> None:
    partner = ("--partner", "--brand", "Popflix", "--partner-url", "https://popflix.example/?m=1")
    added = run("add", "pop", "--price", "5.99", "--currency", "GBP", *partner, *WHY)
    changed = run("change", "pop", "--words", "Try it with {brand}", "--territory", "IE", *WHY)
    listed = run("list")
    ended = run("end", "pop", *WHY)

    assert (
        "pop: Try 30 days free with Popflix. Then £5.99 a month plus tax where due" in added.output
    )
    assert "pop: Try it with Popflix." in changed.output
    assert "partner (Popflix)" in listed.output and "everyone, IE" in listed.output
    assert ended.exit_code == 0
    assert "pop" not in run("list").output
    assert "pop" in run("list", "--all").output
    row = db.scalars(select(Offer)).one()
    assert (row.amount_minor, row.currency, row.territories) == (599, "gbp", ["IE"])
    actions = db.scalars(select(Audit.action).order_by(Audit.id)).all()
    assert actions == ["offer.add", "offer.change", "offer.end"]


def test_a_price_that_the_currency_cannot_have_is_refused_in_a_sentence(db: Session) -> None:
    refused = run("add", "x", "--price", "6.999", "--currency", "gbp", *WHY)

    assert "6.999 has more places than GBP has." in str(refused.exception)
    assert db.scalar(select(Offer)) is None


@pytest.mark.parametrize(
    ("price", "sentence"),
    [
        ("Infinity", "Infinity is not a price."),
        ("99999999999", "99999999999 is more than £999,999.99, the most that can be charged."),
    ],
)
def test_a_price_that_nobody_can_be_charged_is_refused_in_a_sentence(
    db: Session, price: str, sentence: str
) -> None:
    refused = run("add", "x", "--price", price, "--currency", "gbp", *WHY)

    assert sentence in str(refused.exception)
    assert db.scalar(select(Offer)) is None


def test_an_offer_is_sold_at_the_sum_that_was_typed_where_no_smaller_coin_is_minted(
    db: Session,
) -> None:
    added = run("add", "serbia", "--price", "700", "--currency", "rsd", *WHY)

    assert "RSD700 a month" in added.output
    assert db.scalars(select(Offer.amount_minor)).all() == [70_000]


def test_an_offer_that_has_not_begun_is_taken_off_and_never_shown(db: Session) -> None:
    when = ("--from", "2098-01-01 12:00", "--until", "2098-02-01 12:00")
    run("add", "later", "--price", "5", "--currency", "gbp", *when, *WHY)

    ended = run("end", "later", *WHY)

    assert ended.output == "later is taken off before it has begun: it is never shown.\n"
    assert "later" not in run("list").output
    offer = db.scalars(select(Offer)).one()
    assert (offer.active, offer.starts_at is None) == (False, False)
    said = db.scalars(select(Audit).where(Audit.action == "offer.end")).one()
    assert (said.before["active"], said.after["active"]) == (True, False)


def test_an_offer_for_those_who_had_a_trial_is_printed_as_they_read_it(db: Session) -> None:
    back = ("--price", "4.99", "--currency", "gbp", "--audience", "returning")
    reads = "Watch again for £4.99 a month. £4.99 a month from today, plus tax where due"

    assert f"back: {reads}" in run("add", "back", *back, *WHY).output
    listed = run("list").output
    assert reads in listed and "free" not in listed

    run("change", "back", "--words", "Back to the films", *WHY)
    assert "Back to the films. £4.99 a month from today" in run("list").output

    # a partner's trial is its own, whoever has had one here
    partner = ("--partner", "--brand", "Pop", "--partner-url", "https://pop.example/")
    assert "pop: Try 30 days free with Pop." in run("add", "pop", *back, *partner, *WHY).output


def test_an_operator_reads_why_a_partners_offer_of_old_is_on_no_page(db: Session) -> None:
    factories.offer(
        db, code="sky/uk", kind="partner", brand="Sky", partner_url="https://sky.example/"
    )

    assert "“sky/uk” is on no page: its code fits no address." in run("list").output
    assert run("end", "sky/uk", *WHY).exit_code == 0
    assert "sky" not in run("list").output


@pytest.mark.parametrize("words", [("change", "summmer"), ("end", "summmer")])
def test_an_offer_that_is_not_there_is_called_so(db: Session, words: tuple[str, ...]) -> None:
    refused = run(*words, *WHY)

    assert str(refused.exception) == "There is no offer summmer."


def test_an_offer_is_for_countries_or_for_everywhere_and_not_for_both(db: Session) -> None:
    price = ("--price", "5", "--currency", "gbp")
    refused = run("add", "x", *price, "--territory", "GB", "--everywhere", *WHY)

    assert "Name territories, or --everywhere." in refused.output
    assert db.scalar(select(Offer)) is None
