"""E-mails that came back: the report of a mail server (RFC 3464) read for what it is about."""

from __future__ import annotations

import email
import logging
import re
from collections.abc import Iterator
from datetime import datetime
from email.message import EmailMessage, Message
from email.policy import default

from sqlalchemy.orm import Session

from billing import alarms
from core.errors import DomainError
from core.keyset import LARGEST
from notices.models import Notice

log = logging.getLogger(__name__)

OURS = re.compile(r"<notice-(\d{1,19})@")
HEADERS = "text/rfc822-headers"


class NotABounce(DomainError):
    """What was given tells of no e-mail of ours that came back."""

    status = 422
    sentence = (
        "This is no report that an e-mail of ours came back. Give the report as the mail server"
        " wrote it, with the headers of the e-mail that it returns."
    )


def take(db: Session, raw: bytes, *, now: datetime) -> Notice:
    """Keep that the e-mail of which a delivery report tells did not arrive, and call an operator.

    Repeatable: the same report again changes nothing. A report of mere delay is none. Raises
    ``NotABounce``.
    """
    report = email.message_from_bytes(raw, policy=default)
    numbers = [int(found) for found in OURS.findall(" ".join(_returned(report)))]
    number = numbers[0] if numbers and _has_failed(report) else 0
    notice = db.get(Notice, number, with_for_update=True) if 0 < number <= LARGEST else None
    if notice is None or notice.accepted_at is None:
        raise NotABounce
    if notice.bounced_at is None:
        notice.bounced_at = now
        said = f"{notice.kind} to member {notice.member_id} came back"
        about = str(notice.id)
        alarms.call(db, "notice.bounced", about, said, member_id=notice.member_id, now=now)
        log.info("notice.bounced", extra={"notice_id": notice.id})
    return notice


def _has_failed(report: EmailMessage) -> bool:
    """Whether the mail server has given up, by its ``Action`` for any receiver."""
    parts = (part for part in report.walk() if part.get_content_type() == "message/delivery-status")
    fields = (group for part in parts for group in part.walk())
    return any(str(group.get("Action", "")).strip().lower() == "failed" for group in fields)


def _returned(report: EmailMessage) -> Iterator[str]:
    """The names of the e-mails that the report returns, whole or by their headers."""
    for part in report.walk():
        if part.get_content_type() == HEADERS:
            yield _name(email.message_from_string(str(part.get_content()), policy=default))
        elif part.get_content_type() == "message/rfc822":
            yield from (_name(inner) for inner in part.walk() if inner is not part)


def _name(message: Message) -> str:
    return str(message.get("Message-ID", ""))
