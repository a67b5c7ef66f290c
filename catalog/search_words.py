"""The words that searches know: how common one is, and which ones a misspelt one may mean."""

from __future__ import annotations

import string
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise

from rapidfuzz.distance import OSA, Indel
from sqlalchemy import text
from sqlalchemy.orm import Session

from catalog import search_equals, tiers

NEIGHBOURS, ALIKE, MOST_INITIALS = 4, 3, 3
COMMON, FAR, LONG = 5_000, 4, 8
READ_AT_MOST, NAMED_AT_MOST, LIKEST = 3_000, 32, 32
LEAST_JOINED, LEAST_MOVED, LEAST_BEGINNING = 4, 5, 5
LETTERS = frozenset(string.ascii_lowercase + string.digits)
CYRILLIC = frozenset("абвгдежзийклмнопрстуфхцчшщъыьэюя")
COUNT = text(
    f"""
select found.titles, found.words
from unnest(cast(:words as text[])) with ordinality as asked (word, place)
cross join lateral (
    select coalesce(sum(titles), 0) as titles,
        (array_agg(word)) [1 : {NAMED_AT_MOST + 1}] as words
    from (
        select word, titles from search_word as known
        where known.word ~>=~ asked.word and known.word ~<~ (asked.word || chr(1114111))
        limit 3000
    ) as begun
) as found order by place
"""  # noqa: S608  # put together from numbers of our own
)
NEIGHBOURS_OF = text(
    """
select word, titles from search_word where word = any(:parts)
union
select known.word, known.titles from unnest(cast(:words as text[])) as asked (word)
join search_word as known on one_letter_less(known.word) && one_letter_less(asked.word)
"""
)
NEAR = text(
    """
select asked.word, known.word, known.titles from unnest(cast(:words as text[])) as asked (word)
join search_word as known on known.word % asked.word
"""
)

# The same plan whatever is asked: each bound in a select of its own leads to the index.
BEGUN_ALIKE = text(
    f"""
select word, titles from (
    select word, titles from search_word
    where word ~>=~ (select cast(:half as text))
        and word ~<~ (select cast(:half as text) || chr(1114111))
    limit {READ_AT_MOST}
) as begun
order by similarity(left(word, length(:word)), :word) desc, titles desc limit {LIKEST}
"""  # noqa: S608  # put together from numbers of our own
)


def begun(db: Session, words: Sequence[str]) -> tuple[list[int], dict[str, list[str]]]:
    """In how many titles stand the words that each of these begins, none told exactly; and which
    words these are, of each that begins few."""
    rows = db.execute(COUNT, {"words": list(words)}).all()
    known = {word: row.words or [] for word, row in zip(words, rows, strict=True)}
    few = {word: some for word, some in known.items() if 0 < len(some) <= NAMED_AT_MOST}
    return [row.titles for row in rows], few


def begun_spelt(
    db: Session, words: Sequence[Sequence[str]]
) -> tuple[list[int], dict[str, list[str]]]:
    """The same of words of which some are spelt in several ways."""
    all_of_them = list(dict.fromkeys(one for some in words for one in some))
    numbers, few = begun(db, all_of_them)
    known = dict(zip(all_of_them, numbers, strict=True))
    return [sum(known[one] for one in some) for some in words], few


def how_common_spelt(db: Session, words: Sequence[Sequence[str]]) -> list[int]:
    """The same of words that may be spelt in several ways, each of one word or of two."""
    parts = sorted({part for some in words for one in some for part in one.split()})
    known = dict(zip(parts, begun(db, parts)[0], strict=True))
    return [sum(min(known[part] for part in one.split()) for one in some) for some in words]


def joined(db: Session, words: Sequence[str]) -> tuple[dict[int, int], dict[str, list[str]]]:
    """Where two neighbouring words are one, as of "ghost busters": the place of the first of them,
    and in how many titles stand the words that the one begins; and which words these are.

    Of two that share a word, what is a known word is meant before what begins one; then the more
    common.
    """
    pairs = ["".join(pair) for pair in pairwise(words)]
    if not pairs:
        return {}, {}
    numbers, few = begun(db, pairs)
    places = [at for at, pair in enumerate(pairs) if numbers[at] and len(pair) >= LEAST_JOINED]
    places.sort(key=lambda at: (not is_known(pairs[at], few), -numbers[at], at))
    found: dict[int, int] = {}
    for at in places:
        if not found.keys() & {at - 1, at + 1}:
            found[at] = numbers[at]
    return found, few


def is_known(word: str, named: Mapping[str, Sequence[str]]) -> bool:
    """Whether a word that begins known ones is one of these; ``named`` has them where they are few,
    and of many it is taken to be one."""
    return word in named.get(word, (word,))


def passed_over(
    words: Sequence[Sequence[str]], numbers: Sequence[int], named: Collection[str] = ()
) -> set[int]:
    """The places of ``words`` that an index of all titles need not be asked for, because the others
    leave few enough to be read: those that very many titles have, where another is rare; and where
    none is, those far more common than the rarest, if two different ones are left.

    Where one alone is left and the least common of the others is ``named``, an index is asked for
    both: to skip through a list costs less than to read titles.
    """
    least = min(numbers, default=0)
    most = COMMON if least <= COMMON else FAR * least
    far = {at for at, number in enumerate(numbers) if number > most}
    left = {tuple(some) for at, some in enumerate(words) if at not in far}
    if not far or len(left) > 1:
        return far
    next_rarest = min(far, key=numbers.__getitem__)
    if words[next_rarest][0] in named:
        return far - {next_rarest}
    return far if least <= COMMON else set()


