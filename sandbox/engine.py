"""The one piece of state behind every page and call: store, clock, agenda, events, settings."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from . import events
from .agenda import Agenda
from .clock import Clock
from .errors import ApiError
from .shapes import complete, names_of
from .store import Store

Obj = dict[str, Any]
Job = Callable[["Engine", str], None]

JOBS: dict[str, Job] = {}


def job(kind: str) -> Callable[[Job], Job]:
    """Register what is done when an appointment of this kind falls due."""

    def keep(work: Job) -> Job:
        JOBS[kind] = work
        return work

    return keep


@dataclass
class Settings:
    """What a Stripe account would set in its dashboard.

    ``after_retries``: ``cancel``, ``unpaid`` or ``past_due`` when every retry of a renewal failed.
    ``retry_days``: days after the first failure on which a payment is tried again.
    ``upcoming_days``: how long before a renewal ``invoice.upcoming`` is sent.
    """

    after_retries: str = "cancel"
    retry_days: tuple[int, ...] = (1, 2, 3, 5, 7, 9, 11, 14)
    upcoming_days: int = 7
    draft_seconds: int = 3_600
    account_name: str = "Sandbox"
    public_url: str = "http://127.0.0.1:8001"


class Engine:
    """Runs one piece of work at a time, each at its own instant, and keeps or undoes it whole."""

    def __init__(self, store: Store, clock: Clock, settings: Settings) -> None:
        self.store = store
        self.clock = clock
        self.settings = settings
        self.agenda = Agenda(store)
        self.lock = threading.RLock()
        self.instant = clock.now()
        self.test_clock: str | None = None
        self.effects: list[Obj] = []
        self.request: Obj = {"id": None, "idempotency_key": None}

    @property
    def now(self) -> int:
        """The instant the current piece of work happens at."""
        return self.instant

    def new(self, kind: str, prefix: str, /, **members: Any) -> Obj:
        """Make, complete and keep an object of a Stripe type; it was created at present."""
        obj: Obj = {"id": members.pop("id", None) or self.store.new_id(prefix), "object": kind}
        shown = names_of(kind)
        obj.update({"created": self.now} if "created" in shown else {})
        obj.update({"livemode": False} if "livemode" in shown else {})
        obj.update(members)
        return self.store.add(complete(obj))

    def get(self, kind: str, id: str | None) -> Obj:
        """An object that is known to exist."""
        obj = self.store.get(kind, id or "")
        if obj is None:
            raise LookupError(f"{kind} {id} is referred to but does not exist")
        return obj

    def emit(self, type: str, obj: Obj, previous: Obj | None = None) -> Obj:
        """Record that something happened, for the list of events and for the webhooks."""
        if self.store.peek(obj["id"]) is obj:
            self.store.put(obj)
            self.store.announce(obj)
        return events.record(self, type, obj, previous)

    def tell(self, type: str, summary: Obj, previous: Obj | None = None) -> Obj:
        """Record an event about something that is not kept as an object."""
        return events.record(self, type, summary, previous)

    def changed(self, type: str, obj: Obj, also: Obj | None = None) -> bool:
        """Announce a change with what it was before; nothing is said when nothing changed."""
        self.store.put(complete(obj))
        before = self.store.announced(obj["id"])
        previous = {} if before is None else events.difference(before, obj)
        if not previous and not also:
            return False
        events.record(self, type, obj, previous)
        self.store.announce(obj)
        return True

    def follow(self, subject: Obj | None) -> None:
        """Continue at the instant of the subject's test clock, if it has one."""
        clock = (subject or {}).get("test_clock")
        if clock and clock != self.test_clock:
            followed = self.store.peek(clock)
            if followed is not None:
                self.test_clock, self.instant = clock, followed["frozen_time"]

    def begin(self, request_id: str | None = None, key: str | None = None) -> None:
        """Start a piece of work at the present; ``store.commit`` or ``rollback`` ends it."""
        self.instant, self.test_clock = self.clock.now(), None
        self.request = {"id": request_id, "idempotency_key": key}

    @contextmanager
    def work(self) -> Iterator[None]:
        """One piece of work that is not an API call; undone whole when it fails.

        A declined card is no failure in this sense: what happened before it stays on record.
        """
        with self.lock:
            self.begin()
            try:
                yield
            except ApiError as refusal:
                if refusal.keeps_work:
                    self.store.commit()
                else:
                    self.store.rollback()
                raise
            except BaseException:
                self.store.rollback()
                raise
            self.store.commit()

    def schedule(self, kind: str, subject: str, at: int) -> None:
        """Make an appointment on the clock that the current work follows."""
        self.agenda.schedule(kind, subject, at, self.test_clock or "")

    def run_due(self, until: int | None = None, test_clock: str = "") -> None:
        """Do what has fallen due, each job at its own time, and keep each by itself."""
        with self.lock:
            limit = self.clock.now() if until is None else until
            while True:
                due = self.agenda.next_due(limit, test_clock)
                if due is None:
                    break
                self.instant, self.test_clock = due["at"], test_clock or None
                self.request = {"id": None, "idempotency_key": None}
                JOBS[due["kind"]](self, due["subject"])
                if not test_clock:
                    self.store.commit()

    def advance(self, seconds: int) -> int:
        """Move the sandbox's clock and run what falls due on the way; the number of events."""
        with self.lock:
            before = self.store.count("event")
            self.run_due()
            target = self.clock.now() + seconds
            self.run_due(target)
            self.clock.advance(seconds)
            self.remember_offset()
            return self.store.count("event") - before

    def remember_offset(self) -> None:
        """Keep the clock's offset for the next start."""
        kept = self.store.get("_clock", "_clock") or self.store.add(
            {"object": "_clock", "id": "_clock"}
        )
        kept.update(offset=self.clock.offset)
        self.store.put(kept)
        self.store.commit()

    def recall_offset(self) -> None:
        """Take the clock's offset up again after a restart."""
        kept = self.store.peek("_clock")
        if kept is not None:
            self.clock.offset = kept["offset"]
