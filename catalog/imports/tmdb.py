"""Films as TMDB's programming interface writes them, one of its "movie details" a record.

https://developer.themoviedb.org/reference/movie-details, with ``append_to_response=credits,
release_dates,alternative_titles``. Nothing is fetched: the operator brings the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, TypeVar

from catalog import import_records, plain, records
from catalog.import_records import (
    LONGEST_EXTRACT,
    LONGEST_GENRE,
    LONGEST_NAME,
    LONGEST_TITLE,
    MOST_CAST,
    MOST_GENRES,
    Reading,
    Refused,
)
from catalog.imports import blanks, values
from catalog.imports.rows import LONGEST_WORD, MOST_NAMES, system_of
from catalog.records import Film, Player
from core import territories

Value = TypeVar("Value")
SOURCE = "TMDB"
READ = {
    *(
        "id",
        "imdb_id",
        "adult",
        "title",
        "original_title",
        "alternative_titles",
        "overview",
        "runtime",
    ),
    *("release_date", "release_dates", "spoken_languages", "original_language", "genres"),
    *("genre_ids", "production_countries", "credits", "vote_average", "vote_count", "status"),
}
# https://developer.themoviedb.org/reference/movie-release-dates
KINDS = {
    **{1: "premiere", 2: "limited", 3: "theatrical", 4: "digital", 5: "physical"},
    6: "television",
}
# https://developer.themoviedb.org/reference/genre-movie-list, for records of searches and lists
GENRES = {
    **{28: "Action", 12: "Adventure", 16: "Animation", 35: "Comedy", 80: "Crime", 18: "Drama"},
    **{99: "Documentary", 10751: "Family", 14: "Fantasy", 36: "History", 27: "Horror"},
    **{10402: "Music", 9648: "Mystery", 10749: "Romance", 878: "Science fiction"},
    **{10770: "TV movie", 53: "Thriller", 10752: "War", 37: "Western"},
}


def is_record(record: Any) -> bool:
    """Whether this is a film of TMDB: it has TMDB's number, and one of its words."""
    own = {"overview", "original_title", "vote_average", "video", "release_date"}
    return isinstance(record, dict) and isinstance(record.get("id"), int) and bool(own & {*record})


def is_page(record: Any) -> bool:
    """Whether this is a page of one of TMDB's lists, as it was saved: its films are in
    ``results``."""
    listed = isinstance(record, dict) and isinstance(record.get("results"), list)
    return listed and "title" not in record


def read(line: int, record: Any) -> Reading:
    """Understand the record that starts on ``line``."""
    notes: list[str] = []
    title = ""
    try:
        if not is_record(record):
            raise Refused("not a film of TMDB: refused")
        title = import_records.name(record.get("title")) or _original(record)
        film = _film(title, record, notes)
    except Refused as why:
        key = str(record["id"]) if is_record(record) else ""
        return Reading(line, title[:LONGEST_TITLE], None, (str(why),), key=key)
    return Reading(line, title, film, tuple(notes))


def _told(record: Mapping[str, Any], name: str) -> str:
    return blanks.told(import_records.name(record.get(name)))


def _original(record: Mapping[str, Any]) -> str:
    return blanks.name(import_records.name(record.get("original_title")))


