"""Trouble on demand: the next calls answer 429 or 500, hang, or break off after doing the work."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from werkzeug.wrappers import Request, Response

PASSING = ("rate_limit", "error", "error_after_work", "timeout", "reset", "reset_after_work")
KEPT = "error_kept"
"""A failure that Stripe remembers: under the same key it is answered for a day."""
KEPT_AFTER_WORK = "error_after_work_kept"
"""As ``KEPT``, but what was asked for was done."""
CUT = "truncated"
"""An answer of which half is lost on the way, once the work is done."""
KINDS = (*PASSING, KEPT, KEPT_AFTER_WORK, CUT)


@dataclass
class Fault:
    """What happens to the next ``count`` calls whose method and path begin like this."""

    kind: str
    count: int = 1
    method: str = ""
    path: str = ""
    seconds: float = 30.0


@dataclass
class Faults:
    """The troubles that are still to come, in the order they were asked for."""

    planned: list[Fault] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def plan(self, fault: Fault) -> None:
        """Add a trouble."""
        if fault.kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}")
        with self.lock:
            self.planned.append(fault)

    def next_for(self, request: Request) -> Fault | None:
        """The trouble that hits this request, counted down."""
        with self.lock:
            for fault in self.planned:
                if request.path.startswith(fault.path) and fault.method in ("", request.method):
                    fault.count -= 1
                    if fault.count <= 0:
                        self.planned.remove(fault)
                    return fault
        return None

    def suffer(
        self, fault: Fault, work: Callable[[], Response], remember: Callable[[Response], None]
    ) -> Response:
        """Answer a request that a trouble hits.

        A connection that breaks is a ``ConnectionResetError``: the server closes the socket
        without an answer, and the in-process client tells it as a network failure.
        """
        if fault.kind == "rate_limit":
            return _refusal(
                429,
                "invalid_request_error",
                "rate_limit",
                "Request rate limit exceeded. Learn more about rate limits at "
                "https://docs.stripe.com/rate-limits.",
            )
        if fault.kind == CUT:
            return _half(work())
        if fault.kind in ("error_after_work", "reset_after_work", KEPT_AFTER_WORK):
            work()
        if fault.kind in ("error", "error_after_work", KEPT, KEPT_AFTER_WORK):
            failure = _refusal(
                500,
                "api_error",
                None,
                "An unknown error occurred. If this persists, contact support.",
            )
            if fault.kind in (KEPT, KEPT_AFTER_WORK):
                remember(failure)
            return failure
        if fault.kind == "timeout":
            time.sleep(fault.seconds)
        raise ConnectionResetError(f"sandbox fault: {fault.kind}")


def _half(whole: Response) -> Response:
    said = whole.get_data(as_text=True)
    return Response(said[: len(said) // 2], status=whole.status_code, headers=whole.headers)


def _refusal(status: int, kind: str, code: str | None, message: str) -> Response:
    error = {"type": kind, "message": message}
    if code is not None:
        error["code"] = code
    return Response(
        json.dumps({"error": error}, indent=2), status=status, content_type="application/json"
    )
