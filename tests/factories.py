"""Records for tests: each builder adds one thing, usual where the test does not say otherwise."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from access.entitlements import CATALOGUE
from access.models import Entitlement
from accounts.models import Member
from billing.models import Offer, Subscription, TrialRedemption
from catalog import indexing, plain, slugs
from catalog.models import (
    CaptionTrack,
    Collection,
    CollectionTitle,
    Credit,
    Genre,
    Person,
    Rating,
    Review,
    Title,
    TitleGenre,
    Trailer,
    Video,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=30)
_numbers = itertools.count(1)


# --- accounts ---


def member(db: Session, **over: Any) -> Member:
    """Somebody with an account whose e-mail address nobody else has."""
    number = next(_numbers)
    usual = {"email": f"member{number}@example.org", "fs_uniquifier": f"member-{number}"}
    given = {**usual, "created_at": NOW, **over}
    made = Member(**{"email_canonical": given["email"], **given})
    db.add(made)
    db.flush()
    return made


# --- billing ---


def offer(db: Session, **over: Any) -> Offer:
    """Thirty days free, then £6.99 a month; Stripe has not heard of it yet."""
    usual = {"code": "standard", "name": "Matinee", "amount_minor": 699, "currency": "gbp"}
    made = Offer(**{**usual, "interval": "month", "trial_days": 30, **over})
    db.add(made)
    db.flush()
    return made


def subscription(db: Session, of: Member, **over: Any) -> Subscription:
    """A subscription as Stripe last reported it; a trial unless the test says otherwise."""
    usual = {
        "stripe_id": f"sub_{of.id}",
        "member_id": of.id,
        "status": "trialing",
        "stripe_price_id": "price_standard",
        "amount_minor": 699,
        "currency": "gbp",
        "interval": "month",
        "created_at": NOW,
        "trial_ends_at": LATER,
        "period_ends_at": LATER,
        "synced_at": NOW,
    }
    made = Subscription(**{**usual, **over})
    db.add(made)
    db.flush()
    return made


def past_trialist(db: Session) -> Member:
    """Somebody whose only trial ended nine days ago."""
    ada = member(db)
    over = subscription(db, ada, status="canceled", ended_at=NOW - timedelta(days=9))
    mark = {"email_canonical": ada.email_canonical, "subscription_id": over.id}
    db.add(TrialRedemption(member_id=ada.id, at=NOW, **mark))
    db.flush()
    return ada


# --- catalog ---


def title(
    db: Session,
    *,
    genres: Sequence[str] = (),
    directors: Sequence[str] = (),
    cast: Sequence[str] = (),
    **over: Any,
) -> Title:
    """A published film that searches find; genres and people are given by name."""
    name = over.get("name", f"Film {next(_numbers)}")
    usual = {"name": name, "slug": slugs.of(name), "year": 1995}
    made = Title(**{**usual, "created_at": NOW, "updated_at": NOW, **over})
    db.add(made)
    db.flush()
    for position, one in enumerate(genres):
        of_genre = {"title_id": made.id, "genre_id": genre(db, one).id}
        db.add(TitleGenre(**of_genre, position=position))
    people = [("director", one) for one in directors] + [("cast", one) for one in cast]
    for position, (job, one) in enumerate(people):
        credit = {"title_id": made.id, "person_id": person(db, one).id}
        db.add(Credit(**credit, job=job, position=position))
    db.flush()
    indexing.refresh(db, made)
    return made


def genre(db: Session, name: str) -> Genre:
    """The genre of that name; there is only one."""
    found = db.scalar(select(Genre).where(Genre.name == name))
    if found is None:
        found = Genre(name=name, slug=slugs.for_group(name))
        db.add(found)
        db.flush()
    return found


def person(db: Session, name: str) -> Person:
    """The person of that name; there is only one."""
    found = db.scalar(select(Person).where(Person.name == name))
    if found is None:
        found = Person(name=name, slug=next(slugs.for_person(name)), plain_name=plain.text(name))
        db.add(found)
        db.flush()
    return found


def rating(db: Session, of: Title, **over: Any) -> Rating:
    """A score of a title by one source."""
    usual = {"source": "Members", "score": 7.5, "scale": 10, "count": 412}
    made = Rating(title_id=of.id, **{**usual, **over})
    db.add(made)
    db.flush()
    return made


def review(db: Session, of: Title, **over: Any) -> Review:
    """An approved review of a title by somebody without an account."""
    usual = {"name": f"Viewer {next(_numbers)}", "written_on": date(2026, 11, 1), "score": 8}
    made = Review(title_id=of.id, **{**usual, "text": "Worth an afternoon.", **over})
    db.add(made)
    db.flush()
    return made


def collection(db: Session, name: str, of: Sequence[Title], *, position: int = 1) -> Collection:
    """A rail with these titles, in this order."""
    made = Collection(name=name, slug=slugs.for_group(name), position=position)
    db.add(made)
    db.flush()
    for place, one in enumerate(of):
        db.add(CollectionTitle(collection_id=made.id, title_id=one.id, position=place))
    db.flush()
    return made


# --- playing ---


def video(db: Session, **over: Any) -> Video:
    """A video of a hundred seconds; its folder is only a name until a test writes files to it."""
    usual = {"folder": f"video-{next(_numbers)}", "seconds": 100, "encryption_key": bytes(16)}
    usual["captions"] = [CaptionTrack(language="en", file="captions.vtt")]
    made = Video(**{**usual, **over})
    db.add(made)
    db.flush()
    return made


def trailer(db: Session, of: Title, **over: Any) -> Trailer:
    """The trailer of a title, for everyone."""
    usual = {"name": "Trailer", "gate": "everyone", "video_id": None}
    made = Trailer(title_id=of.id, **{**usual, **over})
    db.add(made)
    db.flush()
    return made


def entitlement(db: Session, of: Member, until: datetime) -> Entitlement:
    """The right of a member to the whole catalogue until an instant."""
    made = Entitlement(
        member_id=of.id, feature=CATALOGUE, until=until, why="trialing", changed_at=NOW
    )
    db.add(made)
    db.flush()
    return made
