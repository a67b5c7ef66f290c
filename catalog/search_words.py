"""The words that searches know: how common one is, and which ones a misspelt one may mean."""

from __future__ import annotations

import string
from collections.abc import Iterator, Sequence

from rapidfuzz.distance import OSA
from sqlalchemy import text
from sqlalchemy.orm import Session

COMMON = 5_000
NEIGHBOURS, ALIKE = 4, 3
LONG = 8
LETTERS = string.ascii_lowercase + string.digits
CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
COUNT = """
select place - 1 from unnest(cast(:words as text[])) with ordinality as asked (word, place)
where (
    select coalesce(sum(titles), 0) from (
        select titles from search_word as known
        where known.word ~>=~ asked.word and known.word ~<~ (asked.word || chr(1114111))
        limit 3000
    ) as begun
) > :common
"""
KNOWN = "select word, titles from search_word where word = any(:words)"
NEAR = """
select asked.word, known.word, known.titles from unnest(cast(:words as text[])) as asked (word)
join search_word as known on known.word % asked.word
"""


def common(db: Session, words: Sequence[str]) -> frozenset[int]:
    """The places of those words that begin words of more than some thousand titles."""
    given = {"words": list(words), "common": COMMON}
    return frozenset(db.scalars(text(COUNT), given))


def with_neighbours(db: Session, words: Sequence[str]) -> list[tuple[str, ...]]:
    """Each word with its known neighbours, the nearest first: one slip in five letters.

    One slip away are all words that a slip makes, so they are asked for by name. Where there is
    none, two slips in a long word leave enough of it to be found by its trigrams. Two words run
    together are parted.
    """
    slips = {word: set(_slips(word)) for word in words}
    parts = {word: list(_parted(word)) for word in words}
    asked = {one for some in slips.values() for one in some}
    asked |= {part for pairs in parts.values() for pair in pairs for part in pair}
    known: dict[str, int] = dict(db.execute(text(KNOWN), {"words": list(asked)}).all())
    long = [word for word in words if len(word) >= LONG and not slips[word] & known.keys()]
    near: dict[str, dict[str, int]] = {word: {} for word in words}
    for word, one, titles in db.execute(text(NEAR), {"words": long}):
        near[word][one] = titles
    found = []
    for word in words:
        those = near[word] | {one: known[one] for one in slips[word] & known.keys()}
        pairs = [f"{a} {b}" for a, b in parts[word] if a in known and b in known]
        found.append((word, *_nearest(word, those), *pairs[:NEIGHBOURS]))
    return found


def alike(db: Session, words: Sequence[str]) -> list[str]:
    """The known words spelt most like any of these, the likest first.

    Trigrams know latin letters alone; of a word in another script its first half stands for it.
    """
    rows = db.execute(text(NEAR), {"words": list(words)})
    likest = sorted(
        rows, key=lambda row: (-OSA.normalized_similarity(row[0], row[1]), -row[2], row[1])
    )
    halves = [word[: (len(word) + 1) // 2] for word in words if not word.isascii()]
    return [*(row[1] for row in likest[:ALIKE]), *halves[:ALIKE]]


def _nearest(word: str, known: dict[str, int]) -> list[str]:
    """By distance, then the more common; too far is what takes more than a slip in five letters."""
    distances = {one: OSA.distance(word, one) for one in known if one != word}
    near = [one for one, distance in distances.items() if distance <= (len(word) + 2) // 5]
    return sorted(near, key=lambda one: (distances[one], -known[one], one))[:NEIGHBOURS]


def _slips(word: str) -> Iterator[str]:
    """What one slip makes of a word: a letter left out, too many, wrong, or before its turn."""
    letters = LETTERS if word.isascii() else CYRILLIC
    for at in range(len(word) + 1):
        before, behind = word[:at], word[at:]
        if behind:
            yield before + behind[1:]
        if len(behind) > 1:
            yield before + behind[1] + behind[0] + behind[2:]
        for letter in letters:
            yield before + letter + behind
            if behind:
                yield before + letter + behind[1:]


def _parted(word: str) -> Iterator[tuple[str, str]]:
    """The ways to read two words of two letters or more in one."""
    for at in range(2, len(word) - 1):
        yield word[:at], word[at:]
