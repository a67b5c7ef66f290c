"""What a search looks in: the plain names of a film and the words that find it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, TextClause, select, text
from sqlalchemy.orm import Session

from catalog import plain
from catalog.models import Credit, Person, Title

LAST_PLACE = 16_000
AT_ONCE = 5_000
SPELT = text(
    "select id, name from person where name ~ :signs and id > :last order by id limit :most"
)
SPELT_FILMS = text(
    """
select id, name, original_name, aliases, array(
    select person.name from credit join person on person.id = credit.person_id
    where credit.title_id = title.id order by credit.position
) as people
from title
where id > :last and (
    concat_ws(' ', name, original_name, array_to_string(aliases, ' ')) ~ :signs or id in (
        select title_id from credit join person on person.id = credit.person_id
        where person.name ~ :signs
    )
)
order by id limit :most
"""
)
KEEP = text(
    "update title set plain_name = :plain_name, plain_names = :plain_names,"
    " words = cast(:words as tsvector) where id = :id"
)
MOST_BYTES = 500_000  # a tsvector holds 1 MB; every part of hundreds of long Japanese names is more


def columns(
    name: str, original_name: str | None, aliases: Iterable[str], people: Iterable[str]
) -> dict[str, Any]:
    """The three columns of ``Title`` that searches read, made from its names and its people's."""
    others = [other for other in (original_name, *aliases) if other]
    return {
        "plain_name": plain.text(name),
        "plain_names": "\n".join(dict.fromkeys(map(plain.text, [name, *others]))),
        "words": _vector({"A": [name], "B": others, "C": people}),
    }


def _vector(names_by_weight: dict[str, Iterable[str]]) -> str:
    """A tsvector as text. Its words are ours (``plain.index_words``), not PostgreSQL's, so that
    index and query part a name alike in every script; they hold no character to be escaped."""
    places: dict[str, list[str]] = {}
    place, room = 0, MOST_BYTES
    for weight, names in names_by_weight.items():
        for name in names:
            for word in plain.index_words(name):
                place = min(place + 1, LAST_PLACE)
                word = word[: plain.LONGEST_WORD]
                room -= len(word.encode())
                if room > 0:
                    places.setdefault(word, []).append(f"{place}{weight}")
    return " ".join(f"'{word}':{','.join(found[:200])}" for word, found in places.items())


def refresh(db: Session, title: Title) -> None:
    """Bring a title's search columns up to date after its names or credits were edited."""
    people = select(Person.name).join(Credit).where(Credit.title_id == title.id)
    found = columns(
        title.name, title.original_name, title.aliases, db.scalars(people.order_by(Credit.position))
    )
    for column, value in found.items():
        setattr(title, column, value)
    db.flush()  # so that the words below are read from the row
    learn_words(db, [title.id])


def read_anew(here: Connection, signs: str) -> None:
    """Bring what is kept of names with one of ``signs``, a regular expression, up to the rule of
    today: nobody would find them, and the next import would bring their films in a second time."""
    people = text("update person set plain_name = :plain where id = :id")
    for some in _batches(here, SPELT, signs):
        here.execute(people, [{"id": row.id, "plain": plain.text(row.name)} for row in some])
    for some in _batches(here, SPELT_FILMS, signs):
        told = (columns(row.name, row.original_name, row.aliases, row.people) for row in some)
        here.execute(KEEP, [{"id": row.id, **one} for row, one in zip(some, told, strict=True)])
        learn_words(here, [row.id for row in some])


def _batches(here: Connection, query: TextClause, signs: str) -> Iterator[Sequence[Any]]:
    last = 0
    while rows := here.execute(query, {"signs": signs, "last": last, "most": AT_ONCE}).all():
        yield rows
        last = rows[-1].id


def learn_words(db: Session | Connection, title_ids: list[int]) -> None:
    """Add the words of these titles to those a misspelt word is compared with."""
    db.execute(
        text(
            "insert into search_word (word) select distinct unnest(tsvector_to_array(words))"
            " from title where id = any(:ids) order by 1 on conflict do nothing"
        ),
        {"ids": title_ids},
    )
