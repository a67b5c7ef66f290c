"""A row of a table as a film: what is taken of it, what is left out, what is refused and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any, TypeVar

from catalog import import_names, import_records, plain, records
from catalog.import_records import (
    LONGEST_EXTRACT,
    LONGEST_GENRE,
    LONGEST_NAME,
    LONGEST_SYNOPSIS,
    LONGEST_TITLE,
    MOST_CAST,
    MOST_GENRES,
    SYSTEMS,
    Reading,
    Refused,
)
from catalog.imports import cells, values
from catalog.records import Film
from core import territories

Value = TypeVar("Value")
STATES = {"published", "draft", "withdrawn"}
SPLIT = {"aliases": values.titles, "directors": values.people, "genres": values.genres}
# What lists of films and what people hold call that of a row which is none.
NO_FILMS = {
    *(
        "episode",
        "season",
        "series",
        "show",
        "tv episode",
        "tv mini series",
        "tv series",
        "tv show",
    ),
    *("tvepisode", "tvminiseries", "tvseries", "music video", "podcast episode", "podcast series"),
    *("video game", "videogame"),
}
YES = {"1", "true", "yes"}
MOST_NAMES, LONGEST_WORD = 30, 80


def read(line: int, row: Mapping[str, str], source: str) -> Reading:
    """Understand a row, given by field (``columns.FIELDS``), that starts on ``line``."""
    notes: list[str] = []
    title = import_records.name(row.get("title"))
    try:
        film = _film(title, row, source, notes)
    except Refused as why:
        key = import_records.key_of(row.get("id", ""))
        return Reading(line, title[:LONGEST_TITLE], None, (str(why),), key=key)
    return Reading(line, title, film, tuple(notes))


def _film(title: str, row: Mapping[str, str], source: str, notes: list[str]) -> Film:
    title = import_records.usable_title(title)
    if plain.text(row.get("kind", "")) in NO_FILMS:
        raise Refused(f"“{row['kind']}” is no film: refused")
    if row.get("adult", "").lower() in YES:
        raise Refused("marked as for adults only: refused")
    given = row.get("year", "")
    told = values.year(given) if given else values.year_of(row.get("released_on", ""))
    name, year = _name_and_year(title, told, is_certain=bool(given))
    name, others = import_names.also(name)
    if year is None:
        notes.append("no year given: taken without year")
    short, long = _synopses(row, notes)
    billed = _billed(row, notes)
    territory = _territory(row, notes)
    return Film(
        source=source,
        key=import_records.key_of(row.get("id", ""))
        or import_records.key_without_href(title, told, (name for name, _ in billed)),
        digest=records.digest(dict(row)),
        name=name,
        year=year,
        original_name=_original(row, notes) or None,
        aliases=(*others, *_names(row, "aliases", (MOST_NAMES, LONGEST_TITLE), notes)),
        runtime_minutes=_value(row, "runtime", values.minutes, notes),
        languages=_names(row, "languages", (MOST_NAMES, LONGEST_WORD), notes),
        countries=_names(row, "countries", (MOST_NAMES, LONGEST_WORD), notes),
        genres=_genres(row, notes),
        synopsis=short or None,
        synopsis_long=long or None,
        content_notices=_names(row, "content_notices", (MOST_NAMES, LONGEST_WORD), notes),
        rights=_text(row, "rights", LONGEST_EXTRACT, notes) or None,
        directors=_names(row, "directors", (MOST_NAMES, LONGEST_NAME), notes),
        cast=import_records.cast(billed, notes),
        releases=_releases(row, territory, notes),
        certificates=_certificates(row, territory, notes),
        ratings=_ratings(row, source, notes),
        collections=_names(row, "collections", (MOST_GENRES, LONGEST_WORD), notes),
        status=_status(row, notes),
        imdb_id=values.imdb_id(row.get("imdb_id") or row.get("id", "")),
    )


def _name_and_year(title: str, year: int | None, *, is_certain: bool) -> tuple[str, int | None]:
    """The title with its article in front, and without the year that some lists write behind it;
    that is the film's, unless the row is certain of another."""
    name, behind = values.dated(title)
    if behind is None or (is_certain and behind != year):
        return import_names.in_order(title), year
    return import_names.in_order(name), behind


def _value(
    row: Mapping[str, str], field: str, meaning: Callable[[str], Value | None], notes: list[str]
) -> Value | None:
    try:
        return meaning(row.get(field, ""))
    except ValueError:
        notes.append(f"{field} “{row[field][:30]}” means nothing: left out")
        return None


def _text(row: Mapping[str, str], field: str, longest: int, notes: list[str]) -> str:
    return import_records.within(row.get(field, ""), longest, field, notes)


def _original(row: Mapping[str, str], notes: list[str]) -> str:
    return import_names.in_order(_text(row, "original_title", LONGEST_TITLE, notes))


