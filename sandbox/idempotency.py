"""Remembers the answer to each idempotency key, so that a call sent twice is done once."""

import hashlib
from typing import Any

from .clock import DAY
from .engine import Engine
from .errors import ApiError

Obj = dict[str, Any]
KEPT_FOR = DAY
LONGEST_KEY = 255


def earlier_answer(engine: Engine, key: str, method: str, path: str, body: str) -> Obj | None:
    """What was answered to this key before; another body or path under it is refused."""
    if len(key) > LONGEST_KEY:
        raise ApiError(
            f"Idempotency keys cannot be longer than {LONGEST_KEY} characters.",
            kind="idempotency_error",
        )
    kept = engine.store.peek(f"_idem:{key}")
    if kept is None or engine.clock.now() - kept["created"] > KEPT_FOR:
        return None
    if kept["path"] != f"{method} {path}":
        raise ApiError(
            "Keys for idempotent requests can only be used for the same endpoint they were first "
            f"used for ('{kept['path'].split()[1]}' vs '{path}'). Try using a key other than "
            f"'{key}' if you meant to execute a different request.",
            kind="idempotency_error",
        )
    if kept["digest"] != _digest(body):
        raise ApiError(
            "Keys for idempotent requests can only be used with the same parameters they were "
            f"first used with. Try using a key other than '{key}' if you meant to execute a "
            "different request.",
            kind="idempotency_error",
        )
    return kept


def keep_answer(
    engine: Engine, key: str, method: str, path: str, body: str, answer: tuple[int, Obj, str]
) -> None:
    """Remember an answer together with the work it tells of: both are committed at once."""
    status, content, request_id = answer
    id = f"_idem:{key}"
    old = engine.store.get("_idem", id)
    if old is not None:
        engine.store.remove(old)
    engine.store.add(
        {
            "object": "_idem",
            "id": id,
            "created": engine.clock.now(),
            "path": f"{method} {path}",
            "digest": _digest(body),
            "status": status,
            "body": content,
            "request_id": request_id,
        }
    )


def _digest(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()
