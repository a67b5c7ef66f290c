"""What a delivery says of itself: enough to keep it and to know whose state to fetch."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

LONGEST_TEXT = 255


class Unreadable(ValueError):
    """A body that is no event: no JSON object with a text ``id``."""


@dataclass(frozen=True)
class Reading:
    """The columns by which an event is routed; what it does not say is ``None``."""

    id: str
    type: str
    api_version: str | None
    livemode: bool
    created_at: datetime | None
    object_id: str | None
    object_type: str | None
    customer_id: str | None


def read(body: bytes) -> Reading:
    """Read a snapshot event, or a thin one that names a ``related_object`` alone.

    Nothing in it is trusted to be of the usual type or size. Raises ``Unreadable``.
    """
    said = _parsed(body)
    identity = _text(said.get("id"))
    if identity is None:
        raise Unreadable("not an object with an id")
    thing = _object(said)
    return Reading(
        id=identity,
        type=_text(said.get("type")) or "unknown",
        api_version=_text(said.get("api_version")),
        livemode=said.get("livemode") is True,
        created_at=_instant(said.get("created")),
        object_id=_text(thing.get("id")),
        object_type=_text(thing.get("object")) or _text(thing.get("type")),
        customer_id=_customer(thing) or _customer(_previous(said)),
    )


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as odd:
        raise Unreadable("not JSON") from odd
    if not isinstance(said, dict):
        raise Unreadable("not an object")
    return said


def _object(said: dict[str, Any]) -> dict[str, Any]:
    data = said.get("data")
    inside = data.get("object") if isinstance(data, dict) else None
    thing = inside if inside is not None else said.get("related_object")
    return thing if isinstance(thing, dict) else {}


def _previous(said: dict[str, Any]) -> dict[str, Any]:
    """What changed was: a card that was taken away names its customer only there."""
    data = said.get("data")
    before = data.get("previous_attributes") if isinstance(data, dict) else None
    return before if isinstance(before, dict) else {}


def _customer(thing: dict[str, Any]) -> str | None:
    if thing.get("object") == "customer" or thing.get("type") == "customer":
        return _text(thing.get("id"))
    customer = thing.get("customer")
    return _text(customer.get("id") if isinstance(customer, dict) else customer)


def _instant(value: object) -> datetime | None:
    """Stripe's seconds, or the text that thin events carry; ``None`` where it is neither."""
    try:
        if isinstance(value, int):
            return datetime.fromtimestamp(value, UTC)
        if isinstance(value, str):
            return datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None


def _text(value: object) -> str | None:
    """Text that a column takes: PostgreSQL refuses NUL and lone surrogates; nothing is long."""
    if not isinstance(value, str):
        return None
    return value.replace("\x00", "").encode("utf-8", "replace").decode()[:LONGEST_TEXT] or None
