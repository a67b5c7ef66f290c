"""Exchange rates brought by an operator: a file of them, all or none, or one by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core import settings
from core.errors import DomainError
from reports import exchange_files
from reports.exchange_files import Quote
from reports.exchange_models import ExchangeRate

LISTED = 50


class BadRates(DomainError):
    """Rates that cannot be kept; the sentence tells every reason."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def target() -> str:
    """The currency of the reports. Raises ``BadRates`` while none is set."""
    found = settings.current().report_currency
    if found is None:
        raise BadRates(
            "Set MATINEE_REPORT_CURRENCY first, to the currency that reports are told in: gbp."
        )
    return found


def bring(db: Session, path: Path) -> int:
    """Keep every rate of ``path``; a later file puts an earlier one right. Returns how many.
    Raises ``BadRates``, having kept none."""
    problems: list[str] = []
    found = exchange_files.quotes(path, target(), problems)
    if not found and not problems:
        problems.append(f"{path.name} has no rate to {target().upper()}.")
    if problems:
        raise BadRates("\n".join([*problems, "Nothing was imported."]))
    return keep(db, found)


def keep(db: Session, found: Sequence[Quote]) -> int:
    """Keep ``found``; of two for one day the last one stays."""
    into = target()
    rows = {(quote.currency, quote.day): quote for quote in found}
    values = [
        {"target": into, "currency": q.currency, "day": q.day, "rate": q.rate, "per": q.per}
        for q in rows.values()
    ]
    added = insert(ExchangeRate)
    changed = {"rate": added.excluded.rate, "per": added.excluded.per}
    key = ["target", "currency", "day"]
    db.execute(added.on_conflict_do_update(index_elements=key, set_=changed), values)
    return len(rows)


def put(db: Session, day: date, currency: str, rate: Decimal) -> None:
    """Keep one rate. Raises ``BadRates``."""
    name = currency.lower()
    if not exchange_files.is_currency(name) or name == target():
        raise BadRates(f'"{currency}" is not a currency such as usd, other than {target()}.')
    if not rate.is_finite() or rate <= 0:
        raise BadRates("A rate is a number above zero, such as 0.8571.")
    keep(db, [Quote(day, name, rate)])


def latest(db: Session, currency: str | None = None) -> list[ExchangeRate]:
    """The last rate of each currency; of one that is named, its last fifty."""
    asked = select(ExchangeRate).where(ExchangeRate.target == target())
    if currency is not None:
        named = asked.where(ExchangeRate.currency == currency.lower())
        return list(db.scalars(named.order_by(ExchangeRate.day.desc()).limit(LISTED)))
    last = (
        select(ExchangeRate.currency, func.max(ExchangeRate.day))
        .where(ExchangeRate.target == target())
        .group_by(ExchangeRate.currency)
    )
    is_last = func.row(ExchangeRate.currency, ExchangeRate.day).in_(last)
    return list(db.scalars(asked.where(is_last).order_by(ExchangeRate.currency)))