def _film(title: str, record: Mapping[str, Any], notes: list[str]) -> Film:
    title = import_records.usable_title(title)
    if record.get("adult") is True:
        raise Refused("marked as for adults only: refused")
    original = import_records.within(_original(record), LONGEST_TITLE, "original_title", notes)
    overview = blanks.told(import_records.text(record.get("overview")))
    overview = import_records.within(overview, LONGEST_EXTRACT, "overview", notes)
    short, long = import_records.synopses(overview)
    on = plain.line(record.get("release_date"))
    year = values.year_of(on)
    if year is None:
        notes.append("no release date that can be read: taken without year")
    released = list(_released(record, notes))
    return Film(
        source=SOURCE,
        key=str(record["id"]),
        digest=records.digest(record),
        name=title,
        year=year,
        original_name=original if original not in ("", title) else None,
        aliases=_aliases(record, notes),
        runtime_minutes=_runtime(record, notes),
        languages=_languages(record, notes),
        countries=_codes(record, "production_countries", "iso_3166_1", notes),
        genres=_genres(record, notes),
        synopsis=short or None,
        synopsis_long=long or None,
        rights="Synopsis from TMDB" if overview else None,
        directors=_directors(record, notes),
        cast=_cast(record, notes),
        releases=tuple(_releases(released, notes)) if released else _first_day(on),
        certificates=tuple(_certificates(released, notes)),
        ratings=_ratings(record, notes),
        status=import_records.withdrawn(record)
        or import_records.status_by_tmdb(_told(record, "status"), notes),
        imdb_id=values.imdb_id(_told(record, "imdb_id")),
    )


