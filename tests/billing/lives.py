"""Whole lives of a trial, undisturbed or with everything that can happen to news on the way."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from access.models import Entitlement
from billing import drift, subscriptions
from billing.models import Customer, Milestone
from core import db as core_db
from reports.models import Fact
from tests.mailbox import Killed
from tests.world import World
from workers import reconciling, tasks

STORIES = 12
CHARGES, DECLINES_LATER = "4242424242424242", "4000000000000341"
IDS = ("number", "stripe_price_id")
LOST = 0.3
DEATHS = 0.1


@dataclass(frozen=True)
class Outcome:
    """What a life leaves behind, in words that do not depend on ids or on when it was noticed."""

    mirror: list[dict[str, str | None]]
    rights: list[tuple[str, str | None]]
    gates: list[str]
    mails: list[str]
    facts: Counter[str]
    milestones: Counter[str]
    differences: int


@dataclass
class Life:
    """One member's way from the button to the end; ``chance`` disturbs it, ``None`` does not."""

    world: World
    story: int
    chance: random.Random | None = None
    held: list[tuple[bytes, dict[str, str]]] = field(default_factory=list)
    gates: list[str] = field(default_factory=list)

    def live(self) -> Outcome:
        """Tell the story to its end."""
        world = self.world
        plan = random.Random(self.story)  # noqa: S311  # the same story each time
        world.postman = self._hold
        ada = world.member(email="ada@example.org")
        card = plan.choice((CHARGES, CHARGES, DECLINES_LATER))
        self._step(lambda: world.pay(world.open_checkout(ada), card))
        for days, act in self._acts(plan):
            world.leap(days=days)
            self._step(act)
            self.gates.append(world.gate(ada).value)
        return self._outcome(ada.id)

    def _acts(self, plan: random.Random) -> Iterator[tuple[float, Callable[[], object]]]:
        """What is done, and how many days after the last: to day 37, past reminder and charge."""
        leaves, returns, ends = (plan.random() < often for often in (0.5, 0.5, 0.2))
        yield 3, (lambda: self._set_leaving(True)) if leaves else _nothing
        yield 4, (lambda: self._set_leaving(False)) if leaves and returns else _nothing
        yield 5, self._end_now if ends else _nothing
        yield from ((10.6, _nothing), (2, _nothing), (5.5, _nothing))
        yield from ((0.1, _nothing), (1, _nothing), (3, _nothing), (3, _nothing))

    def _set_leaving(self, leaving: bool) -> None:
        path = f"/v1/subscriptions/{self._subscription_id()}"
        self.world.at_stripe("post", path, cancel_at_period_end=str(leaving).lower())

    def _end_now(self) -> None:
        self.world.at_stripe("delete", f"/v1/subscriptions/{self._subscription_id()}")

    def _subscription_id(self) -> str:
        return str(next(self.world.sandbox.engine.store.all("subscription"))["id"])

    def _hold(self, body: bytes, headers: dict[str, str]) -> int:
        self.held.append((body, headers))
        return 200

    # --- the news on their way ---

    def _step(self, act: Callable[[], object]) -> None:
        """One act, its news on whatever way they take, and later what the timetable mends."""
        act()
        self.world.sandbox.flush()
        news, self.held = self.held, []
        with self._deaths():
            for body, headers in self._on_the_way(news):
                self._survive(lambda: self.world.receive(body, headers))  # noqa: B023  # at once
                if self.chance is None or self.chance.random() < 0.5:
                    self._survive(self.world.work)
            self._survive(self.world.work)
            self._survive(tasks.send_owed)
        self.world.db.commit()
        self.world.leap(minutes=11)
        tasks.reconcile_events()
        self.world.tick()
        self.world.sandbox.flush()
        self.held.clear()

    def _on_the_way(
        self, news: list[tuple[bytes, dict[str, str]]]
    ) -> list[tuple[bytes, dict[str, str]]]:
        """Shuffled, some doubled, three in ten lost."""
        if self.chance is None:
            return news
        arrives = [one for one in news if self.chance.random() > LOST]
        arrives += [one for one in arrives if self.chance.random() < LOST]
        self.chance.shuffle(arrives)
        return arrives

    @contextmanager
    def _deaths(self) -> Iterator[None]:
        """Workers die now and then: before they commit, or before or after they hand a mail in."""
        if self.chance is None:
            yield
            return
        fate = self.chance.random()
        self.world.mailbox.before = [Killed()] if fate < DEATHS else []
        self.world.mailbox.after = [Killed()] if fate > 1 - DEATHS else []
        event.listen(core_db.Sessions, "before_commit", self._perhaps_die)
        try:
            yield
        finally:
            event.remove(core_db.Sessions, "before_commit", self._perhaps_die)
            self.world.mailbox.before, self.world.mailbox.after = [], []

    def _perhaps_die(self, db: Session) -> None:
        """Not the session that only looks on."""
        if db is not self.world.db and self.chance is not None and self.chance.random() < DEATHS:
            raise Killed

    def _survive(self, work: Callable[[], object]) -> None:
        try:
            work()
        except Killed:
            self.world.db.commit()

    # --- what is left ---

    def _outcome(self, member_id: int) -> Outcome:
        world = self.world
        found = drift.snapshot(world.db, member_id)
        order = [
            one
            for sub in subscriptions.of_member(world.db, member_id)
            for one in (sub.stripe_id, *(i.stripe_id for i in sub.invoices))
        ]
        mirror: list[dict[str, Any]] = [
            {name: value for (id, name), value in found.items() if id == one and name not in IDS}
            for one in order
        ]
        rights = [
            (row.why, None if row.why == "ended" else row.until.astimezone(UTC).isoformat())
            for row in world.rows(Entitlement)
        ]
        handed_in = {(str(m["Message-ID"]), str(m["X-Matinee-Kind"])) for m in _all(world)}
        return Outcome(
            mirror=mirror,
            rights=rights,
            gates=self.gates,
            mails=sorted(kind for _, kind in handed_in),
            facts=Counter(world.db.scalars(select(Fact.kind))),
            milestones=Counter(row.fact.partition(":")[0] for row in world.rows(Milestone)),
            differences=len(reconciling.sweep(world.stripe, now=world.now))
            + (len(world.rows(Customer)) - 1),
        )


def _all(world: World) -> list[Any]:
    return list(world.mailbox.messages)


def _nothing() -> None:
    """Time passes."""
