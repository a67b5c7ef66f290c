"""Handing owed e-mails in: claimed first, sent outside any transaction, then marked.

Exactly once cannot be had of a mail server. What is promised instead: once on every clear answer,
and at most twice, under the same Message-ID, when the answer was lost.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.db import transaction
from notices import owed, words
from notices.mailbox import Mailbox, NotNow, Refused, Unclear
from notices.models import Notice

log = logging.getLogger(__name__)

AT_ONCE = 20
FORGOTTEN_AFTER = timedelta(minutes=10)
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)


@dataclass(frozen=True)
class Claimed:
    """A notice that is ours to send, rendered."""

    id: int
    member_id: int
    message: EmailMessage


def send_owed(mailbox: Mailbox, *, now: datetime) -> list[int]:
    """Hand in every e-mail that is owed and due; returns the members who were written to."""
    written: list[int] = []
    while True:
        with transaction() as db:
            claimed = _claim(db, now=now)
        if not claimed:
            return written
        for one in claimed:
            if _send(mailbox, one, now=now):
                written.append(one.member_id)


def _claim(db: Session, *, now: datetime) -> list[Claimed]:
    """Take what is due. A claim that was never settled is taken up once more, then left alone."""
    forgotten = (Notice.state == "sending") & (Notice.sending_at < now - FORGOTTEN_AFTER)
    due = (Notice.state == "owed") & (Notice.next_try_at <= now)
    rows = db.scalars(
        select(Notice)
        .where(or_(due, forgotten))
        .order_by(Notice.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    return [claimed for row in rows if (claimed := _claim_one(db, row, now)) is not None]


def _claim_one(db: Session, row: Notice, now: datetime) -> Claimed | None:
    if row.state == "sending" and row.error == "taken up again":
        row.state, row.error = "unclear", "the mail server fell silent twice"
        log.error("notice.unclear", extra={"notice_id": row.id})
        return None
    if not owed.is_still_true(db, row):
        row.state = "dropped"
        return None
    row.error = "taken up again" if row.state == "sending" else None
    row.state, row.sending_at, row.attempts = "sending", now, row.attempts + 1
    made = words.message(row, words.of(db, row, now=now), now=now)
    return Claimed(row.id, row.member_id, made)


def _send(mailbox: Mailbox, claimed: Claimed, *, now: datetime) -> bool:
    try:
        mailbox.send(claimed.message)
    except NotNow as later:
        _settle(claimed.id, "owed", str(later), now)
        return False
    except Refused as refused:
        _settle(claimed.id, "refused", str(refused), now)
        return False
    except Unclear as silent:
        log.warning("notice.silent", extra={"notice_id": claimed.id, "error": str(silent)})
        return False
    _settle(claimed.id, "accepted", None, now)
    return True


def _settle(notice_id: int, state: str, error: str | None, now: datetime) -> None:
    with transaction() as db:
        row = db.get_one(Notice, notice_id)
        row.state, row.error = state, error
        if state == "accepted":
            row.accepted_at = now
        if state == "owed":
            row.next_try_at = now + min(FIRST_WAIT * 2 ** (row.attempts - 1), LONGEST_WAIT)
    log.info(f"notice.{state}", extra={"notice_id": notice_id})
