"""Handing owed e-mails in: claimed first, sent outside any transaction, then marked.

Exactly once cannot be had of a mail server. What is promised instead: once on every clear answer,
and at most twice, under the same Message-ID, when the answer was lost.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from email.message import EmailMessage

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from billing import alarms
from billing.gateway import Stripe
from core.db import held, transaction
from notices import charge_figures, owed, words
from notices.mailbox import Mailbox, NotNow, Refused, Unclear
from notices.models import Notice

log = logging.getLogger(__name__)

SENDERS = 5_240_918  # the class of the advisory locks that senders hold
FORGOTTEN_AFTER = timedelta(minutes=10)
TAKEN_UP_AGAIN = "taken up again"
UNWORDED = "notice.unworded"
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)


def send_owed(mailbox: Mailbox, stripe: Stripe, *, now: datetime) -> list[int]:
    """Hand in every e-mail that is owed and due; returns the members who were written to.

    One at a time, each held while it is being sent: a slow server or an e-mail whose words cannot
    be made delays no other, and a sender that lives is never taken for one that died, however far
    a demo's clock has leapt meanwhile.
    """
    written: list[int] = []
    while True:
        with held() as holder:
            notice_id = _hold_next(holder, now=now)
            if notice_id is None:
                return written
            with transaction() as db:
                row = _due_one(db, notice_id, now=now)
                claimed = row is not None and _claim(db, row, now=now)
            if claimed:
                member_id = _send(mailbox, stripe, notice_id, now=now)
                written += [] if member_id is None else [member_id]


def _hold_next(holder: Session, *, now: datetime) -> int | None:
    """Hold the first e-mail that is due and that no living sender holds, until ``holder`` ends."""
    waiting = holder.scalars(select(Notice.id).where(_is_due(now)).order_by(Notice.id).limit(100))
    for notice_id in waiting.all():
        if holder.scalar(select(func.pg_try_advisory_xact_lock(SENDERS, notice_id))):
            return notice_id
    return None


def _due_one(db: Session, notice_id: int, *, now: datetime) -> Notice | None:
    """The e-mail that is held, unless its last holder has settled it meanwhile."""
    return db.scalar(select(Notice).where(Notice.id == notice_id, _is_due(now)).with_for_update())


def _is_due(now: datetime) -> ColumnElement[bool]:
    forgotten = (Notice.state == "sending") & (Notice.sending_at < now - FORGOTTEN_AFTER)
    return or_((Notice.state == "owed") & (Notice.next_try_at <= now), forgotten)


def _claim(db: Session, row: Notice, *, now: datetime) -> bool:
    """Take an e-mail. A claim that was never settled is taken up once more, then left alone."""
    again = row.state == "sending"
    if again and row.error == TAKEN_UP_AGAIN:
        row.state, row.error = "unclear", "the mail server fell silent twice"
        said = f"{row.kind} to member {row.member_id}: nobody knows whether it arrived"
        alarms.call(db, "notice.unclear", str(row.id), said, member_id=row.member_id, now=now)
        return False
    if not owed.is_still_true(db, row):
        row.state = "dropped"
        return False
    row.error = TAKEN_UP_AGAIN if again else None
    row.state, row.sending_at, row.attempts = "sending", now, row.attempts + 1
    return True


def _send(mailbox: Mailbox, stripe: Stripe, notice_id: int, *, now: datetime) -> int | None:
    """Hand one e-mail in; returns the member when it was accepted."""
    worded = _worded(stripe, notice_id, now=now)
    if worded is None:
        return None
    member_id, made = worded
    try:
        mailbox.send(made)
    except NotNow as later:
        _settle(notice_id, "owed", str(later), now)
        return None
    except Refused as refused:
        _settle(notice_id, "refused", str(refused), now)
        with transaction() as db:
            said = f"{made['X-Matinee-Kind']} to member {member_id}: {refused}"
            alarms.call(db, "notice.refused", str(notice_id), said, member_id=member_id, now=now)
        return None
    except Unclear as silent:
        log.warning("notice.silent", extra={"notice_id": notice_id, "error": str(silent)})
        return None
    _settle(notice_id, "accepted", None, now)
    return member_id


def _worded(
    stripe: Stripe, notice_id: int, *, now: datetime
) -> tuple[int | None, EmailMessage] | None:
    """Whom an e-mail is to, and the message. Where Stripe must say the sum first, or the words
    cannot be made, it waits; in the second case somebody is called."""
    try:
        with transaction() as db:
            row = db.get(Notice, notice_id)
            if row is None:
                return None  # the account that it was for was erased
            if charge_figures.look(db, stripe, row, now=now):
                return row.member_id, words.message(row, words.of(db, row, now=now), now=now)
    except SQLAlchemyError:
        raise  # the database is away, which says nothing of the words
    except Exception as wrong:  # whatever a template may raise holds up this e-mail alone
        log.exception("notice.unworded", extra={"notice_id": notice_id})
        _call_unworded(notice_id, repr(wrong)[:200], now)
        return None
    _settle(notice_id, "owed", "waits for Stripe to say the sum", now)
    return None


def _call_unworded(notice_id: int, why: str, now: datetime) -> None:
    _settle(notice_id, "owed", f"cannot be worded: {why}", now)
    with transaction() as db:
        row = db.get_one(Notice, notice_id)
        said = f"{row.kind} to member {row.member_id} cannot be worded: {why}"
        alarms.call(db, UNWORDED, str(notice_id), said, member_id=row.member_id, now=now)


def _settle(notice_id: int, state: str, error: str | None, now: datetime) -> None:
    with transaction() as db:
        row = db.get(Notice, notice_id)
        if row is None:
            return  # the account that it was for was erased meanwhile
        row.state, row.error = state, error
        if state == "accepted":
            row.accepted_at = now
            if row.attempts > 1:
                alarms.settle(db, UNWORDED, str(notice_id), now=now)
        if state == "owed":
            row.next_try_at = now + min(FIRST_WAIT * 2 ** min(row.attempts - 1, 10), LONGEST_WAIT)
    log.info(f"notice.{state}", extra={"notice_id": notice_id})
