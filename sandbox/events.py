"""What happened, as Stripe's event objects, each with the object as it was at that moment."""

import json
from typing import TYPE_CHECKING, Any

from . import deliveries

if TYPE_CHECKING:
    from .engine import Engine

Obj = dict[str, Any]
API_VERSION = "2026-10-28.endive"


def public(obj: Obj) -> Obj:
    """An object without the notes the sandbox keeps on it."""
    return {name: value for name, value in obj.items() if not name.startswith("_")}


def record(engine: "Engine", type: str, obj: Obj, previous: Obj | None) -> Obj:
    """Keep an event and owe it to every endpoint that listens to its type.

    The snapshot is kept as JSON text: it never changes, and text is small.
    """
    data: Obj = {"object": public(obj)}
    if previous is not None:
        data["previous_attributes"] = previous
    event: Obj = {
        "id": engine.store.new_id("evt"),
        "object": "event",
        "api_version": API_VERSION,
        "created": engine.now,
        "data": json.dumps(data, separators=(",", ":")),
        "livemode": False,
        "pending_webhooks": 0,
        "request": dict(engine.request),
        "type": type,
    }
    engine.store.add(event)
    event["pending_webhooks"] = deliveries.owe(engine, event)
    return event


def present(event: Obj) -> Obj:
    """An event as the API shows it."""
    return {**event, "data": json.loads(event["data"])}


def difference(before: Obj, now: Obj) -> Obj:
    """What ``previous_attributes`` tells: the old values of the members that changed."""
    changed: Obj = {}
    for name, value in now.items():
        old = before.get(name)
        if old == value or name.startswith("_"):
            continue
        nested = isinstance(old, dict) and isinstance(value, dict) and "data" not in value
        changed[name] = difference(old, value) if nested and isinstance(old, dict) else old
    changed.update({name: old for name, old in before.items() if name not in now})
    return {name: old for name, old in changed.items() if not name.startswith("_")}
