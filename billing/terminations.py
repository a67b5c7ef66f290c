"""Ending a contract by the public form: received from anybody, answered at once, undone easily."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import merges
from billing import alarms, cancellations, customers, declarations, holding
from billing.case_models import Termination
from billing.gateway import Stripe
from billing.models import Subscription
from billing.termination_words import of as words_in
from core import settings, zones
from core.db import keep

ALARM = "contract.termination"


@dataclass(frozen=True)
class Declaration:
    """What the form asks for: the statute's list and nothing else."""

    name: str
    email: str
    contract: str
    kind: str
    cause: str
    wished_on: date | None


def declare(db: Session, said: Declaration, *, language: str, now: datetime) -> Termination:
    """Receive a declaration from anybody; the receipt repeats its text and its instant.

    It counts from now. Where the address is a member's it is theirs, for the receipt and the way
    back go to that address and to no other; else a person looks for whose it is. A cause is always
    judged by a person, and meanwhile the contract is ended in the ordinary way.
    """
    member = merges.by_address(db, said.email)
    row = Termination(
        member_id=member.id if member else None,
        name=said.name,
        email=said.email.strip().lower(),
        contract=said.contract,
        kind=said.kind,
        cause=said.cause if said.kind == "extraordinary" else "",
        wished_on=said.wished_on,
        language=language,
        text=_text(said, language, now),
        state="waiting" if member else "received",
        declared_at=now,
    )
    db.add(row)
    db.flush()  # the receipt names it
    if member is None or said.kind == "extraordinary":
        _call(db, row, now)
    return row


def _text(said: Declaration, language: str, now: datetime) -> str:
    words = words_in(language)
    wished = said.wished_on
    ends = zones.day(wished, locale=words.locale) if wished else words.soonest
    return words.declaration.format(
        site=settings.current().site_name,
        contract=said.contract or words.any_contract,
        kind=words.kinds[said.kind],
        cause=_sentence_end(f" {said.cause}" if said.kind == "extraordinary" else ""),
        ends=ends,
        name=said.name,
        email=said.email.strip().lower(),
        at=zones.day_and_time(now, "UTC", locale=words.locale),
    )


def _sentence_end(words: str) -> str:
    """The words with the sign that ends a sentence, where they do not bring one."""
    return words if words.endswith((".", "!", "?")) else f"{words}."


def _call(db: Session, row: Termination, now: datetime) -> None:
    why = "no member has its address" if row.member_id is None else "it names a cause"
    about = f"A cancellation by the form needs a look, for {why}. {row.text}"
    alarms.call(db, ALARM, str(row.id), about, member_id=row.member_id, now=now)


def waiting(db: Session, *, now: datetime) -> list[int]:
    """The declarations of members that are to be carried out, the oldest first."""
    is_due = declarations.may_be_tried(Termination, now)
    found = select(Termination.id).where(Termination.state == "waiting", is_due)
    return list(db.scalars(found.order_by(Termination.id)))


def carry_out(db: Session, stripe: Stripe, row: Termination, *, now: datetime) -> bool:
    """End the member's contract with what was promised; ``False`` while its day is periods away.

    The end can be undone until then, as after any cancellation. A second time changes nothing.
    Raises ``StripeUnavailable``; then the timetable goes on with it.
    """
    if row.member_id is None or not _still_waits(db, row, row.member_id):
        return True
    sub = holding.newest(db, stripe, row.member_id, now=now)
    if sub is None or not sub.is_live:
        declarations.has_come_about(db, row, now=now)
        row.state, row.done_at = "void", now
        return True
    if _is_far(sub, row.wished_on):
        return False
    cancellations.start(db, stripe, row.member_id, actor=f"form:{row.id}", reason=row.text, now=now)
    declarations.has_come_about(db, row, now=now)
    row.state, row.done_at = "done", now
    row.ends_at = sub.period_ends_at if sub.status in ("trialing", "active") else now
    return True


def take_back(
    db: Session, stripe: Stripe, row: Termination, member_id: int, *, now: datetime
) -> Subscription:
    """Let the contract go on after all; a second time changes nothing.

    What still waits is given up, and kept so before Stripe is asked: it may have heard of it
    without our knowing. Raises ``NothingToCancel`` and ``StripeUnavailable``.
    """
    if _still_waits(db, row, member_id):
        declarations.has_come_about(db, row, now=now)
        row.state, row.done_at = "void", now
        keep(db)
    return cancellations.undo(db, stripe, member_id, actor=f"member:{member_id}", now=now)


def _still_waits(db: Session, row: Termination, member_id: int) -> bool:
    """Whether nobody has carried it out or given it up, held for this transaction."""
    customers.lock_member(db, member_id)
    db.refresh(row)
    return row.state == "waiting"


def _is_far(sub: Subscription, wished_on: date | None) -> bool:
    ends = sub.period_ends_at
    return wished_on is not None and ends is not None and ends.date() < wished_on
