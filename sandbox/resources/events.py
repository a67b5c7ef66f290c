"""Events: what happened, newest first."""

from typing import Any

from ..events import present
from ..lists import CURSORS, candidates, fits, page_of
from ..operations import Call, operation, subject

Obj = dict[str, Any]


@operation("GET /v1/events", "Event.list")
def listed(call: Call) -> Obj:
    """Events, filtered by one type, several types, or date."""
    params = {k: v for k, v in call.params.items() if k not in CURSORS}
    types = params.pop("types", None)
    undelivered = params.pop("delivery_success", None)

    def keep(event: Obj) -> bool:
        return (
            _matches(event["type"], params.get("type"))
            and fits(event, {k: v for k, v in params.items() if k != "type"})
            and (not types or event["type"] in types)
            and (undelivered is None or (event["pending_webhooks"] == 0) == undelivered)
        )

    exact = params if "*" not in str(params.get("type")) else {}
    page = page_of(call, candidates(call.engine, "event", exact), keep=keep)
    page["data"] = [present(event) for event in page["data"]]
    return page


def _matches(type: str, wanted: str | None) -> bool:
    if wanted is None or wanted == "*":
        return True
    return type.startswith(wanted[:-1]) if wanted.endswith("*") else type == wanted


@operation("GET /v1/events/{id}", "Event.retrieve")
def retrieve(call: Call) -> Obj:
    """One event."""
    return present(subject(call, "event"))
