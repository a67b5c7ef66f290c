"""What the e-mail about a trial that was refused says beside the rest: the rule, and the way on."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from billing import eligibility, offers, terms
from catalog.models import Title
from core import settings
from notices.models import Notice

KIND = "second_trial"


def told(db: Session, notice: Notice, title: Title | None, *, now: datetime) -> dict[str, Any]:
    """The rule, what is sold to its reader now and where, from the film that they came for; no
    ``plan`` where nothing of ours is."""
    offer = offers.shown(db, notice.member, now=now) if notice.kind == KIND else None
    query = f"?{urlencode({'film': title.slug})}" if title else ""
    return {
        "one_trial": eligibility.rule(),
        "plan": terms.of(offer, now=now) if offer and offer.kind == "own" else None,
        "plan_url": f"{settings.current().origin}/trial{query}",
    }
