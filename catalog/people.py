"""People: somebody's page, with the films they play in and those they directed."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import slugs
from catalog.cards import Card, chosen
from catalog.film_pages import Named
from catalog.models import Credit, Person, Title
from core.errors import NotFound


@dataclass(frozen=True)
class Part:
    """A film somebody plays in, and as whom where that is known."""

    card: Card
    role: str | None


@dataclass(frozen=True)
class PersonPage:
    """A person with their published films, the newest first."""

    person: Named
    cast: list[Part]
    directed: list[Card]

    @property
    def films(self) -> list[Card]:
        """The films in the order of the page; the first one's picture stands for it."""
        return [part.card for part in self.cast] + self.directed


def by_slug(db: Session, slug: str) -> PersonPage:
    """The page of the person at ``slug``, in two queries.

    Raises ``NotFound``, also for somebody none of whose films is published.
    """
    person = None
    if slugs.is_slug(slug):
        named = select(Person.id, Person.slug, Person.name).where(Person.slug == slug)
        person = db.execute(named).first()
    if person is None:
        raise NotFound(slug)
    rows = db.execute(
        chosen(Title.still, Credit.job, Credit.role)
        .join(Credit, Credit.title_id == Title.id)
        .where(Credit.person_id == person.id)
        .order_by(Title.year.desc().nulls_last(), Title.id.desc(), Credit.position)
    ).all()
    if not rows:
        raise NotFound(slug)
    cast = [Part(Card(*row[:6]), row.role) for row in rows if row.job == "cast"]
    directed = [Card(*row[:6]) for row in rows if row.job == "director"]
    return PersonPage(Named(person.slug, person.name), cast, directed)
