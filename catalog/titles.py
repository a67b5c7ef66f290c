"""Films by their addresses, and the collections that they stand in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Protocol

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from catalog import slugs
from catalog.models import (
    Collection,
    Credit,
    FormerSlug,
    Title,
)
from core.errors import DomainError, Gone, NotFound

WHOLE = (
    selectinload(Title.genres),
    selectinload(Title.credits).joinedload(Credit.person),
    selectinload(Title.releases),
    selectinload(Title.certificates),
    selectinload(Title.ratings),
    joinedload(Title.trailer),
)


class Moved(DomainError):
    """The film has a new address: ``slug``."""

    status = 301
    sentence = "This film has a new address."

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug


class NoSuchFilm(NotFound):
    """No film, of whatever status, has or had this address."""

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.sentence = (
            f"There is no film at “{slug}”. A film's address is what follows /film/ in that of its "
            "page, such as leaving-las-vegas."
        )


class Released(Protocol):
    """A release, as far as its day."""

    @property
    def on(self) -> date: ...


class Standing(Protocol):
    """A title, as far as how it stands."""

    @property
    def slug(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def taken_back(self) -> bool: ...


def by_slug(db: Session, slug: str, *, whole: bool = False) -> Title:
    """The published title at ``slug``; ``whole`` brings all that its page shows in seven queries.

    Raises ``Moved`` for an address it once had, ``Gone`` when it has left, else ``NotFound``.
    """
    if not slugs.is_slug(slug):
        raise NotFound(slug)
    found = select(Title).where(Title.slug == slug).options(*(WHOLE if whole else ()))
    title = db.scalars(found).one_or_none()
    if title is None:
        raise moved_or_missing(db, slug)
    refuse_unpublished(title)
    return title


def of_any_status(db: Session, slug: str) -> Title:
    """The title that has or once had this address, drafts and withdrawn ones too: for whoever works
    on the catalogue. Raises ``NoSuchFilm``."""
    once = select(FormerSlug.title_id).where(FormerSlug.slug == slug)
    found = select(Title).where(or_(Title.slug == slug, Title.id.in_(once)))
    title = db.scalar(found.order_by((Title.slug == slug).desc())) if slugs.is_slug(slug) else None
    if title is None:
        raise NoSuchFilm(slug)
    return title


def still_there(db: Session, slug: str) -> Title | None:
    """The published title at ``slug``, or at the address that it has now; ``None`` where there is
    none any more: what a film has begun goes on without it."""
    try:
        return by_slug(db, slug)
    except Moved as moved:
        return still_there(db, moved.slug)
    except (Gone, NotFound):
        return None


def refuse_unpublished(title: Standing) -> None:
    """Raises ``Gone`` for a title that was withdrawn or taken back to a draft, and ``NotFound`` for
    a draft that nobody has seen."""
    if title.status == "draft" and not title.taken_back:
        raise NotFound(title.slug)
    if title.status != "published":
        raise Gone(title.slug)


def moved_or_missing(db: Session, slug: str) -> DomainError:
    """What to raise where no title is at ``slug``: ``Moved`` for an address that one once had."""
    if not slugs.is_slug(slug):
        return NotFound(slug)
    moved = select(Title.slug).join(FormerSlug, FormerSlug.title_id == Title.id)
    seen = (Title.status != "draft") | Title.taken_back
    present = db.scalar(moved.where(FormerSlug.slug == slug, seen))
    return NotFound(slug) if present is None else Moved(present)


def collection(db: Session, slug: str) -> Collection:
    """The collection at ``slug``, for the heading of its full list. Raises ``NotFound``."""
    found = None
    if slugs.is_slug(slug):
        found = db.scalar(select(Collection).where(Collection.slug == slug))
    if found is None:
        raise NotFound(slug)
    return found


def is_to_come(has_video: bool, releases: Iterable[Released], *, on: date) -> bool:
    """Whether nobody can have seen a film by the day ``on``: it cannot be played here, and the
    days of its release are known and lie ahead."""
    days = [one.on for one in releases]
    return not has_video and bool(days) and min(days) > on
