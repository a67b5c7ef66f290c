"""The sandbox's own paths under ``/_sandbox``: time, deliveries, troubles, settings."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from werkzeug.wrappers import Request, Response

from . import events
from .faults import Fault

if TYPE_CHECKING:
    from .app import Sandbox

Obj = dict[str, Any]
Answer = Callable[["Sandbox", Obj], Obj]
ROUTES: dict[tuple[str, str], Answer] = {}
LONGEST_STEP = 10 * 366 * 86_400


class Refused(Exception):
    """A control request that makes no sense, with the sentence that says why."""


def route(method: str, path: str) -> Callable[[Answer], Answer]:
    """Register the function behind one control path."""

    def keep(answer: Answer) -> Answer:
        ROUTES[(method, path)] = answer
        return answer

    return keep


def answer(sandbox: "Sandbox", request: Request) -> Response:
    """The JSON response to a control request."""
    if is_foreign(request):
        return _json(403, {"error": "another site's page may not control the sandbox"})
    found = ROUTES.get((request.method, request.path.rstrip("/")))
    if found is None:
        return _json(404, {"error": f"no control path {request.method} {request.path}"})
    try:
        return _json(200, found(sandbox, _body(request)))
    except Refused as refusal:
        return _json(400, {"error": str(refusal)})


def is_foreign(request: Request) -> bool:
    """Whether a browser sent this from a page of another site."""
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != request.host


def _body(request: Request) -> Obj:
    if request.method != "POST":
        return dict(request.args)
    text = request.get_data(as_text=True)
    try:
        body = json.loads(text or "{}")
    except ValueError:
        raise Refused("the body is no JSON") from None
    if not isinstance(body, dict):
        raise Refused("the body must be a JSON object")
    return body


def _json(status: int, content: Obj) -> Response:
    return Response(json.dumps(content, indent=2), status=status, content_type="application/json")


def _whole(body: Obj, name: str, least: int, most: int) -> int:
    value = body.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise Refused(f"{name} must be a whole number from {least} to {most}")
    return value


@route("GET", "/_sandbox/health")
def health(sandbox: "Sandbox", body: Obj) -> Obj:
    """The sandbox is up."""
    return {"status": "ok", "api_version": events.API_VERSION}


@route("GET", "/_sandbox/clock")
def clock(sandbox: "Sandbox", body: Obj) -> Obj:
    """What time it is in the sandbox."""
    return {"now": sandbox.clock.now(), "offset": sandbox.clock.offset}


@route("POST", "/_sandbox/clock/advance")
def advance(sandbox: "Sandbox", body: Obj) -> Obj:
    """Move time forward by ``seconds`` and run everything that falls due on the way."""
    happened = sandbox.advance(_whole(body, "seconds", 0, LONGEST_STEP))
    return {"now": sandbox.clock.now(), "events": happened}


@route("POST", "/_sandbox/deliveries/flush")
def flush(sandbox: "Sandbox", body: Obj) -> Obj:
    """Deliver all that is owed and answer when it is done."""
    taken = sandbox.flush()
    with sandbox.engine.lock:
        left = len(sandbox.engine.store.where("_delivery", "state", "pending"))
    return {"delivered": taken, "pending": left}


@route("GET", "/_sandbox/deliveries")
def deliveries(sandbox: "Sandbox", body: Obj) -> Obj:
    """The latest deliveries, newest first, with every attempt."""
    wanted = body.get("state")
    limit = int(body.get("limit", "100")) if str(body.get("limit", "100")).isdigit() else 100
    rows: list[Obj] = []
    with sandbox.engine.lock:
        for row in sandbox.engine.store.newest("_delivery"):
            if wanted in (None, row["state"]) and len(rows) < limit:
                rows.append({k: v for k, v in row.items() if k != "object"})
    return {"data": rows}


@route("POST", "/_sandbox/deliveries/effects")
def plan_effect(sandbox: "Sandbox", body: Obj) -> Obj:
    """Drop, duplicate, delay or reorder the next ``count`` deliveries (of one ``type``)."""
    effect = body.get("effect")
    if effect not in ("drop", "duplicate", "delay", "reorder"):
        raise Refused("effect must be drop, duplicate, delay or reorder")
    rule = {
        "effect": effect,
        "count": _whole({"count": 1, **body}, "count", 1, 10_000),
        "type": body.get("type"),
        "seconds": _whole({"seconds": 60, **body}, "seconds", 0, LONGEST_STEP),
    }
    sandbox.engine.effects.append(rule)
    return {"planned": sandbox.engine.effects}


@route("POST", "/_sandbox/faults")
def plan_fault(sandbox: "Sandbox", body: Obj) -> Obj:
    """Let the next ``count`` calls fail: ``kind`` says how, ``path`` and ``method`` say which."""
    known = {k: v for k, v in body.items() if k in ("kind", "count", "method", "path", "seconds")}
    try:
        sandbox.faults.plan(Fault(**known))
    except (TypeError, ValueError) as problem:
        raise Refused(str(problem)) from None
    return {"planned": [vars(fault) for fault in sandbox.faults.planned]}


@route("POST", "/_sandbox/cards/renew")
def renew_card(sandbox: "Sandbox", body: Obj) -> Obj:
    """The bank issues a new card: ``payment_method`` gets four years and the digits ``last4``."""
    engine = sandbox.engine
    with engine.work():
        method = engine.store.get("payment_method", str(body.get("payment_method")))
        if method is None or method["type"] != "card" or method["customer"] is None:
            raise Refused("payment_method must be a card that is saved to a customer")
        method["card"]["exp_year"] += 4
        method["card"]["last4"] = str(body.get("last4", "0077"))[-4:]
        engine.changed("payment_method.automatically_updated", method)
        return {"payment_method": events.public(method)}


@route("POST", "/_sandbox/settings")
def change_settings(sandbox: "Sandbox", body: Obj) -> Obj:
    """Change what an account sets in its dashboard, such as ``after_retries``."""
    settings = sandbox.engine.settings
    if body.get("after_retries", "cancel") not in ("cancel", "unpaid", "past_due"):
        raise Refused("after_retries must be cancel, unpaid or past_due")
    for name, value in body.items():
        if name not in vars(settings):
            raise Refused(f"there is no setting {name}")
        setattr(settings, name, tuple(value) if isinstance(value, list) else value)
    return vars(settings)
