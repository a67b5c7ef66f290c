"""Offers on the command line."""

from __future__ import annotations

from click.testing import CliRunner, Result
from sqlalchemy import select
from sqlalchemy.orm import Session

from billing.models import Audit, Offer
from commands.offers import offers

WHY = ("--reason", "Summer")


def run(*words: str) -> Result:
    return CliRunner().invoke(offers, words)


def test_an_operator_adds_changes_and_ends_an_offer(db: Session) -> None:
    partner = ("--partner", "--brand", "Popflix", "--partner-url", "https://popflix.example/?m=1")
    added = run("add", "pop", "--price", "5.99", "--currency", "GBP", *partner, *WHY)
    changed = run("change", "pop", "--words", "Try it with {brand}", "--territory", "IE", *WHY)
    listed = run("list")
    ended = run("end", "pop", *WHY)

    assert "pop: Try 30 days free. Then £5.99 a month plus tax where due" in added.output
    assert "pop: Try it with Popflix." in changed.output
    assert "partner (Popflix)" in listed.output and "everyone, IE" in listed.output
    assert ended.exit_code == 0
    assert "pop" not in run("list").output
    assert "pop" in run("list", "--all").output
    row = db.scalars(select(Offer)).one()
    assert (row.amount_minor, row.currency, row.territories) == (599, "gbp", ["IE"])
    assert db.scalars(select(Audit.action)).all() == ["offer.add", "offer.change", "offer.end"]


def test_a_price_that_the_currency_cannot_have_is_refused_in_a_sentence(db: Session) -> None:
    refused = run("add", "x", "--price", "6.999", "--currency", "gbp", *WHY)

    assert "6.999 has more places than GBP has." in str(refused.exception)
    assert db.scalar(select(Offer)) is None
