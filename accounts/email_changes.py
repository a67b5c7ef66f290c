"""Another e-mail address for an account: the former one stays in force until the new one is proved.

Source: OWASP ASVS 5.0, 6.3.7 and 7.5.1: ask again who it is, prove the new address, tell the old.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts import sign_in_links, sign_up
from accounts.models import EmailChange, Member
from core.errors import DomainError

LASTS = timedelta(hours=1)
KEPT = timedelta(days=1)


class ChangeOver(DomainError):
    """A link that changes no address any more, or not that of whoever is signed in."""

    status = 409
    sentence = "This link works for an hour, and this one is older. Your address is as it was."

    def __init__(self, sentence: str | None = None) -> None:
        super().__init__(sentence or self.sentence)
        self.sentence = sentence or self.sentence


UNKNOWN = "The link is incomplete or too old. Your address is as it was."
USED = "This link has been used: your account has the new address."
OLDER = "A newer link was sent after this one, or the address has changed: this one is over."
ANOTHERS = "This link is for another account. Sign out, sign in to that one, and open it again."
TAKEN = "This address has an account of its own. Your address is as it was."


def ask(db: Session, member: Member, email: str, *, now: datetime) -> EmailChange:
    """Keep that ``member`` wants ``email`` for an address. Nothing here asks whether the address is
    known."""
    address = email.strip().lower()
    made = EmailChange(member_id=member.id, email=address, former=member.email, asked_at=now)
    db.add(made)
    db.flush()  # the link names its id
    return made


def end_others(db: Session, change: EmailChange, *, now: datetime) -> None:
    """The links of before do nothing any more, now that one of ``change`` is on its way."""
    others = (EmailChange.member_id == change.member_id, EmailChange.id < change.id)
    still_open = (EmailChange.over_at.is_(None), EmailChange.done_at.is_(None))
    db.execute(update(EmailChange).where(*others, *still_open).values(over_at=now))


def is_known(db: Session, change: EmailChange) -> bool:
    """Whether the new address has an account already."""
    return db.scalar(select(Member.id).where(Member.email == change.email)) is not None


def open_for(db: Session, change_id: int, member: Member, *, now: datetime) -> EmailChange:
    """What a link stands for, locked, where it is ``member``'s. Raises ``ChangeOver``."""
    found = db.scalar(select(EmailChange).where(EmailChange.id == change_id).with_for_update())
    if found is None:
        raise ChangeOver(UNKNOWN)
    if found.member_id != member.id:
        raise ChangeOver(ANOTHERS)
    if found.done_at is not None:
        raise ChangeOver(USED)
    if found.over_at is not None or found.former != member.email:
        raise ChangeOver(OLDER)
    if now - found.asked_at > LASTS:
        raise ChangeOver
    if is_known(db, found):
        raise ChangeOver(TAKEN)
    return found


def finish(db: Session, change: EmailChange, member: Member, *, now: datetime) -> None:
    """The new address is the member's, and no link of an earlier e-mail signs in. Raises
    ``ChangeOver`` where somebody else was given it at the same moment."""
    try:
        with db.begin_nested():
            member.email = change.email
            member.email_canonical = sign_up.canonical(change.email)
            db.flush()
    except IntegrityError as taken:
        raise ChangeOver(TAKEN) from taken
    sign_in_links.end(db, change.former, now=now)
    change.done_at, member.confirmed_at = now, now
    db.flush()


def purge(db: Session, *, now: datetime) -> None:
    """Forget what was asked for more than a day ago and not done."""
    old = EmailChange.asked_at < now - KEPT
    db.execute(delete(EmailChange).where(old, EmailChange.done_at.is_(None)))
