"""What a bank is shown when a member disputes a charge: what was agreed, told and watched."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from access.models import PlaybackSession
from billing.models import Consent
from core import money
from notices.models import Notice


def of_member(db: Session, member_id: int) -> dict[str, list[dict[str, Any]]]:
    """Consents word for word, e-mails that the mail server accepted, films that were played."""
    consents = select(Consent).where(Consent.member_id == member_id).order_by(Consent.at)
    told = select(Notice).where(Notice.member_id == member_id, Notice.accepted_at.is_not(None))
    plays = select(PlaybackSession).where(PlaybackSession.member_id == member_id)
    return {
        "agreed": [_agreed(one) for one in db.scalars(consents)],
        "told": [
            {"kind": one.kind, "accepted_at": one.accepted_at}
            for one in db.scalars(told.order_by(Notice.accepted_at))
        ],
        "watched": [
            {"film": one.title.name, "at": one.started_at, "seconds": one.seconds_played}
            for one in db.scalars(plays.order_by(PlaybackSession.started_at))
        ],
    }


def _agreed(consent: Consent) -> dict[str, Any]:
    return {
        "at": consent.at,
        "text": consent.text,
        "button": consent.button,
        "first_charge": money.formatted(consent.amount_minor, consent.currency),
        "charge_at": consent.charge_at,
        "network": consent.network,
    }
