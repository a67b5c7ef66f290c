"""The dashboard: what is in the sandbox now, and buttons that move its clock."""

import time
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from werkzeug.wrappers import Request, Response

from ..billing import periods
from ..engine import Engine
from .routing import drawn, page, send_on

Obj = dict[str, Any]
ROWS = 40
STEPS = {"1 hour": 3_600, "1 day": 86_400, "7 days": 604_800, "30 days": 2_592_000}


@page("/")
def home(engine: Engine, request: Request, id: str) -> Response:
    """The front door leads to the dashboard."""
    return send_on("/_sandbox")


@page("/_sandbox")
def show(engine: Engine, request: Request, id: str) -> Response:
    """Show everything, newest first, or move the clock and show it then."""
    if request.method == "POST":
        seconds = STEPS.get(request.form.get("step", ""))
        if seconds is not None and not _foreign(request):
            engine.advance(seconds)
        return send_on("/_sandbox")
    with engine.lock:
        return drawn(
            "dashboard.html",
            now=moment(engine.clock.now()),
            offset=engine.clock.offset,
            steps=list(STEPS),
            customers=[_customer(engine, row) for row in _latest(engine, "customer")],
            subscriptions=[_subscription(row) for row in _latest(engine, "subscription")],
            events=[_event(row) for row in _latest(engine, "event")],
            deliveries=[_delivery(row) for row in _latest(engine, "_delivery")],
            pending=len(engine.store.where("_delivery", "state", "pending")),
            clocks=_latest(engine, "test_helpers.test_clock"),
            counts={
                name: engine.store.count(kind)
                for name, kind in (
                    ("customers", "customer"),
                    ("subscriptions", "subscription"),
                    ("invoices", "invoice"),
                    ("events", "event"),
                )
            },
        )


def _foreign(request: Request) -> bool:
    from ..control import is_foreign

    return is_foreign(request)


def moment(instant: float) -> str:
    """An instant as people read it, in UTC."""
    return f"{datetime.fromtimestamp(instant, UTC):%Y-%m-%d %H:%M:%S}"


def _latest(engine: Engine, kind: str) -> list[Obj]:
    return list(islice(engine.store.newest(kind), ROWS))


def _customer(engine: Engine, row: Obj) -> Obj:
    return {
        "id": row["id"],
        "email": row["email"] or "",
        "subscriptions": len(engine.store.where("subscription", "customer", row["id"])),
        "state": "deleted" if row.get("_deleted") else "delinquent" if row["delinquent"] else "",
        "created": moment(row["created"]),
    }


def _subscription(row: Obj) -> Obj:
    end = periods.period_of(row)[1]
    return {
        "id": row["id"],
        "customer": row["customer"],
        "status": row["status"],
        "period_end": moment(end),
        "ends": moment(row["cancel_at"]) if row["cancel_at"] else "",
    }


def _event(row: Obj) -> Obj:
    return {"id": row["id"], "type": row["type"], "created": moment(row["created"])}


def _delivery(row: Obj) -> Obj:
    last = row["attempts"][-1]["status"] if row["attempts"] else ""
    waits = max(0, round(row["next_at"] - time.time())) if row["state"] == "pending" else ""
    return {
        "type": row["type"],
        "state": row["state"],
        "attempts": len(row["attempts"]),
        "answer": "no answer" if last == 0 else last,
        "waits": waits,
    }
