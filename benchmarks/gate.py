"""How long from a stored event to a changed gate, and what one question to the gate costs.

``python -m benchmarks.gate``: site, Celery worker and sandbox over real sockets. Members watch;
each one's trial is ended at Stripe's dashboard, two a second and then ten a second. Then a hundred
people start a trial at once: all their events, about ten each, are posted by eight hands as fast as
the site keeps them. The time runs from the answer that the first of a person's events is kept to
the first look at which the gate has changed. A read of the gate stands beside a bare select of the
same session.
"""

from __future__ import annotations

import json
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import select, text

from access import gate
from access.gate import Answer
from access.models import Entitlement
from accounts.models import Member
from benchmarks.webhook import at
from billing.models import Customer
from core import clock, settings
from core import db as core_db
from tests import databases
from tests import world as worlds
from tests.workers import processes
from tests.workers.processes import Processes, eventually
from tests.world import World

STEADY = ((60, 2), (150, 10))
BURST, HANDS = 100, 8
WARM_UP = 5
READS = 1_000
GOAL_SECONDS = 2.0
CARD = "4242424242424242"


def main() -> None:
    """Measure, print, and say whether the goal is met."""
    home = Path(tempfile.mkdtemp())
    with databases.server() as server, databases.clone(server, "gate") as url:
        shared_card = {"home": home, "database_url": SecretStr(url), "trials_per_card": 10_000}
        settings.use(settings.Settings(_env_file=None).model_copy(update=shared_card))
        core_db.connect()
        with (
            core_db.session() as db,
            worlds.made(db, home, stands=False) as world,
            processes.beside(url, home, world.sandbox) as beside,
        ):
            bench = _Bench(world, beside)
            try:
                bench.warm_up()
                for count, a_second in STEADY:
                    _tell_changes(f"{a_second} a second", bench.ended(count, a_second))
                _tell_changes(f"{BURST} trials at once", bench.begun(BURST))
                bench.tell_burst()
            finally:
                bench.over.set()
            _tell_reads(world)
        core_db.Sessions.kw["bind"].dispose()


class _Bench:
    """People whose gate changes, and the clocks that stop when it has."""

    def __init__(self, world: World, beside: Processes) -> None:
        self.world, self.beside = world, beside
        self.stored: dict[int, float] = {}
        self.closed: dict[int, float] = {}
        self.opened: dict[int, float] = {}
        self.ending = 0
        self.over = threading.Event()
        self.posted, self.posting = 0, 0.0

    def warm_up(self) -> None:
        """Start the processes, and end a few trials of which nothing is told."""
        self.world.postman = lambda body, headers: 200  # of the beginnings nobody is told
        watching = [self._watching() for _ in range(WARM_UP)]
        self.world.sandbox.flush()
        self.beside.start_site()
        self.beside.start("worker", trials_per_card="10000")
        threading.Thread(target=self._look, daemon=True).start()
        self.world.postman = self._deliver
        for member_id, subscription in watching:
            self._end(member_id, subscription)
        eventually(lambda: len(self.closed) == WARM_UP)

    def ended(self, count: int, a_second: int) -> list[float]:
        """Seconds from each stored event to the gate that it closed."""
        self.world.postman = lambda body, headers: 200
        watching = [self._watching() for _ in range(count)]
        self.world.sandbox.flush()
        self.world.postman = self._deliver
        before, began = len(self.closed), time.perf_counter()
        for number, (member_id, subscription) in enumerate(watching):
            time.sleep(max(0.0, began + number / a_second - time.perf_counter()))
            self._end(member_id, subscription)
        eventually(lambda: len(self.closed) == before + count)
        return [self.closed[one] - self.stored[one] for one, _ in watching]

    def begun(self, count: int) -> list[float]:
        """Seconds from each person's first stored event to the gate that their trial opened."""
        posts: list[tuple[bytes, dict[str, str]]] = []

        def keep(body: bytes, headers: dict[str, str]) -> int:
            posts.append((body, headers))
            return 200

        self.world.postman = keep
        members = [self.world.member() for _ in range(count)]
        for member in members:
            self.world.pay(self.world.open_checkout(member), CARD)
        customers = dict(
            self.world.db.execute(select(Customer.stripe_id, Customer.member_id)).all()
        )
        self.world.sandbox.flush()
        self.posted, ids = len(posts), {member.id for member in members}

        def post(one: tuple[bytes, dict[str, str]]) -> None:
            self.beside.deliver(*one)
            said = json.loads(one[0])["data"]["object"]
            whose = customers.get(said.get("customer") or said["id"])
            if whose in ids:
                self.stored.setdefault(whose, time.perf_counter())

        began = time.perf_counter()
        with ThreadPoolExecutor(HANDS) as hands:
            list(hands.map(post, posts))
        self.posting = time.perf_counter() - began
        eventually(lambda: ids <= set(self.opened))
        return [self.opened[one] - self.stored[one] for one in ids]

    def tell_burst(self) -> None:
        """How hard the burst was."""
        print(f"  {self.posted} events, kept in {self.posting:.1f} s")

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

    def _look(self) -> None:
        """Note when each right begins and ends, by a connection of its own, all the time."""
        rights = select(Entitlement.member_id, Entitlement.why)
        while not self.over.is_set():
            with core_db.transaction() as db:
                found = db.execute(rights).all()
            now = time.perf_counter()
            for member_id, why in found:
                seen = self.closed if why == "ended" else self.opened
                seen.setdefault(member_id, now)
            time.sleep(0.01)


def _tell_changes(what: str, seconds: list[float]) -> None:
    p50, p99 = at(seconds, 0.50), at(seconds, 0.99)
    met = "met" if p99 < GOAL_SECONDS else "MISSED"
    print(
        f"stored to changed, {what}, {len(seconds)} times: p50 {p50:.3f} s, p99 {p99:.3f} s "
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
