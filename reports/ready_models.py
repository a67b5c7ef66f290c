"""The rows that workers keep ready for the reports; all of them follow from the facts.

Instants are whole microseconds since 1970, so that millions of differences can be sorted while a
page waits. A row holds for every ``as_of`` from ``since_us`` up to, not including, ``until_us``.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ARRAY, BigInteger, Identity, Index, SmallInteger, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class FactDue(Base):
    """Somebody whose rows no longer follow from the facts; noted by the database itself, in the
    transaction that brought a fact, joined a browser or marked a member."""

    __tablename__ = "fact_due"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    owner: Mapped[str]


class CounterDue(Base):
    """How many facts a transaction added to a counter; the counter has not heard of them yet."""

    __tablename__ = "counter_due"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    title_id: Mapped[int] = mapped_column(BigInteger)
    day: Mapped[date]
    kind: Mapped[str]
    number: Mapped[int] = mapped_column(BigInteger)


class Counter(Base):
    """How often something happened on the pages of a film (0: of none) on a day of UTC, as it
    happened: staff, tests and robots are among it. People cannot be counted by adding these up."""

    __tablename__ = "counter"

    title_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)


class Journey(Base):
    """A person's way from a look at a film page: the looks of any film (``scope_id`` 0) or those of
    one. A row for each look that may be the first inside a period: one a quarter of an hour, since
    a day begins at a quarter of an hour in every time zone of today.

    ``previous_us`` is the look before it and ``gap`` the length of that wait in bits of a second
    (-1: there was none), by which the ways that a period's start cuts are found. ``owner`` is who
    all of it belongs to by now, ``person`` who it was while the row held.
    """

    __tablename__ = "journey"
    __table_args__ = (
        Index("ix_journey_entered", "scope_id", "gap", "entered_us"),
        Index(
            "ix_journey_tried",
            "entered_us",
            postgresql_where=text("scope_id = 0 AND gap = -1 AND trial_us IS NOT NULL"),
            postgresql_include=[
                *("since_us", "until_us", "source", "robot_us", "seen_us", "clicked_us"),
                *("account_us", "checkout_us", "trial_us", "started_us", "played_us", "paid_us"),
            ],
        ),
    )

    owner: Mapped[str] = mapped_column(primary_key=True)
    scope_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    person: Mapped[str] = mapped_column(primary_key=True)
    entered_us: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    since_us: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    until_us: Mapped[int] = mapped_column(BigInteger)
    gap: Mapped[int] = mapped_column(SmallInteger)
    title_id: Mapped[int | None] = mapped_column(BigInteger)
    source: Mapped[str]
    previous_us: Mapped[int | None] = mapped_column(BigInteger)
    robot_us: Mapped[int | None] = mapped_column(BigInteger)
    seen_us: Mapped[int | None] = mapped_column(BigInteger)
    clicked_us: Mapped[int | None] = mapped_column(BigInteger)
    account_us: Mapped[int | None] = mapped_column(BigInteger)
    checkout_us: Mapped[int | None] = mapped_column(BigInteger)
    trial_us: Mapped[int | None] = mapped_column(BigInteger)
    started_us: Mapped[int | None] = mapped_column(BigInteger)
    played_us: Mapped[int | None] = mapped_column(BigInteger)
    paid_us: Mapped[int | None] = mapped_column(BigInteger)


class FirstLook(Base):
    """The first looks of a day of UTC, from one ``source`` or from anywhere (``every``), taken
    together: the ways that lead from them (``journey``, ``scope_id`` 0 and ``gap`` -1) as every
    report as of ``settled_us`` or later tells them. Of each step up to the trial stands how long it
    took whoever took it, in order, as numbers of eight bytes, and every 64th of these again as a
    sample. What follows a trial depends on a horizon: there stands beside each wait how far the
    step lies from the start (``…_reach``), and both are in the order of that."""

    __tablename__ = "first_look"

    day_us: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    every: Mapped[bool] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(primary_key=True)
    settled_us: Mapped[int] = mapped_column(BigInteger)
    people: Mapped[int] = mapped_column(BigInteger)
    robots: Mapped[int] = mapped_column(BigInteger)
    first_started_us: Mapped[int | None] = mapped_column(BigInteger)
    last_started_us: Mapped[int | None] = mapped_column(BigInteger)
    seen_waits: Mapped[bytes]
    clicked_waits: Mapped[bytes]
    account_waits: Mapped[bytes]
    checkout_waits: Mapped[bytes]
    trial_waits: Mapped[bytes]
    seen_sample: Mapped[bytes]
    clicked_sample: Mapped[bytes]
    account_sample: Mapped[bytes]
    checkout_sample: Mapped[bytes]
    trial_sample: Mapped[bytes]
    played_reach: Mapped[bytes]
    played_waits: Mapped[bytes]
    paid_reach: Mapped[bytes]
    paid_waits: Mapped[bytes]


class FirstLookDue(Base):
    """A day whose first looks are no longer what ``first_look`` says; until it is made anew its
    ways are read one by one."""

    __tablename__ = "first_look_due"

    day_us: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)


class TrialStory(Base):
    """A trial as it stood from ``since_us`` to ``until_us``: what became of it and which films it
    is owed to. ``source`` is that of the person's first look, at ``seen_us``. What the person paid
    before their next trial stands in three arrays: how long after the start, what stayed of it, in
    which currency. ``paid_months`` has a bit for each month after the conversion at whose end
    something paid for reached further."""

    __tablename__ = "trial_story"
    __table_args__ = (
        Index("ix_trial_story_holds", "until_us", "started_us"),
        Index("ix_trial_story_started", "started_us"),
        Index("ix_trial_story_fraud", "started_us", postgresql_where=text("fraud")),
    )

    owner: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    since_us: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    until_us: Mapped[int] = mapped_column(BigInteger)
    person: Mapped[str]
    started_us: Mapped[int] = mapped_column(BigInteger)
    ends_us: Mapped[int] = mapped_column(BigInteger)
    cancel_set_us: Mapped[int | None] = mapped_column(BigInteger)
    ended_us: Mapped[int | None] = mapped_column(BigInteger)
    ended_cause: Mapped[str | None]
    converted_us: Mapped[int | None] = mapped_column(BigInteger)
    carded: Mapped[bool]
    fraud: Mapped[bool]
    comped: Mapped[bool]
    kept: Mapped[bool]
    source: Mapped[str | None]
    seen_us: Mapped[int | None] = mapped_column(BigInteger)
    deciding: Mapped[str]
    helped: Mapped[list[str]] = mapped_column(ARRAY(Text))
    played: Mapped[str]
    played_us: Mapped[int | None] = mapped_column(BigInteger)
    brought_us: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    brought_minor: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    brought_currency: Mapped[list[str]] = mapped_column(ARRAY(Text))
    paid_months: Mapped[int] = mapped_column(SmallInteger)


class TrialDay(Base):
    """The trials that began on a day of UTC, of people from one ``source`` or of everybody
    (``every``), taken together as every report as of ``settled_us`` or later tells them; those
    marked as fraud are not among them. ``outcomes`` are what became of those whom time alone
    changes no more, in the order of ``Outcome``. The others stand by when they are over, in order,
    as numbers of eight bytes: those set to cancel (``leaving_us``), those who will be charged
    (``carded_us``) or have no card (``uncarded_us``), those that ended unpaid (``unpaid_us``).

    ``began`` says how far into the day each trial began, in the order of ``decided``. ``waits`` and
    ``kept_waits`` say how long it took those who paid, and whose money stayed, in order.
    ``decided`` is the film of each trial, those that paid first, in the order of ``waits``;
    ``helped`` are the films that share its assist, each behind the number of them; ``played`` the
    film first played. These three are names with a separator between, which is read several times
    as fast as an array."""

    __tablename__ = "trial_day"

    day_us: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    every: Mapped[bool] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(primary_key=True)
    settled_us: Mapped[int] = mapped_column(BigInteger)
    starts: Mapped[int] = mapped_column(BigInteger)
    outcomes: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    leaving_us: Mapped[bytes]
    carded_us: Mapped[bytes]
    uncarded_us: Mapped[bytes]
    unpaid_us: Mapped[bytes]
    began: Mapped[bytes]
    waits: Mapped[bytes]
    kept_waits: Mapped[bytes]
    decided: Mapped[str]
    helped: Mapped[str]
    played: Mapped[str]


class TrialDayDue(Base):
    """A day whose trials are no longer what ``trial_day`` says; until it is made anew they are
    read one by one."""

    __tablename__ = "trial_day_due"

    day_us: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)


class Paying(Base):
    """The time for which one payment says what somebody pays: from it to the next one of the same
    subscription, or to the end of access. ``minor`` is the price for an ``interval``."""

    __tablename__ = "paying"
    __table_args__ = (Index("ix_paying_holds", "to_us", "from_us"),)

    owner: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    since_us: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    until_us: Mapped[int] = mapped_column(BigInteger)
    person: Mapped[str]
    currency: Mapped[str]
    minor: Mapped[int] = mapped_column(BigInteger)
    interval: Mapped[str]
    from_us: Mapped[int] = mapped_column(BigInteger)
    to_us: Mapped[int] = mapped_column(BigInteger)
    source: Mapped[str | None]
    seen_us: Mapped[int | None] = mapped_column(BigInteger)
