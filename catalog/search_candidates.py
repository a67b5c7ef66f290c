"""What the database proposes to a search: films and people by words, by near words, by spelling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from rapidfuzz.distance import OSA
from sqlalchemy import ColumnElement, and_, cast, func, literal, or_, select, text
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from catalog import plain
from catalog.cards import Card, chosen
from catalog.models import Credit, Person, Title

LONGEST, MOST_WORDS = 200, 12
TITLES, PEOPLE, NEIGHBOURS = 50, 12, 4


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

    def query(self, *, weights: str = "", whole: bool = False) -> ColumnElement[Any]:
        """Every word as a tsquery; unless ``whole``, a word also finds those that it begins."""
        last = len(self.words) - 1
        alternatives = (
            " | ".join(f"'{word}':{self._star(word, whole, at == last)}{weights}" for word in some)
            for at, some in enumerate(self.words)
        )
        return cast(" & ".join(f"({one})" for one in alternatives), TSQUERY)

    @staticmethod
    def _star(word: str, whole: bool, last: bool) -> str:
        """A single latin letter begins too many words, unless it is still being typed."""
        return "" if whole or (len(word) == 1 and word.isascii() and not last) else "*"

    def all_in(self, name: str) -> bool:
        """Whether ``name`` has every word."""
        return self.how_many_in(name) == len(self.words)

    def how_many_in(self, name: str) -> int:
        """How many of the words ``name`` has."""
        inside = plain.index_words(name)
        return sum(any(one.startswith(some) for one in inside) for some in self.words)


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
    """The fifty likeliest films that have every word in their names or among their people."""
    exact = Title.plain_name == asked.text
    if not asked.words:
        return _titles(db, exact, literal(True), exact)
    by_name = Title.words.op("@@")(asked.query(weights="AB"))
    whole = Title.words.op("@@")(asked.query(weights="AB", whole=True))
    rule = or_(exact, Title.words.op("@@")(asked.query()))
    return _titles(db, rule, or_(exact, by_name), exact, whole, by_name)


def alike(db: Session, asked: Asked) -> list[Candidate]:
    """The films one of whose names has a stretch that is spelt much like what was asked."""
    near = func.word_similarity(asked.text, Title.plain_names)
    spelt = literal(asked.text).op("<%")(Title.plain_names)
    rule = or_(spelt, Title.plain_names.op("%")(asked.text))
    return _titles(db, rule, literal(True), near)


def _titles(
    db: Session,
    rule: ColumnElement[bool],
    by_name: ColumnElement[bool],
    *order: ColumnElement[Any],
) -> list[Candidate]:
    rows = db.execute(
        chosen(
            Title.id, Title.original_name, Title.aliases, Title.popularity, by_name.label("by_name")
        )
        .where(rule)
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
    """The people whose names have every word, those with the most films."""
    if not asked.words:
        return []
    films = func.count(Credit.title_id.distinct())
    rows = db.execute(
        select(Person.slug, Person.name, films)
        .join(Credit, Credit.person_id == Person.id)
        .join(Title, and_(Title.id == Credit.title_id, Title.status == "published"))
        .where(*(or_(*map(_begins_in_name, some)) for some in asked.words))
        .group_by(Person.id)
        .order_by((Person.plain_name == asked.text).desc(), films.desc(), Person.id)
        .limit(PEOPLE)
    )
    return [PersonHit(*row) for row in rows]


def _begins_in_name(word: str) -> ColumnElement[bool]:
    inside = Person.plain_name.contains(word)  # the rule that the trigram index serves
    return and_(inside, func.concat(" ", Person.plain_name).contains(f" {word}"))


def with_neighbours(db: Session, asked: Asked) -> Asked:
    """The same question with the known words next to each word: one slip in five letters."""
    near = text(
        "select asked.word, known.word from unnest(cast(:words as text[])) as asked (word)"
        " join search_word as known on known.word % asked.word"
        " or known.word like left(asked.word, 1) || '%'"
        " and abs(length(known.word) - length(asked.word)) <= 1"
    )
    words = [some[0] for some in asked.words]
    found: dict[str, list[str]] = {word: [] for word in words}
    for word, known in db.execute(near, {"words": words}):
        if known != word and OSA.distance(word, known) <= (len(word) + 2) // 5:
            found[word].append(known)
    spellings = tuple((word, *_nearest_words(word, found[word])) for word in words)
    return replace(asked, words=spellings)


def _nearest_words(word: str, known: list[str]) -> list[str]:
    return sorted(known, key=lambda one: (OSA.distance(word, one), one))[:NEIGHBOURS]


def nearest(db: Session, asked: Asked) -> Card | None:
    """The film whose name is spelt most like what was asked; ``None`` where not a letter agrees."""
    near = func.word_similarity(asked.text, Title.plain_names)
    row = db.execute(
        chosen().where(near > 0).order_by(near.desc(), Title.popularity.desc(), Title.id).limit(1)
    ).first()
    return None if row is None else Card(*row[:5])
