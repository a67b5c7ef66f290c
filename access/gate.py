"""The watch gate: one question, answered from our own table, with the step that opens it."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from access import standing
from access.entitlements import CATALOGUE
from access.models import Entitlement
from access.standing import State
from accounts.models import Member
from catalog.film_pages import Film
from catalog.models import Title, Trailer


class Answer(enum.StrEnum):
    """``OPEN``, or the step that opens the gate."""

    OPEN = "open"
    SIGN_IN = "sign-in"
    SUBSCRIBE = "subscribe"
    RENEW = "renew"
    UPDATE_CARD = "update-card"
    SEE_ACCOUNT = "see-account"


def may_watch(db: Session, member: Member | None, title: Title | Film, *, now: datetime) -> Answer:
    """Whether ``member`` may play ``title`` now. Two queries at most, never a call to Stripe."""
    if member is None:
        return Answer.SUBSCRIBE
    if _reaches(_until(db, member.id), now) and title.status == "published":
        return Answer.OPEN
    return _step(db, member, now=now)


def answer(title: Title | Film, until: datetime | None, state: State, *, now: datetime) -> Answer:
    """The same where the entitlement, which reaches ``until``, and the member's state were read
    with more."""
    if _reaches(until, now) and title.status == "published":
        return Answer.OPEN
    return _step_of(state)


def is_entitled(db: Session, member_id: int, *, now: datetime) -> bool:
    """Whether the entitlement of the catalogue reaches beyond ``now``: one indexed read."""
    return _reaches(_until(db, member_id), now)


def may_see_trailer(
    db: Session, member: Member | None, trailer: Trailer, *, now: datetime
) -> Answer:
    """Whether ``member`` may see ``trailer``, by the trailer's own rule."""
    if trailer.gate == "everyone":
        return Answer.OPEN
    if member is None:
        return Answer.SIGN_IN if trailer.gate == "signed in" else Answer.SUBSCRIBE
    if trailer.gate == "signed in" or is_entitled(db, member.id, now=now):
        return Answer.OPEN
    return _step(db, member, now=now)


def _step(db: Session, member: Member, *, now: datetime) -> Answer:
    return _step_of(standing.in_short(db, member, now=now).state)


def _step_of(state: State) -> Answer:
    if state is State.PAST_DUE:
        return Answer.UPDATE_CARD
    if state in (State.PAUSED, State.ACTIVE, State.TRIALING, State.CANCELLING):
        return Answer.SEE_ACCOUNT  # they have a subscription, and must not be sold another
    return Answer.RENEW if state is State.ENDED else Answer.SUBSCRIBE


def _reaches(until: datetime | None, now: datetime) -> bool:
    return until is not None and until > now


def _until(db: Session, member_id: int) -> datetime | None:
    return db.scalar(_UNTIL, {"member_id": member_id})


_UNTIL = select(Entitlement.until).where(
    Entitlement.member_id == bindparam("member_id"), Entitlement.feature == CATALOGUE
)
