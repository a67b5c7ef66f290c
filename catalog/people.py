"""People: somebody's films page by page, those they play in and those they directed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from catalog import slugs
from catalog.cards import Card, chosen
from catalog.film_pages import Named
from catalog.listings import FURTHEST, PER_PAGE
from catalog.models import Credit, Person, Title
from core.errors import NotFound


@dataclass(frozen=True)
class Part:
    """A film somebody plays in, and as whom where that is known."""

    card: Card
    role: str | None


@dataclass(frozen=True)
class PersonPage:
    """A person with a page of their published films: first all that they play in, then those that
    they directed, of both the newest first."""

    person: Named
    cast: list[Part]
    directed: list[Card]
    page: int
    pages: int

    @property
    def films(self) -> list[Card]:
        """The films in the order of the page; the first one's picture stands for it."""
        return [part.card for part in self.cast] + self.directed


def by_slug(db: Session, slug: str, *, page: int = 1, per_page: int = PER_PAGE) -> PersonPage:
    """One page of the films of the person at ``slug``, in two queries.

    Raises ``NotFound``, also for somebody none of whose films is published, and past the end.
    """
    person = None
    if slugs.is_slug(slug) and page > 0:
        named = select(Person.id, Person.slug, Person.name).where(Person.slug == slug)
        person = db.execute(named).first()
    if person is None:
        raise NotFound(slug)
    rows = db.execute(_films(person.id, page, per_page)).all()
    if not rows:
        raise NotFound(slug)
    return PersonPage(
        Named(person.slug, person.name),
        cast=[Part(Card(*row[:6]), row.role) for row in rows if row.job == "cast"],
        directed=[Card(*row[:6]) for row in rows if row.job == "director"],
        page=page,
        pages=-(-rows[0].total // per_page),
    )


def _films(person_id: int, page: int, per_page: int) -> Select[Any]:
    """The cards of a page with job, role, place and the number of all. What a card shows is looked
    up for those of the page alone."""
    order = (
        Credit.job == "director",
        Title.year.desc().nulls_last(),
        Title.id.desc(),
        Credit.position,
    )
    place = func.row_number().over(order_by=order).label("place")
    some = (
        select(Credit.title_id, Credit.job, Credit.role, place, func.count().over().label("total"))
        .join(Title, Title.id == Credit.title_id)
        .where(Credit.person_id == person_id, Title.status == "published")
        .order_by(place)
        .limit(per_page)
        .offset(min((page - 1) * per_page, FURTHEST))
        .subquery("page")
    )
    cards = chosen(Title.still, *some.c).join(some, some.c.title_id == Title.id)
    return cards.order_by(some.c.place)
