"""Words that are written in several ways: numbers, and what is often written short."""

from __future__ import annotations

from collections.abc import Sequence

ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii")
IN_WORDS = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
    *("twelve", "thirteen"),
)
ORDINALS = (
    *(("1st", "first"), ("2nd", "second"), ("3rd", "third"), ("4th", "fourth"), ("5th", "fifth")),
    *(("6th", "sixth"), ("7th", "seventh"), ("8th", "eighth"), ("9th", "ninth"), ("10th", "tenth")),
    *(("11th", "eleventh"), ("12th", "twelfth"), ("13th", "thirteenth")),
)
SHORT = (
    *(("mr", "mister"), ("mrs", "missus"), ("dr", "doctor"), ("st", "saint"), ("jr", "junior")),
    *(("vs", "versus"), ("hrs", "hours"), ("hr", "hour")),
)
NUMBERS = tuple(
    (str(number), *((roman,) if number > 1 else ()), word)
    for number, (roman, word) in enumerate(zip(ROMAN, IN_WORDS, strict=True), start=1)
)
OTHERS = {
    word: tuple(other for other in some if other != word)
    for some in (*NUMBERS, *ORDINALS, *SHORT)
    for word in some
}
WHOLE = {"ii", "iii", "vii", "viii", "xii", "xiii"}
"""Numbers that begin no word but greater ones: "ii" is not the beginning of "iii"."""


def spellings(words: Sequence[str]) -> list[tuple[str, ...]]:
    """Each word with the other ways to write it: "9" is "nine" and "ix", "mister" is "mr"."""
    return [(word, *OTHERS.get(word, ())) for word in words]
