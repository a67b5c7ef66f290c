"""Test clocks: customers whose time is moved by hand, apart from everybody else's."""

from typing import Any

from ..billing import periods
from ..clock import DAY
from ..engine import Engine
from ..errors import invalid
from ..events import public
from ..lists import listing
from ..operations import Call, deleted, operation, subject

Obj = dict[str, Any]
KIND = "test_helpers.test_clock"
KEPT_FOR = 30 * DAY
MOST_PERIODS = 2
listing(KIND, "/v1/test_helpers/test_clocks", "test_helpers.TestClock.list")


@operation("POST /v1/test_helpers/test_clocks", "test_helpers.TestClock.create")
def create(call: Call) -> Obj:
    """Stop a clock at an instant."""
    clock = call.engine.new(
        KIND,
        "clock",
        deletes_after=call.engine.clock.now() + KEPT_FOR,
        frozen_time=call.params["frozen_time"],
        name=call.params.get("name"),
        status="ready",
        status_details={},
    )
    call.engine.emit("test_helpers.test_clock.created", clock)
    return clock


@operation("GET /v1/test_helpers/test_clocks/{id}", "test_helpers.TestClock.retrieve")
def retrieve(call: Call) -> Obj:
    """One test clock."""
    return subject(call, KIND)


@operation("POST /v1/test_helpers/test_clocks/{id}/advance", "test_helpers.TestClock.advance")
def advance(call: Call) -> Obj:
    """Move a clock forward; the answer says ``advancing``, the next look ``ready``."""
    engine = call.engine
    clock = subject(call, KIND)
    target = call.params["frozen_time"]
    _check(engine, clock, target)
    clock["status"] = "advancing"
    clock["status_details"] = {"advancing": {"target_frozen_time": target}}
    engine.emit("test_helpers.test_clock.advancing", clock)
    answer = public(dict(clock))
    engine.run_due(target, clock["id"])
    engine.instant = target
    clock.update(frozen_time=target, status="ready", status_details={})
    engine.emit("test_helpers.test_clock.ready", clock)
    return answer


def _check(engine: Engine, clock: Obj, target: int) -> None:
    if target <= clock["frozen_time"]:
        raise invalid(
            "The clock cannot be moved back: `frozen_time` must be later than the clock's current "
            "frozen time.",
            "frozen_time",
        )
    spans = [
        end - start
        for customer in engine.store.where("customer", "test_clock", clock["id"])
        for subscription in engine.store.where("subscription", "customer", customer["id"])
        if subscription["status"] in ("active", "trialing", "past_due")
        for start, end in [_shortest(subscription)]
    ]
    if spans and target - clock["frozen_time"] > MOST_PERIODS * min(spans):
        raise invalid(
            "You can only advance a test clock by at most two intervals of the shortest "
            "subscription on it.",
            "frozen_time",
        )


def _shortest(subscription: Obj) -> tuple[int, int]:
    start, end = periods.period_of(subscription)
    return start, max(end, periods.next_end(subscription, start))


@operation("DELETE /v1/test_helpers/test_clocks/{id}", "test_helpers.TestClock.delete")
def delete(call: Call) -> Obj:
    """Remove a clock together with its customers."""
    engine = call.engine
    clock = subject(call, KIND)
    for found in engine.store.where("customer", "test_clock", clock["id"]):
        customer = engine.get("customer", found["id"])
        customer["_deleted"] = True
        engine.store.put(customer)
        for kind in ("subscription", "invoice"):
            for owned in engine.store.where(kind, "customer", customer["id"]):
                engine.store.remove(owned)
    engine.agenda.forget_clock(clock["id"])
    engine.emit("test_helpers.test_clock.deleted", clock)
    engine.store.remove(clock)
    return deleted(KIND, clock["id"])
