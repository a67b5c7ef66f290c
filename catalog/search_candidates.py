"""What the database proposes to a search: the films and people that have its words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Boolean, bindparam, select, text
from sqlalchemy.orm import Session

from catalog import search_words
from catalog.cards import Card, chosen
from catalog.models import Credit, Person, Title
from catalog.search_asked import Asked
from catalog.search_statements import FOUND_PEOPLE, FOUND_TITLES, NEAR_TITLES, TITLES

LEAST_FIT, LEFT_OF_A_NAME = 0.5, 2
TELLING, TELLING_NOTHING = 3, 10 * search_words.COMMON

FOUND = (
    text(FOUND_TITLES)
    .columns(id=BigInteger, exact=Boolean, whole=Boolean, by_name=Boolean)
    .cte("found")
)
# Written once: what every search asks is put together and known to the database from then on.
CARDS = (
    chosen(Title.id, Title.original_name, Title.aliases, Title.popularity, FOUND.c.by_name)
    .join(FOUND, FOUND.c.id == Title.id)
    .order_by(
        *(one.desc() for one in (FOUND.c.exact, FOUND.c.whole, FOUND.c.by_name)),
        Title.popularity.desc(),
        Title.id,
    )
)
NEAR = text(NEAR_TITLES).columns(id=BigInteger).cte("near")
NEAR_CARDS = chosen(Title.id, Title.original_name, Title.aliases, Title.popularity).join(
    NEAR, NEAR.c.id == Title.id
)
FOUND_BY_NAME = text(FOUND_PEOPLE)
# Told to join, PostgreSQL reads all people of a small catalogue to find some hundred.
NAMED = select(Person.name).where(Person.id == Credit.person_id).scalar_subquery()
CREDITED = (
    select(Credit.title_id, NAMED, Credit.job)
    .where(Credit.title_id.in_(bindparam("titles", expanding=True)))
    .order_by(Credit.title_id, Credit.position)
)


@dataclass(frozen=True)
class Candidate:
    """A film that may be meant; ``by_name`` where its own names have all the words."""

    id: int
    card: Card
    names: list[str]
    popularity: int
    by_name: bool


Part = tuple[Asked, list[int]]
"""Some of the words that were asked, and how common each is."""


class Credited(NamedTuple):
    """Somebody credited in a film that may be meant; a search has hundreds."""

    name: str
    job: str


@dataclass(frozen=True)
class PersonHit:
    """A person that was found, and in how many published films."""

    slug: str
    name: str
    titles: int


def titles(
    db: Session, asked: Asked, numbers: Sequence[int], *, most: int = TITLES
) -> list[Candidate]:
    """The ``most`` likeliest films that have every word in their names or among their people.

    They are looked for among the eight thousand most popular, then among the next, then among all,
    and no further than it takes to have enough of them: how common a word is does not matter.
    ``numbers`` says how common each word is. An index is not asked for words that very many titles
    have: what it finds of the others is read for these. Where all are common, all titles are asked
    for whole words first, which an index finds much sooner than what words begin.
    """
    common = search_words.passed_over(asked.words, numbers, asked.named)
    among_popular = common | search_words.passed_over_among_popular(numbers)
    given = {
        **{"asked": asked.text, "query": asked.query(), "rare": asked.query(without=common)},
        **{"popular": asked.query(without=among_popular)},
        **{"names": asked.query(weights="AB"), "whole": asked.query(weights="AB", whole=True)},
        **{"rare_whole": "", "most": most, "exact": [asked.text, *sorted(asked.as_one)]},
    }
    if len(asked.words) - len(common) > 1 and search_words.none_is_rare(numbers):
        given["rare_whole"] = asked.query(whole=True, without=common)
    return [_candidate(*row) for row in db.execute(CARDS, given)]


def credited(db: Session, title_ids: Sequence[int]) -> dict[int, list[Credited]]:
    """Who directed these films and plays in them, in the order of billing."""
    rows = db.execute(CREDITED, {"titles": list(title_ids)})
    found: dict[int, list[Credited]] = {}
    for title_id, named, job in rows:
        found.setdefault(title_id, []).append(Credited(named, job))
    return found


def people(db: Session, asked: Asked, numbers: Sequence[int]) -> list[PersonHit]:
    """The people whose names have every word, those with the most films; found in stages too.

    The index is not asked for what begins very many names, nor for a word of very many films
    beside two rare ones: who was found is read for it. ``numbers`` says how common each word is.
    Names with an umlaut are found by two letters in its place.
    """
    asked = replace(asked, named={})  # the words of titles, where many a person has none
    without = asked.beginnings
    seldom = without | search_words.passed_over(asked.words, numbers)
    if len(asked.words) - len(seldom) >= LEFT_OF_A_NAME:
        without = seldom
    given = {
        **{"asked": asked.text, "typed": asked.query(), "query": asked.query(umlauts=True)},
        "rare": asked.query(without=without, umlauts=True),
    }
    return [PersonHit(*row) for row in db.execute(FOUND_BY_NAME, given)]


def nearest(db: Session, readings: Sequence[Part]) -> Card | None:
    """The film whose names fit best what was asked, among those that have all of its words but one,
    or one that tells much; ``None`` where none fits. ``readings`` are what it may mean, that with
    every word apart at the end."""
    parts = [part for one in readings for part in (*_all_but_one(*one), *_rarest(*one))]
    parts += _like_unknown(db, *readings[-1])
    near = [_candidate(*row, True) for row in db.execute(NEAR_CARDS, _given(parts))]
    fits = {one.id: max(asked.fit(one.names) for asked, _ in readings) for one in near}
    best = max(near, key=lambda one: (fits[one.id], one.popularity, -one.id), default=None)
    return best.card if best is not None and fits[best.id] >= LEAST_FIT else None


def _all_but_one(asked: Asked, numbers: Sequence[int]) -> Iterator[Part]:
    """What was asked without each of its words, as it is spelt and as it may be meant: a common
    neighbour of a word would crowd out the films that have the word itself."""
    places = range(len(asked.words)) if len(asked.words) > 1 else ()
    for at in places:
        words = (*asked.words[:at], *asked.words[at + 1 :])
        for spelt in dict.fromkeys((tuple(some[:1] for some in words), words)):
            yield replace(asked, words=spelt), [*numbers[:at], *numbers[at + 1 :]]


def _rarest(asked: Asked, numbers: Sequence[int]) -> Iterator[Part]:
    """The rarest known words, each alone unless it stands in very many titles."""
    each = zip(asked.words, numbers, strict=True)
    known = [(some, number) for some, number in each if number]
    for place, (some, number) in enumerate(sorted(known, key=lambda one: one[1])[:TELLING]):
        if place == 0 or number <= TELLING_NOTHING:
            yield replace(asked, words=(some,)), [number]


def _like_unknown(db: Session, asked: Asked, numbers: Sequence[int]) -> Iterator[Part]:
    """The words spelt like those that are not known."""
    each = list(zip(asked.words, numbers, strict=True))
    unknown = [some[0] for some, number in each if not number or len(each) == 1]
    for word, number in search_words.alike(db, unknown).items():
        yield replace(asked, words=((word,),)), [number]


def _given(parts: Sequence[Part]) -> dict[str, list[Any]]:
    """What the statement asks of an index, and what it reads of the titles that are found there."""
    common = [search_words.passed_over(part.words, numbers, part.named) for part, numbers in parts]
    return {
        "queries": [part.query(weights="AB") for part, _ in parts],
        "rare": [part.query(without=at) for (part, _), at in zip(parts, common, strict=True)],
        "common": [min(numbers) > search_words.COMMON for _, numbers in parts],
    }


def _candidate(*row: Any) -> Candidate:
    *card, id_, original_name, aliases, popularity, by_name = row
    others = [name for name in (original_name, *aliases) if name]
    return Candidate(id_, Card(*card), [card[1], *others], popularity, by_name)
