"""Webhook deliveries: what is owed to each endpoint, signed, tried, tried again, and recorded."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from . import events

if TYPE_CHECKING:
    from .engine import Engine

Obj = dict[str, Any]
Deliver = Callable[[str, bytes, dict[str, str]], int]
BACKOFF = (1, 2, 5, 15, 60, 300, 900, 3_600, 7_200, 21_600)
TIMEOUT = 20
GIVE_UP_AFTER = 3 * 86_400


def owe(engine: "Engine", event: Obj) -> int:
    """Note one delivery for every endpoint that listens; returns how many there are."""
    owed = 0
    for endpoint in engine.store.all("webhook_endpoint"):
        listens = endpoint["enabled_events"]
        if endpoint["status"] == "enabled" and ("*" in listens or event["type"] in listens):
            owed += _owe_one(engine, event, endpoint)
    return owed


def _owe_one(engine: "Engine", event: Obj, endpoint: Obj) -> int:
    """Note a delivery, or what a planned effect makes of it."""
    rule = _effect_on(engine, event["type"])
    effect = rule["effect"] if rule else None
    place = engine.store.count("_delivery")
    delivery: Obj = {
        "object": "_delivery",
        "event": event["id"],
        "type": event["type"],
        "endpoint": endpoint["id"],
        "state": "dropped" if effect == "drop" else "pending",
        "order": place,
        "noted_at": time.time(),
        "next_at": 0.0,
        "attempts": [],
    }
    if rule and effect == "delay":
        delivery["next_at"] = time.time() + rule["seconds"]
    elif rule and effect == "reorder":
        last = place + rule["count"] - 1
        delivery.update(order=last - 0.5 + rule["count"] / 100_000, next_at=time.time() + 1)
    for _ in range(2 if effect == "duplicate" else 1):
        engine.store.add({**delivery, "id": engine.store.new_id("_dlv"), "attempts": []})
    return 0 if effect == "drop" else 1


def _effect_on(engine: "Engine", type: str) -> Obj | None:
    for rule in engine.effects:
        if rule["type"] in (None, type):
            hit = dict(rule)
            rule["count"] -= 1
            if rule["count"] <= 0:
                engine.effects.remove(rule)
            return hit
    return None


def signature(body: bytes, secret: str, at: int) -> str:
    """The ``Stripe-Signature`` header for a body at a second of real time."""
    signed = f"{at}.".encode() + body
    return f"t={at},v1={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"


def pending(engine: "Engine", at: float | None = None) -> list[Obj]:
    """Deliveries still owed, in the order of their events; with ``at`` only those due by then."""
    owed = [
        delivery
        for delivery in engine.store.where("_delivery", "state", "pending")
        if at is None or delivery["next_at"] <= at
    ]
    return sorted(owed, key=lambda delivery: float(delivery["order"]))


def attempt(engine: "Engine", delivery_id: str, deliver: Deliver) -> bool:
    """Try one delivery; true when the endpoint took it.

    The lock is held while reading and while noting the outcome, never while delivering, because
    the receiver usually calls back.
    """
    with engine.lock:
        delivery = engine.store.get("_delivery", delivery_id)
        if delivery is None or delivery["state"] != "pending":
            return False
        endpoint = engine.store.peek(delivery["endpoint"])
        event = engine.store.peek(delivery["event"])
        if endpoint is None or event is None:
            delivery["state"] = "dropped"
            engine.store.put(delivery)
            engine.store.commit()
            return False
        body = json.dumps(events.present(event), indent=2).encode()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
            "Stripe-Signature": signature(body, endpoint["_secret"], int(time.time())),
        }
        url = endpoint["url"]
    status = deliver(url, body, headers)
    with engine.lock:
        _note(engine, delivery_id, status)
    return 200 <= status < 300


def _note(engine: "Engine", delivery_id: str, status: int) -> None:
    delivery = engine.store.get("_delivery", delivery_id)
    if delivery is None:
        return
    now = time.time()
    delivery["attempts"].append({"at": now, "status": status})
    if 200 <= status < 300:
        delivery["state"] = "delivered"
        _one_less(engine, delivery)
    elif now - delivery["noted_at"] > GIVE_UP_AFTER:
        delivery["state"] = "failed"
    else:
        step = min(len(delivery["attempts"]) - 1, len(BACKOFF) - 1)
        delivery["next_at"] = now + BACKOFF[step]
    engine.store.put(delivery)
    engine.store.commit()


def _one_less(engine: "Engine", delivery: Obj) -> None:
    event = engine.store.get("event", delivery["event"])
    if event is not None:
        event["pending_webhooks"] = max(0, event["pending_webhooks"] - 1)
        engine.store.put(event)


def post(url: str, body: bytes, headers: dict[str, str]) -> int:
    """Send a webhook over HTTP; 0 when the endpoint cannot be reached in time."""
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT)
    try:
        target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        connection.request("POST", target, body, headers)
        return connection.getresponse().status
    except (OSError, HTTPException):
        return 0
    finally:
        connection.close()


def flush(engine: "Engine", deliver: Deliver) -> int:
    """Deliver all that is owed now, and what the receiver's own calls add; how many were taken.

    Each delivery is tried once, so an endpoint that refuses does not keep the caller.
    """
    tried: set[str] = set()
    taken = 0
    while True:
        with engine.lock:
            waiting = [row["id"] for row in pending(engine) if row["id"] not in tried]
        if not waiting:
            return taken
        for id in waiting:
            tried.add(id)
            taken += attempt(engine, id, deliver)
