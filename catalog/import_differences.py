"""Where a record says something else than the catalogue: each difference in words."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from catalog import import_names, import_records, plain, scores, slugs, taken_out
from catalog.models import Title
from catalog.records import Film
from catalog.taken_out import PLAIN_FACTS

NAMES_SAID = 5


def between(title: Title, film: Film) -> Iterator[str]:
    """What is said where both say something else, and where the desk wants nothing said."""
    if import_names.comparable(film.name) not in import_names.every(title):
        yield f"name: the catalogue says {title.name}, the file {film.name}: kept"
    for fact in PLAIN_FACTS:
        ours, told = getattr(title, fact), getattr(film, fact)
        if ours and told and _plain(ours) != _plain(told):
            yield f"{word(fact)}: the catalogue says {_say(ours)}, the file {_say(told)}: kept"
    if title.synopsis and film.synopsis and title.synopsis != film.synopsis:
        yield "synopsis: the file has another text: kept"
    if not title.synopsis or film.synopsis == title.synopsis:
        for fact in ("synopsis_long", "rights"):
            ours, told = getattr(title, fact), getattr(film, fact)
            if ours and told and ours not in (told, plain.line(told)):
                yield f"{word(fact)}: the file has another text: kept"
    for fact in taken_out.facts(title, film):
        why = "emptied at the desk" if fact in title.emptied else "of a text emptied at the desk"
        yield f"{word(fact)}: {why}: left empty"
    for name in taken_out.rows(title, film):
        yield f"{name}: taken out at the desk: left out"
    yield from _other_names(title, film)
    yield from _other_scores(title, film)
    labels = {import_records.system(one.system): one.label for one in title.certificates}
    for row in film.certificates:
        ours = labels.get(row["system"], row["label"])
        if ours != row["label"]:
            yield f"certificate: the catalogue says {ours}, the file {row['label']}: kept"
    days = {(one.territory, one.kind): one.on for one in title.releases}
    for row in film.releases:
        on = days.get((row["territory"], row["kind"]), row["on"])
        if on != row["on"]:
            yield f"release date: the catalogue says {on}, the file {row['on']}: kept"


def _other_names(title: Title, film: Film) -> Iterator[str]:
    """Where the record credits others, or calls the film by other genres; one that was stored under
    another source's name is the same."""
    for job, told in (("director", film.directors), ("cast", [one.name for one in film.cast])):
        ours = [credit.person.name for credit in title.credits if credit.job == job]
        known = {plain.text(name) for name in ours}
        others = [name for name in told if plain.text(name) not in known]
        if ours and others:
            yield f"{job}: the file also names {_some(others)}: kept as it is"
    ours = [one.name for one in title.genres]
    known = {slugs.for_group(import_records.genre(name)) for name in ours}
    others = [name for name in film.genres if slugs.for_group(name) not in known]
    if ours and others:
        yield f"genre: the catalogue says {_say(ours)}, the file {_say(film.genres)}: kept"


def _other_scores(title: Title, film: Film) -> Iterator[str]:
    """Where the record tells a score of somebody else's, who has told another."""
    ours = {plain.text(one.source): one for one in title.ratings}
    for row in film.ratings:
        known = ours.get(plain.text(row["source"]))
        if known is None or row["source"] == film.source:
            continue
        ours_say = _scored(known.score, known.scale, known.count)
        told = _scored(row["score"], row["scale"], row["count"])
        if ours_say != told:
            yield f"score of {row['source']}: the catalogue says {ours_say}, the file {told}: kept"


def _scored(score: Decimal, scale: int, count: int) -> str:
    return f"{score}{'' if scale == scores.SCALE else f'/{scale}'} by {count:,}"


def _some(names: list[str]) -> str:
    """The first of these names, and how many more there are."""
    more = len(names) - NAMES_SAID
    return _say(names[:NAMES_SAID]) + (f" and {more} more" if more > 0 else "")


def word(fact: str) -> str:
    """What an account calls a fact: ``runtime_minutes`` is "runtime"."""
    return fact.removesuffix("_minutes").replace("_", " ")


def _plain(value: Any) -> Any:
    """A value as it is compared: names by their letters, lists in any order."""
    if isinstance(value, list | tuple):
        return {plain.text(one) for one in value}
    return import_names.comparable(value) if isinstance(value, str) else value


def _say(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list | tuple) else str(value)
