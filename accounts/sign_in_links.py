"""Signing in by the link of an e-mail: one press within fifteen minutes, once, the newest alone."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from accounts.models import Member, SignInLink
from core.errors import DomainError

LASTS = timedelta(minutes=15)
KEPT = timedelta(days=1)


class LinkOver(DomainError):
    """A link that signs nobody in any more. ``link`` is what it stood for, if that is known."""

    status = 409
    sentence = "This link has expired: it works for 15 minutes. Nobody was signed in."

    def __init__(self, link: SignInLink | None, sentence: str | None = None) -> None:
        super().__init__(sentence or self.sentence)
        self.link = link
        self.sentence = sentence or self.sentence


UNKNOWN = "This link does not work: it is incomplete or too old. You are not signed in."
USED = "This link has been used: it works once. Nobody was signed in a second time."
OLDER = "A newer link was sent after this one, or the password was changed: this one is over."


def ask(db: Session, email: str, *, there: str, now: datetime) -> SignInLink:
    """Keep that somebody wants to sign in with ``email``, on the way to ``there``. Nothing here
    asks whether the address is known."""
    made = SignInLink(email=email.strip().lower(), there=there, asked_at=now)
    db.add(made)
    db.flush()  # the link names its id
    return made


def end(db: Session, email: str, *, but: SignInLink | None = None, now: datetime) -> None:
    """The links of an address sign nobody in any more; the one that was just made still does."""
    ended = update(SignInLink).where(SignInLink.email == email, SignInLink.over_at.is_(None))
    if but is not None:
        ended = ended.where(SignInLink.id < but.id)
    db.execute(ended.values(over_at=now))


def owner(db: Session, link: SignInLink) -> Member | None:
    """Whose account the address is, if anybody's who may sign in."""
    return db.scalar(select(Member).where(Member.email == link.email, Member.active))


def open_for(db: Session, link_id: int, *, now: datetime) -> tuple[SignInLink, Member]:
    """What a link stands for, locked, and whom it signs in. Raises ``LinkOver``."""
    found = db.scalar(select(SignInLink).where(SignInLink.id == link_id).with_for_update())
    if found is None:
        raise LinkOver(None, UNKNOWN)
    if found.used_at is not None:
        raise LinkOver(found, USED)
    if found.over_at is not None:
        raise LinkOver(found, OLDER)
    member = owner(db, found)
    if member is None or now - found.asked_at > LASTS:
        raise LinkOver(found)
    return found, member


def use(link: SignInLink, *, now: datetime) -> None:
    """The link has signed somebody in; it does so once."""
    link.used_at = link.over_at = now


def purge(db: Session, *, now: datetime) -> None:
    """Forget the links of more than a day ago."""
    db.execute(delete(SignInLink).where(SignInLink.asked_at < now - KEPT))
