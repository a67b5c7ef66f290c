"""Stripe's stored deliveries, read: by how they stand, by type, by what they are about."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from billing.models import StripeEvent
from core import keyset
from core.errors import NotFound
from core.keyset import Page, Place

HIDDEN = frozenset({"client_secret", "exp_month", "exp_year", "fingerprint", "iin"})
"""Members of Stripe's objects that nobody at the desk needs to see."""


def listed(
    db: Session, place: Place, *, state: str = "", kind: str = "", about: str = ""
) -> Page[StripeEvent]:
    """One page of the deliveries, narrowed to a state, a type, or an object, customer or event."""
    query = select(StripeEvent)
    if state:
        query = query.where(StripeEvent.state == state)
    if kind:
        query = query.where(StripeEvent.type == kind)
    if about:
        named = (StripeEvent.object_id, StripeEvent.customer_id, StripeEvent.stripe_id)
        query = query.where(or_(*(column == about for column in named)))
    return keyset.page(db, query, StripeEvent.id, place)


def by_id(db: Session, event_id: int) -> StripeEvent:
    """The delivery with this number. Raises ``NotFound``."""
    found = db.get(StripeEvent, event_id) if event_id <= keyset.LARGEST else None
    if found is None:
        raise NotFound
    return found


def payload(event: StripeEvent) -> str:
    """What Stripe sent, set out to be read; the details of a card beyond its last digits are
    left out."""
    return json.dumps(_shown(json.loads(event.raw)), indent=2, ensure_ascii=False)


def _shown(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _shown(part) for name, part in value.items() if name not in HIDDEN}
    return [_shown(part) for part in value] if isinstance(value, list) else value