def _list(record: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """The objects of a list; nothing where there is none."""
    found = record.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _within(record: Mapping[str, Any], name: str, inner: str) -> list[dict[str, Any]]:
    found = record.get(name)
    return _list(found, inner) if isinstance(found, dict) else []


def _texts(objects: list[dict[str, Any]], name: str) -> list[str]:
    """What they are called, each once."""
    meant = blanks.name if name == "title" else blanks.told
    found = (meant(import_records.name(one.get(name))) for one in objects)
    return list(dict.fromkeys(filter(None, found)))


def _aliases(record: Mapping[str, Any], notes: list[str]) -> tuple[str, ...]:
    told = _texts(_within(record, "alternative_titles", "titles"), "title")
    found = plain.once(told, besides=(import_records.name(record.get("title")), _original(record)))
    limits = (MOST_NAMES, LONGEST_TITLE)
    return tuple(import_records.few(found, limits, "alternative_titles", notes))


def _codes(record: Mapping[str, Any], listed: str, name: str, notes: list[str]) -> tuple[str, ...]:
    found = _texts(_list(record, listed), name)
    return tuple(import_records.few(found, (MOST_NAMES, LONGEST_WORD), listed, notes))


def _languages(record: Mapping[str, Any], notes: list[str]) -> tuple[str, ...]:
    """Those spoken, else the film's own, as lists and searches have no other. TMDB writes Cantonese
    as it once was, and ``xx`` where nobody speaks."""
    own = {"original_language": [dict(record)]}
    found = _codes(record, "spoken_languages", "iso_639_1", notes)
    found = found or _codes(own, "original_language", "original_language", notes)
    return tuple("yue" if code == "cn" else code for code in found if code != "xx")


def _runtime(record: Mapping[str, Any], notes: list[str]) -> int | None:
    """The minutes; TMDB writes 0 where it does not know them."""
    return _number(record, "runtime", values.minutes, notes) if record.get("runtime") else None


def _number(
    record: Mapping[str, Any], name: str, meaning: Callable[[str], Value | None], notes: list[str]
) -> Value | None:
    """What a number of a record means; one that means nothing is noted and left out."""
    given = record.get(name)
    if given is None:
        return None
    try:
        return meaning("" if isinstance(given, bool) else str(given))
    except ValueError:
        notes.append(f"{name} “{plain.line(str(given))[:30]}” means nothing: left out")
        return None


def _genres(record: Mapping[str, Any], notes: list[str]) -> tuple[str, ...]:
    numbers = record.get("genre_ids")
    listed = [one for one in numbers if isinstance(one, int)] if isinstance(numbers, list) else []
    if unknown := [str(one)[:30] for one in listed if one not in GENRES]:
        notes.append(f"genre_ids has {unknown[0]}, which is no genre: left out")
    numbered = [GENRES[one] for one in listed if one in GENRES]
    named = _texts(_list(record, "genres"), "name")
    found = list(dict.fromkeys(map(import_records.genre, (*named, *numbered))))
    return tuple(import_records.few(found, (MOST_GENRES, LONGEST_GENRE), "genres", notes))


def _directors(record: Mapping[str, Any], notes: list[str]) -> tuple[str, ...]:
    crew = _within(record, "credits", "crew")
    directors = [one for one in crew if one.get("job") == "Director"]
    notes += _namesakes(directors, "directors")
    told = _texts(directors, "name")
    once = plain.once(import_records.person(name, notes) for name in told)
    return tuple(import_records.few(once, (MOST_NAMES, LONGEST_NAME), "directors", notes))


def _cast(record: Mapping[str, Any], notes: list[str]) -> tuple[Player, ...]:
    billed = _within(record, "credits", "cast")
    billed.sort(key=lambda one: one["order"] if isinstance(one.get("order"), int) else MOST_CAST)
    notes += _namesakes(billed, "cast")
    told = ((_told(one, "name"), _told(one, "character")) for one in billed)
    cut = ((import_records.person(name, notes), role) for name, role in told)
    return import_records.cast(cut, notes)


def _namesakes(people: list[dict[str, Any]], what: str) -> list[str]:
    known = [one for one in people if isinstance(one.get("id"), int)]
    return import_records.namesakes(((one["id"], _told(one, "name")) for one in known), what)


def _released(record: Mapping[str, Any], notes: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    for country in _within(record, "release_dates", "results"):
        given = plain.line(country.get("iso_3166_1"))
        territory = territories.code(given)
        if territory is None:
            notes.append(f"iso_3166_1 “{given[:30]}” is no country: its release dates left out")
            continue
        yield from ((territory, one) for one in _list(country, "release_dates"))


def _first_day(on: str) -> tuple[dict[str, Any], ...]:
    """The one day that a record has without ``release_dates``; nobody says in which country."""
    if values.year_of(on) is None:
        return ()
    usual = {"territory": territories.UNKNOWN, "kind": values.USUAL_KIND}
    return (usual | {"on": values.day(on)},)


def _releases(
    released: Iterable[tuple[str, dict[str, Any]]], notes: list[str]
) -> Iterator[dict[str, Any]]:
    """The first day of each kind in each territory; that there are others is noted."""
    found: dict[tuple[str, str], date | None] = {}
    for territory, one in released:
        number = one.get("type")
        kind = KINDS.get(number if isinstance(number, int) else 0, values.USUAL_KIND)
        day = plain.line(one.get("release_date"))
        if values.year_of(day) is None:
            notes.append(f"release_date “{day[:30]}” means nothing: left out")
        elif (territory, kind) not in found:
            found[territory, kind] = values.day(day)
            yield {"territory": territory, "kind": kind, "on": values.day(day)}
        elif values.day(day) != found[territory, kind]:
            notes.append(
                f"release_date {day[:10]} is a further {kind} one of {territory}: left out"
            )


def _certificates(
    released: Iterable[tuple[str, dict[str, Any]]], notes: list[str]
) -> Iterator[dict[str, Any]]:
    """The first certificate of each territory's system; that there are others is noted."""
    found: dict[str, str] = {}
    for territory, one in released:
        told = import_records.name(one.get("certification"))
        system = system_of(territory)
        if told and system not in found:
            found[system] = told
            label = import_records.within(told, LONGEST_WORD, "certification", notes)
            yield {"system": system, "territory": territory, "label": label}
        elif told and told != found[system]:
            notes.append(f"certification “{told[:30]}” is a further one of {territory}: left out")


def _ratings(record: Mapping[str, Any], notes: list[str]) -> tuple[dict[str, Any], ...]:
    score = _number(record, "vote_average", lambda given: values.score(given, 10), notes)
    count = _number(record, "vote_count", values.whole, notes)
    if score and count == 0:
        notes.append("a score without votes: left out")
    if score is None or not count:
        return ()
    return ({"source": SOURCE, "score": score, "scale": 10, "count": count},)
