"""What the desk has taken out of a film: remembered by its name, for imports to leave it out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from catalog import import_names, import_records, plain
from catalog.models import Title
from catalog.records import Film

PLAIN_FACTS = (
    "year",
    "original_name",
    "runtime_minutes",
    "languages",
    "countries",
    "content_notices",
)
STORIES = ("synopsis", "synopsis_long")
TEXTS = (*STORIES, "rights")
FACTS = (*PLAIN_FACTS, *TEXTS, "genres", "certificates", "releases", "aliases")
PEOPLE = {"directors": "director", "cast": "cast"}  # and their job
PART = "part of "


def standing(title: Title) -> list[str]:
    """The names of all that a film has of what an import would fill in; of lists to which another
    record adds, those of their rows as well."""
    jobs = {credit.job for credit in title.credits}
    return [
        *(fact for fact in FACTS if getattr(title, fact)),
        *(fact for fact, job in PEOPLE.items() if job in jobs),
        *(_certificate(one.system) for one in title.certificates),
        *(_release(one.territory, one.kind) for one in title.releases),
        *map(_alias, title.aliases),
        *(_score(one.source) for one in title.ratings),
        *(_part(credit.person.name) for credit in title.credits if credit.role),
    ]


def remember(title: Title, stood: Sequence[str]) -> None:
    """Note what ``stood`` before and stands no more, beside what was taken out earlier; what stands
    again is no longer taken out, and who does not play in the film has no part to be left out."""
    stands, play = standing(title), {_part(credit.person.name) for credit in title.credits}
    gone = [name for name in (*title.emptied, *stood) if name not in stands]
    parts = [name for name in gone if not name.startswith(PART) or name in play]
    title.emptied = list(dict.fromkeys(parts))


def facts(title: Title, film: Film) -> list[str]:
    """What the record tells and the desk has emptied; without its synopsis a film takes no other
    text either, nor the rights of one."""
    if not title.emptied:
        return []
    emptied, stands = set(title.emptied), standing(title)
    tells = film.synopsis or film.synopsis_long
    if tells and not title.synopsis and not emptied.isdisjoint(STORIES):
        emptied.update(TEXTS)
    told = [fact for fact in (*FACTS, *PEOPLE) if fact in emptied and getattr(film, fact)]
    return [fact for fact in told if fact not in stands]


def rows(title: Title, film: Film) -> list[str]:
    """The names of the rows that the record tells and the desk has taken out; none of lists that it
    has emptied."""
    left, gone = facts(title, film), _gone(title)
    return [name for part, name, _ in _told(film) if name in gone and part not in left]


def without(title: Title, film: Film) -> Film:
    """The record without all that the desk has taken out."""
    if not title.emptied:
        return film
    gone, changed = _gone(title), dict[str, Any]()
    for part, name, row in _told(film):
        changed[part] = (*changed.get(part, ()), *([] if name in gone else [row]))
    changed |= {fact: _nothing(film, fact) for fact in facts(title, film)}
    return replace(film, **changed)


def names(title: Title, told: Iterable[str]) -> list[str]:
    """Those of the names that a record tells which the desk has not taken out."""
    gone = _gone(title)
    return [] if "aliases" in gone else [name for name in told if _alias(name) not in gone]


def _gone(title: Title) -> set[str]:
    return set(title.emptied).difference(standing(title)) if title.emptied else set()


def _told(film: Film) -> Iterator[tuple[str, str, Any]]:
    """Each row of a record: its list, its name, and what it tells."""
    for row in film.certificates:
        yield "certificates", _certificate(row["system"]), row
    for row in film.releases:
        yield "releases", _release(row["territory"], row["kind"]), row
    for row in film.ratings:
        yield "ratings", _score(row["source"]), row
    for name in film.aliases:
        yield "aliases", _alias(name), name
    for player in film.cast:
        yield "cast", _part(player.name) if player.role else "", player


def _nothing(film: Film, fact: str) -> Any:
    return () if isinstance(getattr(film, fact), tuple) else None


def _certificate(system: str) -> str:
    return f"certificate {import_records.system(system)}".strip()


def _score(source: str) -> str:
    return f"score of {plain.text(source)}"


def _alias(name: str) -> str:
    return f"other name {import_names.comparable(name)}"


def _part(name: str) -> str:
    return PART + plain.text(name)


def _release(territory: str, kind: str) -> str:
    return f"release date {territory} {kind}"
