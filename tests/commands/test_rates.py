"""Exchange rates on the command line."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from commands.rates import rates
from core import settings


def run(*words: str) -> Result:
    return CliRunner().invoke(rates, words)


def test_an_operator_brings_lists_and_sets_rates(db: Session, tmp_path: Path) -> None:
    settings.use(settings.current().model_copy(update={"report_currency": "gbp"}))
    file = tmp_path / "rates.csv"
    file.write_text("day,currency,rate\n2026-01-15,usd,0.80\n2026-02-10,usd,0.75\n")

    brought = run("import", str(file))
    put = run("set", "2026-02-11", "eur", "0.85")
    listed, days = run("list").output, run("list", "--currency", "usd").output

    assert brought.output == "Kept 2 rates to GBP.\n"
    assert put.output == "2026-02-11: 1 EUR is 0.85 GBP.\n"
    assert [line.split() for line in listed.splitlines()[1:]] == [
        ["2026-02-11", "EUR", "0.850000"],
        ["2026-02-10", "USD", "0.750000"],
    ]
    assert [line.split()[0] for line in days.splitlines()[1:]] == ["2026-02-10", "2026-01-15"]


def test_without_a_currency_of_reports_it_is_said_which_setting_names_it(db: Session) -> None:
    refused = run("set", "2026-02-11", "eur", "0.85")

    assert "Set MATINEE_REPORT_CURRENCY first" in str(refused.exception)
