"""Playback sessions: one for each running player, so many at once for each member."""

from __future__ import annotations

import hashlib
import logging
import math
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session, joinedload

from access import progress
from access.models import PlaybackSession
from accounts.models import Member
from catalog.models import Title
from core import keyset, settings
from core.errors import DomainError, NotFound

log = logging.getLogger(__name__)

ALIVE = timedelta(seconds=90)
SIGN_OF_LIFE_EVERY = timedelta(seconds=20)
LATE_SECONDS = 10  # a beat that was held up on its way is followed by one that was not
FIRST_PLAY_SECONDS = 120
DEVICE_LENGTH = 200


class TooManyStreams(DomainError):
    """The member already watches on as many devices as may be used at once: ``streams``."""

    status = 409
    sentence = "You are already watching on as many devices as your subscription allows."

    def __init__(self, streams: Sequence[PlaybackSession]) -> None:
        super().__init__(len(streams))
        self.streams = streams


class PlaybackOver(DomainError):
    """The session was stopped, or has been silent for too long; a new one can be opened."""

    status = 410
    sentence = "This player has been stopped. Start it again to go on."


@dataclass(frozen=True)
class Opened:
    """A new session and the token that stands for it; only the token's hash is kept."""

    session: PlaybackSession
    token: str


@dataclass(frozen=True)
class Beat:
    """A session after a sign of life. ``first_play``: it has just reached two minutes."""

    session: PlaybackSession
    first_play: bool


def start(db: Session, member: Member, title: Title, *, device: str, now: datetime) -> Opened:
    """Open a playback session of ``title``.

    At most ``streams_at_once`` of a member's sessions are alive; starts of one member wait for
    each other, so that no two take the same place. Raises ``TooManyStreams``.
    """
    _wait_for_turn(db, member.id)
    streams = alive_of(db, member.id, now=now)
    if len(streams) >= settings.current().streams_at_once:
        raise TooManyStreams(streams)
    token = secrets.token_urlsafe(32)
    session = PlaybackSession(
        token_hash=_hash(token),
        member_id=member.id,
        title_id=title.id,
        kind="film",
        device=device[:DEVICE_LENGTH],
        started_at=now,
        last_beat_at=now,
        seconds_played=0,
    )
    db.add(session)
    db.flush()  # the media links name its id
    log.info("playback.started", extra={"playback_id": session.id, "member_id": member.id})
    return Opened(session, token)


def _wait_for_turn(db: Session, member_id: int) -> None:
    """Hold the member's turn until the transaction ends. Not a lock of the member's row, which
    billing may hold while Stripe thinks."""
    turn = text("select pg_advisory_xact_lock(hashtextextended('playback', :member_id))")
    db.execute(turn, {"member_id": member_id})


def alive_of(db: Session, member_id: int, *, now: datetime) -> Sequence[PlaybackSession]:
    """The member's sessions that are alive, each with its title, the oldest first."""
    return db.scalars(
        select(PlaybackSession)
        .where(
            PlaybackSession.member_id == member_id,
            PlaybackSession.last_beat_at > now - ALIVE,
            PlaybackSession.ended_at.is_(None),
        )
        .options(joinedload(PlaybackSession.title))
        .order_by(PlaybackSession.started_at, PlaybackSession.id)
    ).all()


def is_alive(session: PlaybackSession, *, now: datetime) -> bool:
    """Whether the session has neither been stopped nor been silent for 90 seconds."""
    return session.ended_at is None and session.last_beat_at > now - ALIVE


def by_token(db: Session, token: str, member_id: int) -> PlaybackSession:
    """The member's session with this token, locked. Raises ``NotFound``, also for another's."""
    session = db.scalar(
        select(PlaybackSession)
        .where(PlaybackSession.token_hash == _hash(token), PlaybackSession.member_id == member_id)
        .with_for_update()
    )
    if session is None:
        raise NotFound
    return session


def beat(
    db: Session, session: PlaybackSession, *, position: int, played: int, now: datetime
) -> Beat:
    """Note that the player lives, stands at ``position`` and has played ``played`` more seconds.

    Never more seconds count than have gone by since the last sign of life, but for a beat that
    came late, and in all since the start. Raises ``PlaybackOver``.
    """
    if not is_alive(session, now=now):
        raise PlaybackOver
    before = session.seconds_played
    lately = min(played, _gone_by(session.last_beat_at, now) + LATE_SECONDS)
    in_all = min(before + lately, _gone_by(session.started_at, now))
    session.seconds_played = max(before, in_all)
    session.last_beat_at = now
    _keep_progress(db, session, position, now)
    return Beat(session, before < FIRST_PLAY_SECONDS <= session.seconds_played)


def _gone_by(since: datetime, now: datetime) -> int:
    return math.ceil((now - since).total_seconds())


def _keep_progress(db: Session, session: PlaybackSession, position: int, now: datetime) -> None:
    video = session.title.video
    if session.member_id is not None and video is not None:
        progress.keep(
            db, session.member_id, session.title_id, position, seconds=video.seconds, now=now
        )


def show_life(session: PlaybackSession, *, now: datetime) -> None:
    """Keep a session alive whose player fetches media but sends no beats (no script).

    Written seldom: a player with script beats more often than this and costs no write here.
    """
    if now - session.last_beat_at > SIGN_OF_LIFE_EVERY:
        session.last_beat_at = now


def stop(session: PlaybackSession, *, now: datetime) -> None:
    """End a session and free its place; ending it again changes nothing."""
    if session.ended_at is None:
        session.ended_at = now
        log.info("playback.stopped", extra={"playback_id": session.id})


def stop_other(db: Session, playback_id: int, member_id: int, *, now: datetime) -> None:
    """End one of the member's sessions from another device. Raises ``NotFound``."""
    session = db.get(PlaybackSession, min(playback_id, keyset.LARGEST))
    if session is None or session.member_id != member_id:
        raise NotFound
    stop(session, now=now)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
