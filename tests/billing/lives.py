"""Whole lives of a trial, undisturbed or with everything that can happen to news on the way."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, select

from access.models import Entitlement
from billing.models import (
    CheckoutAttempt,
    Invoice,
    Milestone,
    StripeEvent,
    Subscription,
    TrialRedemption,
)
from billing.upkeep_models import Alarm
from core.db import Base
from reports.models import Fact
from tests.billing.deaths import Reaper
from tests.billing.stories import STORIES, Act
from tests.mailbox import Killed
from tests.world import World
from workers import reconciling, tasks

LOST = DOUBLED = 0.3
MORE_THAN_TEN_SECONDS = {"seconds": 20}  # after which an event that was begun may be tried again
MORE_THAN_TEN_MINUTES = {"minutes": 11}  # after which an e-mail that was begun may

# A sender dies once over an e-mail: the second time it is left to a person (decisions/0004).
AROUND_THE_TIMETABLE = tuple(task for task in tasks.FALLS_DUE if task is not tasks.send_owed)

# What names a row, and when it was noticed: all that a disturbed life may have otherwise.
NAMES = ("id", "number", "idempotency_key", "stripe_price_id", "url")
NOTICED = ("synced_at", "changed_at", "noted_at", "accepted_at", "called_at")


@dataclass(frozen=True)
class Outcome:
    """What a life leaves behind, whole, but for names and for when it was noticed."""

    mirror: dict[str, list[dict[str, Any]]]
    gates: list[str]
    mails: Counter[tuple[str, str, str]]
    facts: Counter[str]
    milestones: Counter[str]
    alarms: Counter[str]
    differences: list[object]


@dataclass
class Life:
    """One member's way from the button to the end; ``chance`` disturbs it, ``None`` does not."""

    world: World
    engine: Engine
    story: str
    chance: random.Random | None = None
    gates: list[str] = field(default_factory=list)
    deaths: Counter[str] = field(default_factory=Counter)
    held: list[tuple[bytes, dict[str, str]]] = field(default_factory=list)

    def live(self) -> Outcome:
        """Tell the story to its end."""
        world, story = self.world, STORIES[self.story]
        world.postman = self._hold
        ada = world.member(email="ada@example.org")
        self._step(lambda world: world.pay(world.open_checkout(ada), story.card))
        for days, act in story.acts:
            world.leap(days=days)
            self._step(act)
            self.gates.append(world.gate(ada).value)
        return self._outcome()

    def _hold(self, body: bytes, headers: dict[str, str]) -> int:
        self.held.append((body, headers))
        return 200

    # --- the news on their way ---

    def _step(self, act: Act) -> None:
        """One act, its news on whatever way they take, and later what the timetable mends."""
        world = self.world
        act(world)
        world.db.commit()
        world.sandbox.flush()
        reaper = Reaper(self.chance) if self.chance else None
        with reaper.at_work(self.engine, world) if reaper else nullcontext():
            self._arrive(reaper)
            world.leap(**MORE_THAN_TEN_SECONDS)
            self._work(reaper)
            self._survive(tasks.send_owed)
            world.leap(**MORE_THAN_TEN_MINUTES)
            for task in AROUND_THE_TIMETABLE if self._is_hit(0.3) else ():
                self._survive(task)
        world.leap(**MORE_THAN_TEN_MINUTES)
        self._reconcile()
        world.tick()
        world.sandbox.flush()
        self.held.clear()
        self.deaths += reaper.died if reaper else Counter()

    def _arrive(self, reaper: Reaper | None) -> None:
        """What the sandbox has sent is received, shuffled, some twice, three in ten never."""
        news, self.held = self.held, []
        if self.chance is not None:
            news = [one for one in news if self.chance.random() > LOST]
            news += [one for one in news if self.chance.random() < DOUBLED]
            self.chance.shuffle(news)
        for body, headers in news:
            self._survive(lambda: self.world.receive(body, headers))  # noqa: B023  # at once
            if self._is_hit(0.3):
                self._work(reaper)
        self._work(reaper)

    def _work(self, reaper: Reaper | None) -> None:
        """The bells that have rung, in any order; one whose worker died rings a second time."""
        new = select(StripeEvent.id).where(StripeEvent.state == "new").order_by(StripeEvent.id)
        bells = list(self.world.db.scalars(new))
        self.world.db.commit()
        if reaper is not None:
            reaper.chance.shuffle(bells)
        for event_id in bells:
            if not self._survive(lambda: self._answer(event_id, reaper)):  # noqa: B023  # at once
                self._survive(lambda: self._answer(event_id, reaper))  # noqa: B023

    def _answer(self, event_id: int, reaper: Reaper | None) -> None:
        tasks.apply_stripe_event(event_id)
        if reaper is not None:
            reaper.passes("before saying done")

    def _is_hit(self, odds: float) -> bool:
        return self.chance is not None and self.chance.random() < odds

    def _survive(self, work: Callable[[], object]) -> bool:
        """Whether whoever did the work lived to its end."""
        try:
            work()
        except Killed:
            return False
        return True

    def _reconcile(self) -> None:
        """Read what was lost: by Stripe's list of events, or by comparing everything before it."""
        if self._is_hit(0.3):
            tasks.reconcile_all()
        tasks.reconcile_events()

    # --- what is left ---

    def _outcome(self) -> Outcome:
        world, we_end = self.world, STORIES[self.story].we_end
        kept = (Subscription, Invoice, Entitlement, TrialRedemption, CheckoutAttempt)
        mails = {
            (m["Message-ID"], m["To"], m["X-Matinee-Kind"], m["Subject"]) for m in self._sent()
        }
        assert max(Counter(m["Message-ID"] for m in self._sent()).values(), default=0) <= 2
        return Outcome(
            mirror={table.__tablename__: _rows(world, table, we_end=we_end) for table in kept},
            gates=self.gates,
            mails=Counter((str(to), str(kind), str(subject)) for _, to, kind, subject in mails),
            facts=Counter(_fact(row, we_end=we_end) for row in world.rows(Fact)),
            milestones=Counter(row.fact.partition(":")[0] for row in world.rows(Milestone)),
            alarms=Counter(row.kind for row in world.rows(Alarm) if not row.kind.startswith("web")),
            differences=list(reconciling.sweep(world.stripe, now=world.now)),
        )

    def _sent(self) -> list[Any]:
        return list(self.world.mailbox.messages)


def _rows(world: World, table: type[Base], *, we_end: bool) -> list[dict[str, Any]]:
    """The rows of a table, whole, but for what differs with names and with when it was noticed.

    Where we end a subscription ourselves, the day is compared and not the minute.
    """
    found = [
        {
            column.name: getattr(row, column.name)
            for column in table.__table__.columns
            if not column.name.endswith("_id") and column.name not in (*NAMES, *NOTICED)
        }
        for row in world.rows(table)
    ]
    for row in found:
        if row.get("why") == "ended":  # at the instant at which we heard of it
            row["until"] = row["until"] <= world.now
        for name in ("ended_at", "canceled_at"):
            if we_end and row.get(name):
                row[name] = row[name].date()
    return sorted(found, key=str)


def _fact(row: Fact, *, we_end: bool) -> str:
    """A fact of the reports: whole where it is Stripe's, by its kind where the instant is ours."""
    if row.kind in ("notice", "trial_change"):
        return f"{row.kind} {row.data.get('kind') or row.data.get('change')}"
    data = {name: value for name, value in sorted(row.data.items()) if name != "payment"}
    at = row.at.date() if we_end and row.kind == "ended" else row.at
    return f"{row.kind} {at.isoformat()} {data}"
