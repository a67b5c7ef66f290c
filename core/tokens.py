"""Signed tokens for links: one purpose each, with an age, made and read here alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from itsdangerous import BadSignature, URLSafeTimedSerializer
from itsdangerous.timed import TimestampSigner

from core import clock, settings


class _OurClock(TimestampSigner):
    def get_timestamp(self) -> int:
        return int(clock.now().timestamp())


def sign(purpose: str, data: Any) -> str:
    """A token that says ``data`` (JSON) and can be read back for this ``purpose`` only."""
    return _serializer(purpose).dumps(data)


def find(purpose: str, token: str, *, within: timedelta | None = None) -> Any | None:
    """What ``token`` says, or ``None`` where it is forged, of another purpose, or too old.

    One that was signed a moment from now is good: no two machines' clocks are quite the same.
    """
    try:
        said, signed_at = _serializer(purpose).loads(token, return_timestamp=True)
    except BadSignature:
        return None
    is_too_old = within is not None and clock.now().replace(microsecond=0) - signed_at > within
    return None if is_too_old else said


def _serializer(purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        settings.current().signing_key, salt=f"matinee.{purpose}", signer=_OurClock
    )
