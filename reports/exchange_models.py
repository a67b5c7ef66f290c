"""The table of exchange rates: what a currency was worth on a day, as the operator brought it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class ExchangeRate(Base):
    """On ``day``, ``per`` units of ``currency`` were worth ``rate`` units of ``target``, the
    reports' own. Two numbers, since a quotient of two published ones may have no end."""

    __tablename__ = "exchange_rate"
    __table_args__ = (CheckConstraint("rate > 0 AND per > 0 AND currency <> target", name="worth"),)

    target: Mapped[str] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    rate: Mapped[Decimal] = mapped_column(Numeric)
    per: Mapped[Decimal] = mapped_column(Numeric)