def none_is_rare(numbers: Sequence[int]) -> bool:
    """Whether each word is so common that many titles may have all of them: what they begin would
    take long to collect."""
    return min(numbers, default=0) > 2 * COMMON


def passed_over_among_popular(numbers: Sequence[int]) -> set[int]:
    """The places of the words that the indexes of popular titles need not be asked for: those far
    more common than the rarest, where that one leaves few popular titles to be read.

    How many there are in all is not known: no fewer than have the most common word.
    """
    least, most = min(numbers, default=0), max(numbers, default=0)
    if least * tiers.SECOND > READ_AT_MOST * most:
        return set()
    return {at for at, number in enumerate(numbers) if number > FAR * least}


def with_neighbours(db: Session, words: Sequence[str]) -> list[tuple[str, ...]]:
    """Each word with its known neighbours, the nearest first: one slip in five letters.

    Two words one slip apart are the same once a letter is left out of either, and the database
    knows each word by all that is left of it so. Where there is none, two slips in a long word
    leave enough of it to be found by its trigrams. Two words run together are parted, and so are
    initials beside another word, as of "fw murnau"; "2" is "ii", and no slip of "3".
    """
    parts: dict[str, list[tuple[str, ...]]] = {word: list(_parted(word)) for word in words}
    if len(words) > 1:
        parts |= {word: [*parts[word], tuple(word)] for word in words if _may_be_initials(word)}
    names = {part for several in parts.values() for some in several for part in some}
    given = {"words": list(words), "parts": list(names)}
    known: dict[str, int] = dict(db.execute(NEIGHBOURS_OF, given).all())
    slips = {word: not (word[0].isdigit() or word in search_equals.WHOLE) for word in words}
    those = {
        word: {one: known[one] for one in known if slips[word] and _is_slip(word, one)}
        for word in words
    }
    long = [word for word in words if len(word) >= LONG and not those[word]]
    for word, one, titles in db.execute(NEAR, {"words": long}) if long else ():
        those[word][one] = titles
    found = []
    for word in words:
        pairs = [" ".join(some) for some in parts[word] if known.keys() >= set(some)]
        others = search_equals.OTHERS.get(word, ())
        found.append((word, *others, *_nearest(word, those[word]), *pairs[:NEIGHBOURS]))
    return found


def begun_alike(db: Session, word: str) -> list[str]:
    """The most common known words that begin with ``word`` but for one slip, as "terminator" does
    with "termanat": of some thousands at most that begin with its first half."""
    if len(word) < LEAST_BEGINNING:
        return []
    half = word[: max(LEAST_BEGINNING - 2, len(word) // 2)]
    rows = db.execute(BEGUN_ALIKE, {"half": half, "word": word})
    known = {one: titles for one, titles in rows if _is_slip_of_beginning(word, one)}
    return sorted(known, key=lambda one: (-known[one], one))[:NEIGHBOURS]


def alike(db: Session, words: Sequence[str]) -> dict[str, int]:
    """The known words spelt most like any of these, and in how many titles each stands.

    Trigrams know latin letters alone; of a word in another script its first half stands for it.
    """
    rows = db.execute(NEAR, {"words": [word for word in words if not word[0].isdigit()]})
    likest = sorted(
        rows, key=lambda row: (-OSA.normalized_similarity(row[0], row[1]), -row[2], row[1])
    )
    halves = [word[: (len(word) + 1) // 2] for word in words if not word.isascii()]
    return dict.fromkeys(halves[:ALIKE], 0) | {row[1]: row[2] for row in likest[:ALIKE]}


def _nearest(word: str, known: dict[str, int]) -> list[str]:
    """By distance, then the more common; too far is what takes more than a slip in five letters.

    A letter that moved is one slip, and stands behind any other.
    """
    distances = {one: OSA.distance(word, one) for one in known if one != word}
    most = (len(word) + 2) // 5
    near = [one for one, far in distances.items() if far <= most or _has_moved(word, one)]
    return sorted(near, key=lambda one: (distances[one], -known[one], one))[:NEIGHBOURS]


def _is_slip(word: str, known: str) -> bool:
    """Whether one slip makes one of the other: a letter left out, too many, wrong, or in another
    place. In a script of thousands of signs another sign is another word."""
    letters = LETTERS if word.isascii() else CYRILLIC
    is_one = OSA.distance(word, known) <= 1 or _has_moved(word, known)
    return set(known) <= {*word, *letters} and is_one


def _is_slip_of_beginning(word: str, known: str) -> bool:
    letters = range(len(word) - 1, len(word) + 2)
    return any(_is_slip(word, known[:number]) for number in letters)


def _has_moved(word: str, known: str) -> bool:
    """Whether a letter that is taken out and put in elsewhere makes one of the other, as with
    "ghandi" and "gandhi". Of short words too many are so alike."""
    is_long = len(word) >= LEAST_MOVED
    return is_long and sorted(word) == sorted(known) and Indel.distance(word, known) <= 2


def _may_be_initials(word: str) -> bool:
    return word.isascii() and word.isalpha() and 1 < len(word) <= MOST_INITIALS


def _parted(word: str) -> Iterator[tuple[str, str]]:
    """The ways to read two words of two letters or more in one; a number is one."""
    if word.isdecimal():
        return
    for at in range(2, len(word) - 1):
        yield word[:at], word[at:]
