"""Comparisons of everything with Stripe that somebody asked for: a row first, then done once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from billing import audit
from billing.upkeep_models import Drift, Sweep
from core import keyset
from core.keyset import Page, Place

LATEST = 5


def ask(db: Session, *, dry_run: bool, actor: str, reason: str, now: datetime) -> Sweep:
    """Ask for a comparison; with ``dry_run`` nothing is mended. While one of the same kind waits,
    it is that one."""
    waiting = select(Sweep).where(Sweep.ended_at.is_(None), Sweep.dry_run.is_(dry_run))
    row = db.scalar(waiting.limit(1))
    if row is None:
        row = Sweep(actor=actor, dry_run=dry_run, asked_at=now)
        db.add(row)
    audit.note(
        db,
        now=now,
        actor=actor,
        action="sweep.asked",
        reason=reason,
        after={"mends": not dry_run},
    )
    return row


def hold_next(db: Session) -> Sweep | None:
    """The first comparison that waits and that nobody makes, held until ``db`` commits."""
    waiting = select(Sweep).where(Sweep.ended_at.is_(None)).order_by(Sweep.id).limit(1)
    return db.scalar(waiting.with_for_update(skip_locked=True))


def note_nightly(db: Session, *, asked_at: datetime, found: int, now: datetime) -> None:
    """Keep that the timetable's own comparison was made."""
    db.add(Sweep(actor="matinee", dry_run=False, asked_at=asked_at, ended_at=now, found=found))


def latest(db: Session) -> list[Sweep]:
    """The newest comparisons, made or waiting."""
    return list(db.scalars(select(Sweep).order_by(Sweep.id.desc()).limit(LATEST)))


def drifts(db: Session, place: Place, *, state: str = "") -> Page[Drift]:
    """One page of what differed: all of it, what ``waits``, or what was ``repaired``."""
    query = select(Drift)
    if state == "waits":
        query = query.where(Drift.repaired_at.is_(None))
    if state == "repaired":
        query = query.where(Drift.repaired_at.is_not(None))
    return keyset.page(db, query, Drift.id, place)
