"""An account that its owner has deleted: closed at once, and forgotten as soon as nothing is owed.

Source: GDPR, article 17; what stays and why: ``docs/decisions/0019``.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from accounts import merges, sessions
from accounts.models import EmailChange, Erasure, Member, RequestCount, SignInLink, SignUpRequest
from core import settings
from core.errors import DomainError

MARK = "erased:"
NOBODYS = "@erased.invalid"
"""How the address of an erased account ends, to which nothing is ever written."""


class StaffStays(DomainError):
    """Whoever runs the site cannot delete their account while they do."""

    status = 409
    sentence = (
        "Your account runs this site. Let another admin take your role away first; then it can be"
        " deleted."
    )


def ask(db: Session, member: Member, *, now: datetime) -> bool:
    """Close the account at once: nobody is signed in to it, and nobody signs in. ``False`` where
    that was done while this waited, by a second press or by a merge. Raises ``StaffStays``."""
    db.refresh(member, with_for_update={"key_share": True})
    if not member.active:
        return False
    if member.is_operator:
        raise StaffStays
    db.add(Erasure(member_id=member.id, customers=[], asked_at=now))
    for one_id in db.scalars(merges.everyone(member.id)).all():
        one = db.get_one(Member, one_id)
        one.active, one.password, one.fs_uniquifier = False, None, secrets.token_hex(32)
        sessions.end_all(db, one_id)
    db.flush()  # what follows reads it
    return True


def due(db: Session) -> list[int]:
    """The erasures that are not done, oldest first."""
    return list(
        db.scalars(select(Erasure.id).where(Erasure.done_at.is_(None)).order_by(Erasure.id))
    )


def reopen(db: Session, members: list[int]) -> None:
    """Erase these accounts once more: something of theirs has come since."""
    done = update(Erasure).where(Erasure.member_id.in_(members))
    db.execute(done.values(done_at=None))


def asked_since(db: Session, since: datetime) -> list[Erasure]:
    """The erasures that were asked for after an instant, done or not."""
    return list(db.scalars(select(Erasure).where(Erasure.asked_at > since)))


def mark(mailbox: str) -> str:
    """What is kept of a mailbox that had a trial, so that it has no second one: it tells whether
    an address is the same, and cannot be read back without the site's key."""
    key = settings.current().signing_key.encode()
    return MARK + hmac.new(key, mailbox.encode(), hashlib.sha256).hexdigest()


def addresses(db: Session, members: list[int]) -> list[str]:
    """Every address that these accounts have, had, or asked for: what their own rows are searched
    for. Some may be somebody else's; what is told by an address alone is found by
    ``merges.theirs_alone``."""
    present = db.scalars(select(Member.email).where(Member.id.in_(members)))
    changes = select(EmailChange.former, EmailChange.email)
    others = db.execute(changes.where(EmailChange.member_id.in_(members)))
    return sorted({*present, *(one for row in others for one in row)})


def changes(db: Session, members: list[int]) -> list[int]:
    """The numbers of the other addresses that these accounts have asked for."""
    asked = select(EmailChange.id).where(EmailChange.member_id.in_(members))
    return list(db.scalars(asked))


def forget(db: Session, members: list[int], theirs: list[str]) -> None:
    """Leave of accounts what other rows point to: a number, and the mark of the mailbox.
    ``theirs``: the addresses that are nobody else's."""
    for one_id in members:
        one = db.get_one(Member, one_id)
        if not one.email_canonical.startswith(MARK):
            one.email_canonical = mark(one.email_canonical)
        one.email, one.confirmed_at = f"erased-{one.id}{NOBODYS}", None
        one.zone, one.territory, one.captions = "UTC", None, False
        one.theme = one.contrast = one.motion = "system"
    db.execute(delete(EmailChange).where(EmailChange.member_id.in_(members)))
    db.execute(delete(SignInLink).where(SignInLink.email.in_(theirs)))
    asked = SignUpRequest.email.in_(theirs)
    db.execute(update(SignUpRequest).where(asked).values(visitor_id=None))
    db.execute(delete(SignUpRequest).where(asked))
    for address in theirs:
        counted = RequestCount.key.contains(f":{address}/", autoescape=True)  # and of no longer one
        db.execute(delete(RequestCount).where(counted))
    db.flush()
