"""What the database proposes to a search: the films and people that have its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Boolean, select, text
from sqlalchemy.orm import Session

from catalog import search_words
from catalog.cards import Card, chosen
from catalog.models import Credit, Person, Title
from catalog.search_asked import Asked
from catalog.search_statements import FOUND_PEOPLE, FOUND_TITLES, PEOPLE, POOL, TITLES

FOUND = text(FOUND_TITLES).columns(id=BigInteger, exact=Boolean, whole=Boolean, by_name=Boolean)


@dataclass(frozen=True)
class Candidate:
    """A film that may be meant; ``by_name`` where its own names have all the words."""

    id: int
    card: Card
    names: list[str]
    popularity: int
    by_name: bool


@dataclass(frozen=True)
class Credited:
    """Somebody credited in a film that may be meant."""

    name: str
    job: str


@dataclass(frozen=True)
class PersonHit:
    """A person that was found, and in how many published films."""

    slug: str
    name: str
    titles: int


def titles(db: Session, asked: Asked, common: Sequence[int]) -> list[Candidate]:
    """The fifty likeliest films that have every word in their names or among their people.

    They are looked for among the four thousand most popular, then among the next, then among all,
    and no further than it takes to have enough of them: how common a word is does not matter.
    ``common`` are the places of words that very many titles have: the last index is asked for the
    others alone, and what it finds is read for these.
    """
    rare = asked.query(without=common)
    given = {
        **{"asked": asked.text, "query": asked.query(), "rare": rare},
        **{"names": asked.query(weights="AB"), "whole": asked.query(weights="AB", whole=True)},
        **{"pool": POOL, "most": TITLES},
    }
    found = FOUND.bindparams(**given).cte("found")
    rows = db.execute(
        chosen(Title.id, Title.original_name, Title.aliases, Title.popularity, found.c.by_name)
        .join(found, found.c.id == Title.id)
        .order_by(
            *(one.desc() for one in (found.c.exact, found.c.whole, found.c.by_name)),
            Title.popularity.desc(),
            Title.id,
        )
    )
    return [_candidate(*row) for row in rows]


def credited(db: Session, title_ids: Sequence[int]) -> dict[int, list[Credited]]:
    """Who directed these films and plays in them, in the order of billing."""
    # Told to join, PostgreSQL reads all people of a small catalogue to find some hundred.
    name = select(Person.name).where(Person.id == Credit.person_id).scalar_subquery()
    rows = db.execute(
        select(Credit.title_id, name, Credit.job)
        .where(Credit.title_id.in_(title_ids))
        .order_by(Credit.title_id, Credit.position)
    )
    found: dict[int, list[Credited]] = {}
    for title_id, named, job in rows:
        found.setdefault(title_id, []).append(Credited(named, job))
    return found


def people(db: Session, asked: Asked) -> list[PersonHit]:
    """The people whose names have every word, those with the most films; found in stages too."""
    given = {"asked": asked.text, "query": asked.query(), "pool": 2 * PEOPLE, "most": PEOPLE}
    return [PersonHit(*row) for row in db.execute(text(FOUND_PEOPLE), given)]


def nearest(db: Session, asked: Asked) -> Card | None:
    """The most popular film that has one of the known words spelt most like those asked."""
    alike = search_words.alike(db, [some[0] for some in asked.words])
    for word in alike:
        hits = titles(db, Asked(word, ((word,),)), ())
        if hits:
            return hits[0].card
    return None


def _candidate(*row: Any) -> Candidate:
    *card, id_, original_name, aliases, popularity, by_name = row
    others = [name for name in (original_name, *aliases) if name]
    return Candidate(id_, Card(*card), [card[1], *others], popularity, by_name)
