"""Searching films and people by what somebody remembers of a name, typing slips forgiven."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from catalog import search_candidates as candidates
from catalog import search_equals, search_words
from catalog.cards import Card
from catalog.search_asked import Asked, bare, told
from catalog.search_candidates import Candidate, Credited, Part, PersonHit
from catalog.search_statements import PEOPLE, TITLES

SUGGESTIONS, PEOPLE_AMONG_THEM = 6, 2
SUGGESTED_FROM = 20
NEAREST = "did you mean this?"


@dataclass(frozen=True)
class Hit:
    """A film that was found; ``why`` where its name alone does not tell: "with Elisabeth Shue"."""

    card: Card
    why: str | None


@dataclass(frozen=True)
class Results:
    """What a search found, best first; ``nearest`` is a film to offer when it found nothing.

    ``instead`` says what was found in the place of what was asked: "spelling" where words are
    spelt otherwise, "year" where the year beside a name was left out; "" where nothing was.
    """

    titles: list[Hit]
    people: list[PersonHit]
    nearest: Card | None
    instead: str = ""

    @property
    def may_be_more(self) -> bool:
        """Whether these are as many films as a search tells, so that there may be others."""
        return len(self.titles) == TITLES

    @property
    def may_be_more_people(self) -> bool:
        """The same of people."""
        return len(self.people) == PEOPLE


NOTHING = Results([], [], None)


@dataclass(frozen=True)
class Suggestion:
    """A line under the search box: the ``kind`` is "film" or "person", ``why`` as for a hit."""

    kind: str
    slug: str
    name: str
    year: int | None
    why: str | None = None


def found(db: Session, words: str, *, most: int = TITLES) -> Results:
    """The films, at most so many, and people that ``words`` find; any text may be given.

    Full text first. Where that finds nothing, or a word begins none that is known, it is tried
    otherwise (``_otherwise``). One of exactly that name stands first. A year behind a name, or
    before it, that no film has so is the film's. Passed over are words that only say "films" where
    nothing has them, and an "and" at its end that no name has. Behind an exact name stands one that
    has two of the words as one.
    """
    asked = Asked.of(words)
    if not asked.text:
        return NOTHING
    numbers, few = search_words.begun_spelt(db, asked.words)
    asked = replace(asked, named=few)
    results = _by_words(db, asked, numbers, most) if all(numbers) else NOTHING
    if not _is_any(results) and asked.year:
        named = found(db, asked.name, most=most)
        if named.titles:
            return _of_year_first(named, asked.year)
    if not _is_any(results) and asked.without_kind:
        named = found(db, asked.without_kind, most=most)
        if _is_any(named):
            return named
    if asked.before_and and not (results.people or _has_name(results, asked)):
        return found(db, asked.before_and, most=most)
    if _is_as_asked(results, asked):
        return results
    meant = _otherwise(db, asked, numbers, most)
    return meant if _is_any(meant) or not results.titles else results


def _is_as_asked(results: Results, asked: Asked) -> bool:
    """Whether anything was found that has the words as they stand, and not two of them as one."""
    names = [told(hit.card.name) for hit in results.titles]
    return bool(results.people) or not asked.as_one.issuperset(names)


def _otherwise(db: Session, asked: Asked, numbers: list[int], most: int) -> Results:
    """What is meant where nothing has the words as they stand: neighbouring words as one, words
    written in another way, then the known words nearest to each; where these find nothing, the film
    nearest is offered."""
    joined = _joined(db, asked, numbers)
    if joined is not None and all(joined[1]):
        results = _by_words(db, *joined, most)
        if _is_any(results):
            return replace(results, instead="spelling")
    results = _in_other_words(db, asked, most)
    if _is_any(results):
        return replace(results, instead="spelling")
    readings = [joined] if joined is not None and _is_all_known(joined[0], asked) else []
    spelt = []
    for reading in (*readings, (asked, numbers)):
        spelt.append(_spelt(db, reading))
        results = _by_words(db, *spelt[-1], most)
        if _is_any(results):
            return replace(results, instead="spelling")
    return replace(NOTHING, nearest=candidates.nearest(db, spelt))


def _in_other_words(db: Session, asked: Asked, most: int) -> Results:
    """What has the words in another way of writing them: "9 to 5" is "Nine to Five"."""
    spellings = search_equals.spellings([some[0] for some in asked.words])
    if all(len(some) == 1 for some in spellings):
        return NOTHING
    numbers = search_words.how_common_spelt(db, spellings)
    meant = replace(asked, words=tuple(spellings))
    return _by_words(db, meant, numbers, most) if all(numbers) else NOTHING


def _joined(db: Session, asked: Asked, numbers: Sequence[int]) -> Part | None:
    """What was asked with neighbouring words as one, where that is a known word or begins one."""
    found, few = search_words.joined(db, [some[0] for some in asked.words])
    rest = list(numbers)
    for at in sorted(found, reverse=True):
        rest[at : at + 2] = [found[at]]
    return (replace(asked.joined(found), named={**asked.named, **few}), rest) if found else None


def _is_all_known(joined: Asked, asked: Asked) -> bool:
    """Whether all that was joined is a known word: what only begins one may be chance."""
    words = {some[0] for some in joined.words} - {some[0] for some in asked.words}
    return all(search_words.is_known(word, joined.named) for word in words)


def _spelt(db: Session, reading: Part) -> Part:
    """Each word with the known ones nearest to it, and how common it is then. The last may be the
    beginning of one, where it is near none."""
    asked, numbers = reading
    words = [some[0] for some in asked.words]
    spellings = search_words.with_neighbours(db, words)
    if words and not numbers[-1] and all(" " in other for other in spellings[-1][1:]):
        spellings[-1] += tuple(search_words.begun_alike(db, words[-1]))
    if len(spellings) > 1:  # one word alone is never passed over
        numbers = search_words.how_common_spelt(db, spellings)
    return replace(asked, words=tuple(spellings)), numbers


def _is_any(results: Results) -> bool:
    return bool(results.titles or results.people)


def _has_name(results: Results, asked: Asked) -> bool:
    return any(asked.all_in(hit.card.name) for hit in results.titles)


def _of_year_first(results: Results, year: int) -> Results:
    """The films of that year first; where there is none, the year was left out."""
    titles = sorted(results.titles, key=lambda hit: hit.card.year != year)
    is_found = titles[0].card.year == year
    return replace(results, titles=titles, instead=results.instead if is_found else "year")


def suggested(db: Session, words: str) -> list[Suggestion]:
    """At most six lines for the search box: films first, up to two of them people. Where nothing is
    found, the film nearest to it, which is said."""
    results = found(db, words, most=SUGGESTED_FROM)
    if results.nearest and not _is_any(results):
        near = results.nearest
        return [Suggestion("film", near.slug, near.name, near.year, NEAREST)]
    people = [
        Suggestion("person", one.slug, one.name, None) for one in results.people[:PEOPLE_AMONG_THEM]
    ]
    likeliest = results.titles[: SUGGESTIONS - len(people)]
    called = Counter((hit.card.name, hit.card.year) for hit in likeliest)
    films = [
        Suggestion("film", hit.card.slug, hit.card.name, hit.card.year, _apart(hit, called))
        for hit in likeliest
    ]
    return films + people


def _apart(hit: Hit, called: Counter[tuple[str, int | None]]) -> str | None:
    """Why a film is found; of two with one name and year, else their genres."""
    is_alone = called[hit.card.name, hit.card.year] == 1
    return hit.why if hit.why or is_alone else hit.card.genre


def _by_words(db: Session, asked: Asked, numbers: Sequence[int], most: int) -> Results:
    """What has every word; ``numbers`` says how common each is."""
    titles = candidates.titles(db, asked, numbers, most=most)
    people = candidates.people(db, asked, numbers)
    credited = candidates.credited(db, [title.id for title in titles if not title.by_name])
    return Results(
        _ranked(asked, titles, credited),
        sorted(people, key=lambda one: (-asked.likeness([one.name]), -one.titles, one.name)),
        None,
    )


def _ranked(
    asked: Asked, titles: Sequence[Candidate], credited: dict[int, list[Credited]]
) -> list[Hit]:
    """The candidates, best first: by how they were found, then by likeness and popularity."""

    def order(title: Candidate) -> tuple[list[bool], float, int, int]:
        names = title.names
        if not title.by_name:
            names = [one.name for one in credited.get(title.id, [])]
        return _misses(asked, title), -asked.likeness(names), -title.popularity, title.id

    return [
        Hit(title.card, _why(asked, title, credited.get(title.id, [])))
        for title in sorted(titles, key=order)
    ]


def _misses(asked: Asked, title: Candidate) -> list[bool]:
    """What a candidate is not, the weightiest first; ``False`` sorts before ``True``."""
    own, unjoined = told(title.names[0]), bare(title.names[0])
    told_names = set(map(told, title.names))
    whole_words = {some[0] for some in asked.words} <= set(own.split())
    return [
        asked.text not in told_names,
        asked.as_one.isdisjoint(told_names),
        asked.bare not in map(bare, title.names),
        not (f"{own} ".startswith(f"{asked.text} ") or f"{unjoined} ".startswith(f"{asked.bare} ")),
        not whole_words,
        not (own.startswith(asked.text) or unjoined.startswith(asked.bare)),
        not asked.all_in(own),
        not title.by_name,
    ]


def _why(asked: Asked, title: Candidate, people: Sequence[Credited]) -> str | None:
    if title.by_name:
        own, *others = title.names
        if asked.all_in(own):
            return None
        other = next((one for one in others if asked.all_in(one) or told(one) in asked.as_one), "")
        return f"also known as {other}" if other and told(own) not in asked.as_one else None
    best = max(people, key=lambda one: asked.how_many_in(one.name), default=None)
    if best is None or not asked.how_many_in(best.name):
        return None
    return f"directed by {best.name}" if best.job == "director" else f"with {best.name}"