def _synopses(row: Mapping[str, str], notes: list[str]) -> tuple[str, str]:
    """The beginning of the synopsis, and the long one: the row's own, else the whole of the other
    where that is more. Of one that is too long beside a long one the beginning alone is kept."""
    whole = _text(row, "synopsis", LONGEST_EXTRACT, notes)
    short, more = import_records.synopses(whole)
    long = _text(row, "synopsis_long", LONGEST_EXTRACT, notes)
    if long and len(whole) > LONGEST_SYNOPSIS:
        told = f"synopsis is longer than {LONGEST_SYNOPSIS} characters: its beginning taken"
        notes.append(f"{told}, as there is a synopsis_long")
    return short, long or more


def _names(
    row: Mapping[str, str], field: str, limits: tuple[int, int], notes: list[str]
) -> tuple[str, ...]:
    return tuple(import_records.few(_listed(row, field, notes), limits, field, notes))


def _listed(row: Mapping[str, str], field: str, notes: list[str]) -> list[str]:
    """The names of a cell, also of one that a program wrote."""
    given = row.get(field, "")
    if cells.is_written(given):
        return plain.once(name for name, _ in _written(given, field, notes))
    return SPLIT.get(field, values.names)(given)


def _written(given: str, field: str, notes: list[str]) -> list[tuple[str, str | None]]:
    try:
        return cells.named(given)
    except ValueError:
        notes.append(f"{field} “{given[:30]}” is a list that cannot be read: left out")
        return []


def _genres(row: Mapping[str, str], notes: list[str]) -> tuple[str, ...]:
    limits = (MOST_GENRES, LONGEST_GENRE)
    return tuple(map(import_records.genre, _names(row, "genres", limits, notes)))


def _billed(row: Mapping[str, str], notes: list[str]) -> list[tuple[str, str | None]]:
    """Name and part of those who play in it, as often as they are billed."""
    given = row.get("cast", "")
    if cells.is_written(given):
        told = _written(given, "cast", notes)
    else:
        told = [one for one in map(values.role, values.people(given)) if one[0]]
    for name, _ in told:
        if not import_records.is_name(name):
            notes.append(f"cast has “{name[:30]}”, which is not a name: left out")
    told = [one for one in told if import_records.is_name(one[0])]
    return import_records.few(told, (MOST_CAST, LONGEST_NAME), "cast", notes, by=itemgetter(0))


def _releases(
    row: Mapping[str, str], territory: str | None, notes: list[str]
) -> tuple[dict[str, Any], ...]:
    on = _value(row, "released_on", values.day, notes)
    kind = row.get("release_kind", "").lower() or values.USUAL_KIND
    if kind not in values.KINDS:
        notes.append(f"release_kind “{kind[:30]}” is none of {', '.join(values.KINDS)}: left out")
    if on is None or territory is None or kind not in values.KINDS:
        return ()
    return ({"territory": territory, "kind": kind, "on": on},)


def _certificates(
    row: Mapping[str, str], territory: str | None, notes: list[str]
) -> tuple[dict[str, Any], ...]:
    label = _text(row, "certificate", LONGEST_WORD, notes)
    if not label or territory is None:
        return ()
    given = _text(row, "certificate_system", LONGEST_WORD, notes)
    named, label = values.certificate(label)
    system = import_records.system(given or named) or system_of(territory)
    return ({"system": system, "territory": territory, "label": label},)


def system_of(territory: str) -> str:
    """Who gives age certificates in a country: its system, else the country's own code; empty
    where nobody says which country."""
    return "" if territory == territories.UNKNOWN else SYSTEMS.get(territory, territory)


def _territory(row: Mapping[str, str], notes: list[str]) -> str | None:
    """Where the row's release and certificate hold; ``None`` where what it says is no country."""
    given = row.get("territory", "")
    found = territories.code(given) if given else territories.UNKNOWN
    if found is None:
        told = f"territory “{given[:30]}” is no country: its release and certificate left out"
        notes.append(told)
    return found


def _ratings(row: Mapping[str, str], source: str, notes: list[str]) -> tuple[dict[str, Any], ...]:
    if not row.get("score"):
        if _value(row, "votes", values.whole, notes):
            notes.append("votes without a score: left out")
        return ()
    told, slash, behind = row["score"].partition("/")
    row = {**row, "score": told.strip()} | ({"scale": behind.strip()} if slash else {})
    scale = _value(row, "scale", values.scale, notes)
    score = scale and _value(row, "score", lambda given: values.score(given, scale), notes)
    count = _value(row, "votes", values.whole, notes)
    if score is not None and count == 0:
        notes.append("a score without votes: left out")
    if score is None or not count:
        return ()
    told_by = _text(row, "score_source", LONGEST_WORD, notes) or source
    return ({"source": told_by, "score": score, "scale": scale, "count": count},)


def _status(row: Mapping[str, str], notes: list[str]) -> str | None:
    given = row.get("status", "")
    if not given or given.lower() in STATES:
        return given.lower() or None
    found = import_records.status_by_tmdb(given, notes)
    if found is None and given.lower() != import_records.RELEASED:
        told = f"status “{given.lower()[:30]}” is none of {', '.join(sorted(STATES))}"
        notes.append(f"{told}: left out")
    return found
