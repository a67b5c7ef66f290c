"""What the database proposes to a search: the films and people that have its words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    Select,
    Text,
    and_,
    cast,
    func,
    literal,
    or_,
    select,
    text,
    union,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY
from sqlalchemy.orm import Session

from catalog import plain, search_words
from catalog.cards import Card, chosen
from catalog.models import EACH_NAME, NAME_WORDS, Credit, Person, SearchPrefix, Title

LONGEST, MOST_WORDS = 200, 12
TITLES, PEOPLE, POOL = 50, 12, 200
LONGEST_KEPT = 3


@dataclass(frozen=True)
class Asked:
    """What was asked: its plain text, and for each word the spellings that count as it."""

    text: str
    words: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, typed: str) -> Asked:
        """Read what somebody typed; only the beginning of something very long."""
        cut = typed[:LONGEST]
        words = tuple((word,) for word in plain.words(cut)[:MOST_WORDS])
        return cls(plain.text(cut), words)

    def query(
        self, *, weights: str = "", whole: bool = False, without: Collection[int] = ()
    ) -> ColumnElement[Any]:
        """The words as a tsquery; unless ``whole``, a word also finds those that it begins.

        Another spelling is a known word and found whole; it may be two words. ``without`` are the
        places of words that are left out.
        """
        last = len(self.words) - 1
        asked = []
        for at, some in enumerate(self.words):
            star = self._star(some[0], whole, at == last)
            spellings = [f"'{some[0]}':{star}{weights}"]
            spellings += [
                " & ".join(f"'{part}':{weights}" for part in other.split()) for other in some[1:]
            ]
            if at not in without:
                asked.append(f"({' | '.join(spellings)})")
        return cast(" & ".join(asked), TSQUERY)

    @staticmethod
    def _star(word: str, whole: bool, last: bool) -> str:
        """A single latin letter begins too many words, unless it is still being typed."""
        return "" if whole or (len(word) == 1 and word.isascii() and not last) else "*"

    def is_short(self) -> bool:
        """Whether it is one word of so few letters that very many titles may have it."""
        return self.words == ((self.text,),) and len(self.text) <= LONGEST_KEPT

    def all_in(self, name: str) -> bool:
        """Whether ``name`` has every word."""
        return self.how_many_in(name) == len(self.words)

    def how_many_in(self, name: str) -> int:
        """How many of the words ``name`` has."""
        inside = plain.index_words(name)
        return sum(
            any(all(_begins(part, inside) for part in one.split()) for one in some)
            for some in self.words
        )


def _begins(part: str, words: Sequence[str]) -> bool:
    return any(word.startswith(part) for word in words)


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


def titles(db: Session, asked: Asked) -> list[Candidate]:
    """The fifty likeliest films that have every word in their names or among their people.

    They are looked for among the four thousand most popular, then among the next, then among all,
    and no further than it takes to have enough of them: how common a word is does not matter.
    """
    exact = EACH_NAME.op("@>")(cast([asked.text], ARRAY(Text)))
    named = select(Title.id).where(Title.status == "published", exact)
    named = named.order_by(Title.popularity.desc()).limit(TITLES)
    if not asked.words:
        return _titles(db, named, literal(True), exact)
    by_name = Title.words.op("@@")(asked.query(weights="AB"))
    whole = Title.words.op("@@")(asked.query(weights="AB", whole=True))
    kept = _kept(db, asked)
    if len(kept) >= TITLES:
        pool = union(named, select(Title.id).where(Title.id.in_(kept)))
        return _titles(db, pool, or_(exact, by_name), exact, whole, by_name)
    found: list[CTE] = []
    for among in ("title.tier = 0", "title.tier <= 1", None):
        rules = _has_words(db, asked) if among is None else [_has(asked), text(among)]
        stage = select(Title.id).where(Title.status == "published", *rules, *map(_too_few, found))
        ordered = stage.order_by(by_name.desc(), Title.popularity.desc(), Title.id)
        found.append(ordered.limit(POOL).cte(f"stage_{len(found)}"))
    pool = union(named, *(select(stage.c.id) for stage in found))
    return _titles(db, pool, or_(exact, by_name), exact, whole, by_name)


def _kept(db: Session, asked: Asked) -> Sequence[int]:
    """The titles that a worker chose for one short word, less those that changed since.

    None for any other question, and for a beginning that few titles have.
    """
    if not asked.is_short():
        return []
    ids = select(func.unnest(SearchPrefix.title_ids)).where(SearchPrefix.prefix == asked.text)
    still = select(Title.id).where(Title.id.in_(ids), Title.status == "published")
    return db.scalars(still.where(_has(asked).is_(True))).all()


def _has(asked: Asked) -> ColumnElement[bool]:
    return Title.words.op("@@")(asked.query())


def _too_few(stage: CTE) -> ColumnElement[bool]:
    return select(func.count()).select_from(stage).scalar_subquery() < POOL


def _has_words(db: Session, asked: Asked) -> list[ColumnElement[bool]]:
    """The index is asked for the rare words alone; what it finds is then read for the others."""
    if asked.is_short():
        return [_has(asked)]
    common = search_words.common(db, [some[0] for some in asked.words])
    if not common or len(common) == len(asked.words):
        return [_has(asked)]
    rare = Title.words.op("@@")(asked.query(without=common))
    return [rare, _has(asked).is_(True)]


def _titles(
    db: Session,
    pool: Select[int] | CompoundSelect[int],
    by_name: ColumnElement[bool],
    *order: ColumnElement[Any],
) -> list[Candidate]:
    rows = db.execute(
        chosen(
            Title.id, Title.original_name, Title.aliases, Title.popularity, by_name.label("by_name")
        )
        .where(Title.id.in_(pool))
        .order_by(*(one.desc() for one in order), Title.popularity.desc(), Title.id)
        .limit(TITLES)
    )
    found = []
    for *card, id_, original_name, aliases, popularity, is_by_name in rows:
        others = [name for name in (original_name, *aliases) if name]
        names = [card[1], *others]
        found.append(Candidate(id_, Card(*card), names, popularity, is_by_name))
    return found


def credited(db: Session, title_ids: Sequence[int]) -> dict[int, list[Credited]]:
    """Who directed these films and plays in them, in the order of billing."""
    rows = db.execute(
        select(Credit.title_id, Person.name, Credit.job)
        .join(Person, Person.id == Credit.person_id)
        .where(Credit.title_id.in_(title_ids))
        .order_by(Credit.title_id, Credit.position)
    )
    found: dict[int, list[Credited]] = {}
    for title_id, name, job in rows:
        found.setdefault(title_id, []).append(Credited(name, job))
    return found


def people(db: Session, asked: Asked) -> list[PersonHit]:
    """The people whose names have every word, those with the most films; found in stages too."""
    if not asked.words:
        return []
    has = NAME_WORDS.op("@@")(asked.query())
    is_it = Person.plain_name == asked.text
    found: list[CTE] = []
    for among in ("person.tier = 0", "person.tier <= 1", "true"):
        stage = select(Person.id).where(has, text(among), *map(_too_few_people, found))
        ordered = stage.order_by(is_it.desc(), Person.tier, Person.id)
        found.append(ordered.limit(2 * PEOPLE).cte(f"stage_{len(found)}"))
    named = select(Person.id).where(is_it).limit(PEOPLE)
    pool = union(named, *(select(stage.c.id) for stage in found)).subquery()
    films = func.count(Credit.title_id.distinct())
    rows = db.execute(
        select(Person.slug, Person.name, films)
        .join(pool, pool.c.id == Person.id)
        .join(Credit, Credit.person_id == Person.id)
        .join(Title, and_(Title.id == Credit.title_id, Title.status == "published"))
        .group_by(Person.id)
        .order_by(is_it.desc(), films.desc(), Person.id)
        .limit(PEOPLE)
    )
    return [PersonHit(*row) for row in rows]


def _too_few_people(stage: CTE) -> ColumnElement[bool]:
    return select(func.count()).select_from(stage).scalar_subquery() < 2 * PEOPLE


def nearest(db: Session, asked: Asked) -> Card | None:
    """The most popular film that has one of the known words spelt most like those asked."""
    alike = search_words.alike(db, [some[0] for some in asked.words])
    for word in alike:
        hits = titles(db, Asked(word, ((word,),)))
        if hits:
            return hits[0].card
    return None
