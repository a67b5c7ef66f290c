"""Signing up before the address is proved: what was typed waits for the link of one e-mail."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from accounts import profiles, sign_up
from accounts.models import Member, SignUpRequest
from core import settings
from core.errors import DomainError

LINK_LASTS = timedelta(hours=1)
KEPT = timedelta(days=1)


class LinkOver(DomainError):
    """A link that is too old, was used, or was never made by us."""

    status = 409
    sentence = (
        "This link has been used, or is more than an hour old. Sign in where you have an account; "
        "else sign up once more and we send you a new link."
    )
    too_old = "This link is more than an hour old. We can send you a new one."


def ask(
    db: Session,
    email: str,
    password_hash: str,
    *,
    there: str,
    zone: str,
    territory: str | None = None,
    visitor_id: int | None,
    now: datetime,
) -> SignUpRequest:
    """Keep a sign-up for ``there``. Nothing here asks whether the address is known.

    A ``zone`` that does not exist is left out: it was filled in by a script, not by a person. The
    ``territory`` (ISO 3166) is the country whose offer was shown.
    """
    made = SignUpRequest(
        email=email.strip().lower(),
        password=password_hash,
        there=there,
        zone=zone if zone in profiles.zones() else None,
        territory=territory,
        visitor_id=visitor_id,
        asked_at=now,
    )
    db.add(made)
    db.flush()  # the link names its id
    return made


def again(db: Session, old: SignUpRequest, *, now: datetime) -> SignUpRequest:
    """The same sign-up once more, for a new link in the place of one that is too old."""
    made = ask(
        db,
        old.email,
        old.password,
        there=old.there,
        zone=old.zone or "",
        territory=old.territory,
        visitor_id=old.visitor_id,
        now=now,
    )
    old.done_at, old.password = now, ""
    return made


def is_known(db: Session, request: SignUpRequest) -> bool:
    """Whether somebody has an account with this address already."""
    return db.scalar(select(Member.id).where(Member.email == request.email)) is not None


def open_for(db: Session, request_id: int, *, now: datetime) -> SignUpRequest:
    """The sign-up that a link stands for, locked. Raises ``LinkOver``.

    A link opens no account that somebody has already: neither its own nor another's.
    """
    found = db.scalar(select(SignUpRequest).where(SignUpRequest.id == request_id).with_for_update())
    if found is None or found.done_at is not None or now - found.asked_at > LINK_LASTS:
        raise LinkOver(request_id)
    if is_known(db, found):
        raise LinkOver(request_id)
    return found


def finish(db: Session, request: SignUpRequest, *, now: datetime) -> Member:
    """Make the account whose address has been proved; days are shown in the zone of its browser,
    else in the site's as on the pages before, offers for the country that was chosen there."""
    made = sign_up.member(db, request.email, request.password, now=now)
    made.confirmed_at = now
    zone = request.zone or settings.current().zone
    if zone in profiles.zones():
        profiles.set_zone(made, zone)
    profiles.set_territory(made, request.territory or "")
    request.done_at, request.password = now, ""
    db.flush()
    return made


def purge(db: Session, *, now: datetime) -> int:
    """Forget what was typed more than a day ago. Returns how many."""
    gone = db.execute(delete(SignUpRequest).where(SignUpRequest.asked_at < now - KEPT))
    return gone.rowcount  # type: ignore[attr-defined,no-any-return]  # a DELETE's result has it
