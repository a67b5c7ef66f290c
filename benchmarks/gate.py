"""How long from a stored event to a changed gate, and what one question to the gate costs.

``python -m benchmarks.gate``: site, Celery worker and sandbox over real sockets. Sixty members
watch; each one's trial is ended at Stripe's dashboard, two a second. The time runs from the answer
that the first of its events is kept to the first look at which the gate is closed. A read of the
gate stands beside a bare select of the same session.
"""

from __future__ import annotations

import tempfile
import threading
import time
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import select, text

from access import gate
from access.gate import Answer
from access.models import Entitlement
from accounts.models import Member
from benchmarks.webhook import at
from core import clock, settings
from core import db as core_db
from tests import databases
from tests import world as worlds
from tests.workers import processes
from tests.workers.processes import Processes, eventually
from tests.world import World

EVENTS, A_SECOND = 60, 2
WARM_UP = 5
READS = 1_000
GOAL_SECONDS = 2.0
CARD = "4242424242424242"


def main() -> None:
    """Measure, print, and say whether the goal is met."""
    home = Path(tempfile.mkdtemp())
    with databases.server() as server, databases.clone(server, "gate") as url:
        shared_card = {"home": home, "database_url": SecretStr(url), "trials_per_card": 1_000}
        settings.use(settings.Settings(_env_file=None).model_copy(update=shared_card))
        core_db.connect()
        with (
            core_db.session() as db,
            worlds.made(db, home, stands=False) as world,
            processes.beside(url, home, world.sandbox) as beside,
        ):
            _tell_changes(_Bench(world, beside).changed())
            _tell_reads(world)
        core_db.Sessions.kw["bind"].dispose()


class _Bench:
    """Members who watch, and the clock that stops when they no longer may."""

    def __init__(self, world: World, beside: Processes) -> None:
        self.world, self.beside = world, beside
        self.stored: dict[int, float] = {}
        self.closed: dict[int, float] = {}
        self.ending = 0

    def changed(self) -> list[float]:
        """Seconds from each stored event to the gate that it closed."""
        self.world.postman = lambda body, headers: 200  # of the beginnings nobody is told
        watching = [self._watching() for _ in range(WARM_UP + EVENTS)]
        self.world.sandbox.flush()
        self.world.postman = self._deliver
        self.beside.start_site()
        self.beside.start("worker", trials_per_card="1000")
        looking = threading.Thread(target=self._look, args=(len(watching),), daemon=True)
        looking.start()
        for member_id, subscription in watching[:WARM_UP]:
            self._end(member_id, subscription)
        eventually(lambda: len(self.closed) == WARM_UP)
        began = time.perf_counter()
        for number, (member_id, subscription) in enumerate(watching[WARM_UP:]):
            time.sleep(max(0.0, began + number / A_SECOND - time.perf_counter()))
            self._end(member_id, subscription)
        eventually(lambda: len(self.closed) == len(watching))
        measured = [member_id for member_id, _ in watching[WARM_UP:]]
        return [self.closed[one] - self.stored[one] for one in measured]

    def _watching(self) -> tuple[int, str]:
        member = self.world.member()
        subscription = self.world.pay_and_look(member, CARD)
        if self.world.gate(member) is not Answer.OPEN:
            raise SystemExit("a member who began a trial may not watch")
        return member.id, subscription.stripe_id

    def _end(self, member_id: int, subscription: str) -> None:
        self.ending = member_id
        self.world.at_stripe("delete", f"/v1/subscriptions/{subscription}")
        self.world.sandbox.flush()

    def _deliver(self, body: bytes, headers: dict[str, str]) -> int:
        status = self.beside.deliver(body, headers)
        self.stored.setdefault(self.ending, time.perf_counter())
        return status

    def _look(self, count: int) -> None:
        """Note when each right ends, by a connection of its own, every few milliseconds."""
        ended = select(Entitlement.member_id).where(Entitlement.why == "ended")
        while len(self.closed) < count:
            with core_db.transaction() as db:
                found = db.scalars(ended).all()
            now = time.perf_counter()
            for member_id in found:
                self.closed.setdefault(member_id, now)
            time.sleep(0.005)


def _tell_changes(seconds: list[float]) -> None:
    p50, p99 = at(seconds, 0.50), at(seconds, 0.99)
    met = "met" if p99 < GOAL_SECONDS else "MISSED"
    print(
        f"stored to changed, {len(seconds)} times: p50 {p50:.3f} s, p99 {p99:.3f} s "
        f"(goal under {GOAL_SECONDS:.0f} s at p99: {met})"
    )


def _tell_reads(world: World) -> None:
    """Reads of an open and of a closed gate beside a bare select, alternately; p50 of each."""
    ended = world.db.scalars(select(Member).order_by(Member.id)).first()
    watching = world.member()
    world.pay_and_look(watching, CARD)
    for name, member in (("open", watching), ("closed", ended)):
        asked: list[float] = []
        bare: list[float] = []
        for _ in range(READS):
            began = time.perf_counter()
            gate.may_watch(world.db, member, world.title, now=clock.now())
            between = time.perf_counter()
            world.db.execute(text("select 1")).all()
            asked.append(between - began)
            bare.append(time.perf_counter() - between)
        read, select_1 = at(asked, 0.50), at(bare, 0.50)
        print(f"a read of the {name} gate: {read / select_1:.1f} times a bare select")


if __name__ == "__main__":
    main()
