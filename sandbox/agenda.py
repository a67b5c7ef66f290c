"""What falls due later: one job per subject and kind, kept in the store, found in time order."""

import heapq
from typing import Any

from .store import Store

Obj = dict[str, Any]

FIRST = frozenset({"next_phase", "cancel_subscription"})  # of what falls due at one instant


class Agenda:
    """Jobs by the clock they follow: the sandbox's own (``""``) or a test clock's id."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._heaps: dict[str, list[tuple[int, bool, int, str]]] = {}
        self._count = 0
        for job in store.all("_job"):
            self._push(job)

    def schedule(self, kind: str, subject: str, at: int, clock: str = "") -> None:
        """Do ``kind`` to ``subject`` at an instant, instead of at an earlier appointment's."""
        id = f"_job:{kind}:{subject}"
        job = self._store.get("_job", id)
        if job is None:
            job = self._store.add({"object": "_job", "id": id, "kind": kind, "subject": subject})
        job.update(at=at, clock=clock)
        self._store.put(job)
        self._push(job)

    def cancel(self, kind: str, subject: str) -> None:
        """Drop an appointment, if there is one."""
        job = self._store.get("_job", f"_job:{kind}:{subject}")
        if job is not None:
            self._store.remove(job)

    def due_at(self, kind: str, subject: str) -> int | None:
        """When an appointment is, if there is one."""
        job = self._store.peek(f"_job:{kind}:{subject}")
        return None if job is None else int(job["at"])

    def _push(self, job: Obj) -> None:
        self._count += 1
        heap = self._heaps.setdefault(job["clock"], [])
        place = (job["kind"] not in FIRST, self._count)
        heapq.heappush(heap, (job["at"], *place, job["id"]))

    def next_due(self, until: int, clock: str = "") -> Obj | None:
        """Take the earliest job that is due by ``until`` off the agenda."""
        heap = self._heaps.get(clock, [])
        while heap and heap[0][0] <= until:
            at, _, _, id = heapq.heappop(heap)
            job = self._store.get("_job", id)
            if job is not None and job["at"] == at and job["clock"] == clock:
                self._store.remove(job)
                return job
        return None

    def forget_clock(self, clock: str) -> None:
        """Drop every job of a test clock that was deleted."""
        for _, _, _, id in self._heaps.pop(clock, []):
            job = self._store.get("_job", id)
            if job is not None:
                self._store.remove(job)
