"""The table of experiments: one row for each time that one was started."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class Experiment(Base):
    """One run: what is tried, from which rate to which, and how many people an arm that needs.
    ``salt`` draws the arms anew in every run; rates are tenths of a percent."""

    __tablename__ = "experiment"
    __table_args__ = (
        Index(
            "uq_experiment_running",
            "code",
            unique=True,
            postgresql_where=text("stopped_at is null"),
        ),
        CheckConstraint(
            "0 < base_permille and base_permille < goal_permille and goal_permille < 1000",
            name="rates",
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    code: Mapped[str]
    salt: Mapped[str]
    base_permille: Mapped[int]
    goal_permille: Mapped[int]
    planned: Mapped[int]
    started_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]

    @property
    def base(self) -> Fraction:
        """The rate that is expected of the arm without the change."""
        return Fraction(self.base_permille, 1000)

    @property
    def goal(self) -> Fraction:
        """The smallest better rate that would be worth the change."""
        return Fraction(self.goal_permille, 1000)
