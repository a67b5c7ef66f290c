"""Answers Stripe's own paths: key, version, idempotency, parameters, the operation, expansion."""

import base64
import json
import re
from dataclasses import dataclass
from typing import Any

from werkzeug.wrappers import Request, Response

from . import forms, idempotency, operations
from .engine import Engine
from .errors import ApiError, BadParameters, unauthorized
from .events import API_VERSION
from .expand import expanded
from .operations import Call, Operation

Obj = dict[str, Any]
SECRET_KEY = re.compile(r"(sk|rk)_test_\w+")
LARGEST_BODY = 1_000_000


@dataclass(frozen=True)
class Incoming:
    """The parts of an HTTP request that the API looks at."""

    method: str
    path: str
    form: str
    key: str | None
    request_id: str


def answer(engine: Engine, request: Request) -> Response:
    """The response to a request under ``/v1``; refusals come in Stripe's envelope."""
    incoming = _incoming(engine, request)
    replayed = None
    try:
        _authenticate(request)
        _check_version(request)
        status, body, replayed = _once(engine, incoming)
    except ApiError as refusal:
        status, body = refusal.status, {"error": refusal.body}
    return _response(status, body, incoming, replayed)


def remember(engine: Engine, request: Request, failure: Response) -> None:
    """Keep a failure under the request's idempotency key, as the answer to it from now on."""
    incoming = _incoming(engine, request)
    if incoming.key:
        with engine.lock:
            told = (failure.status_code, json.loads(failure.data), incoming.request_id)
            idempotency.keep_answer(
                engine, incoming.key, incoming.method, incoming.path, incoming.form, told
            )
            engine.store.commit()


def _incoming(engine: Engine, request: Request) -> Incoming:
    with engine.lock:
        request_id = engine.store.new_id("req", 14)
    form = request.query_string.decode()
    if request.method == "POST":
        form = "&".join(part for part in (request.get_data(as_text=True), form) if part)
    key = request.headers.get("Idempotency-Key") if request.method == "POST" else None
    return Incoming(request.method, request.path, form, key, request_id)


def _authenticate(request: Request) -> None:
    key = _key(request.headers.get("Authorization", ""))
    if not key:
        raise unauthorized(
            "You did not provide an API key. You need to provide your API key in the Authorization "
            "header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY')."
        )
    if key.startswith(("sk_live_", "rk_live_", "pk_live_")):
        raise unauthorized(
            "This is a sandbox. It refuses live keys: a live key was sent to it, so treat that key "
            "as exposed to this machine and use one that begins with sk_test_."
        )
    if key.startswith("pk_"):
        raise unauthorized(
            "This API call cannot be made with a publishable API key. Please use a secret API key.",
            status=403,
            code="secret_key_required",
        )
    if not SECRET_KEY.fullmatch(key):
        shown = key[:7] + "*" * max(0, len(key) - 11) + key[-4:]
        raise unauthorized(f"Invalid API Key provided: {shown}")


def _key(header: str) -> str:
    scheme, _, value = header.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).decode().partition(":")[0]
        except ValueError:
            return ""
    return ""


def _check_version(request: Request) -> None:
    version = request.headers.get("Stripe-Version")
    if version is not None and version != API_VERSION:
        raise ApiError(
            f"Invalid Stripe API version: {version}. This sandbox speaks {API_VERSION} only.",
            param="Stripe-Version",
        )


def _once(engine: Engine, incoming: Incoming) -> tuple[int, Obj, str | None]:
    """Do the operation, unless its idempotency key says that it was done before."""
    with engine.lock:
        engine.run_due()
        if incoming.key:
            kept = idempotency.earlier_answer(
                engine, incoming.key, incoming.method, incoming.path, incoming.form
            )
            if kept is not None:
                return kept["status"], kept["body"], kept["request_id"]
        if len(incoming.form) > LARGEST_BODY:
            raise ApiError("The request is too large.", status=413)
        operation, ids = operations.find(incoming.method, incoming.path)
        params = operation.typed(forms.decode(incoming.form))
        status, body = _perform(engine, incoming, operation, ids, params)
        return status, body, None


def _perform(
    engine: Engine, incoming: Incoming, operation: Operation, ids: tuple[str, ...], params: Obj
) -> tuple[int, Obj]:
    engine.begin(incoming.request_id, incoming.key)
    try:
        call = Call(engine, ids, params, incoming.path)
        found = operation.handler(call)
        status, body = 200, expanded(engine, found, params.get("expand") or [])
    except BadParameters:
        engine.store.rollback()
        raise
    except ApiError as refusal:
        if not refusal.keeps_work:
            engine.store.rollback()
        status, body = refusal.status, {"error": refusal.body}
    except BaseException:
        engine.store.rollback()
        raise
    if incoming.key:
        idempotency.keep_answer(
            engine,
            incoming.key,
            incoming.method,
            incoming.path,
            incoming.form,
            (status, body, incoming.request_id),
        )
    engine.store.commit()
    return status, body


def _response(status: int, body: Obj, incoming: Incoming, replayed: str | None) -> Response:
    if "error" in body and isinstance(body["error"], dict):
        dashboard = f"https://dashboard.stripe.com/test/workbench/logs?object={incoming.request_id}"
        body = {"error": {**body["error"], "request_log_url": dashboard}}
    response = Response(json.dumps(body), status=status, content_type="application/json")
    response.headers["Request-Id"] = incoming.request_id
    response.headers["Stripe-Version"] = API_VERSION
    if incoming.key:
        response.headers["Idempotency-Key"] = incoming.key
    if replayed is not None:
        response.headers["Idempotent-Replayed"] = "true"
        response.headers["Original-Request"] = replayed
    return response
