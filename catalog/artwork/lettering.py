"""Titles as lines: cleaned for any medium, broken where it reads well, measured without a font."""

from __future__ import annotations

import itertools
import re
import unicodedata

LONGEST_LINE = 11
LONGEST_WORD = 22
MOST_LINES = 5
MOST_MARKS = 8
HANGING = 2
FOLLOWING, LEADING = "ะาำๅๆຯະາຳໆ", "เแโใไເແໂໃໄ"  # vowels of Thai and Lao beside their consonant
OWN_HYPHEN = re.compile(r"(?<=\w-)(?=\w)")
ELLIPSIS = "…"
JOINERS = "\u200c\u200d"
SMALL_KANA = "ーゝゞヽヾ々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ"
SLIM, BROAD = frozenset("fijlrtI.,:;'`!|()[]{}/-\u2019\u00b7"), frozenset("mwMW@%&\u2014\u2026")


def cleaned(title: str) -> str:
    """``title`` without what no medium can print (control characters, halves of pairs, marks that
    turn the direction of writing), and with single spaces."""
    kept = [
        letter if not _unprintable(letter) else " "
        for letter in unicodedata.normalize("NFC", title)
    ]
    return " ".join("".join(kept).split())


def _unprintable(letter: str) -> bool:
    return unicodedata.category(letter)[0] == "C" and letter not in JOINERS


def lines(title: str) -> list[str]:
    """A cleaned title as at most five lines of at most eleven characters, as even as they come.

    A word longer than a line keeps a line to itself; what does not fit ends in an ellipsis.
    """
    words = [
        (piece, "" if at else " ")
        for word in cleaned(title).split()
        for at, piece in enumerate(_pieces(word))
    ]
    rows = _filled(words, LONGEST_LINE)
    if len(rows) > MOST_LINES:
        return [*rows[: MOST_LINES - 1], _shortened(rows[MOST_LINES - 1])]
    limits = (limit for limit in range(1, LONGEST_LINE + 1))
    return next(even for limit in limits if len(even := _filled(words, limit)) == len(rows))


def _pieces(word: str) -> list[str]:
    """``word`` whole, or cut where a line would be too long: first at hyphens of its own."""
    if len(_letters(word)) <= LONGEST_WORD:
        return _cut(word)
    return [piece for part in OWN_HYPHEN.split(word) for piece in _cut(part)]


def _cut(word: str) -> list[str]:
    """``word`` in pieces of a line at most; wide scripts break anywhere, and those that know no
    capitals without a hyphen."""
    letters = _letters(word)
    wide = any(map(_is_wide, letters))
    limit = LONGEST_LINE // 2 if wide else LONGEST_WORD
    count = max(1, -(-len(letters) // limit))
    size = max(1, -(-len(letters) // count))
    cut = [letters[i : i + size] for i in range(0, len(letters), size)]
    is_caseless = word.upper() == word.lower()
    if wide or is_caseless:
        _unbroken(cut)
    pieces = ["".join(piece) for piece in cut]
    if wide or is_caseless:
        return pieces
    return [*(f"{piece}-" for piece in pieces[:-1]), *pieces[-1:]]


def _unbroken(cut: list[list[str]]) -> None:
    """Leave what closes or lengthens with what stands before it, what opens with what follows: no
    line begins with ``。`` or ``ー`` or ends with ``「``, as JIS X 4051 has it, where two letters
    more or less are enough for that."""
    for before, behind in itertools.pairwise(cut):
        for _ in range(HANGING):
            if len(behind) > 1 and _closes(behind[0]):
                before.append(behind.pop(0))
            elif len(before) > 1 and _opens(before[-1]):
                behind.insert(0, before.pop())


def _closes(letter: str) -> bool:
    return letter[0] in SMALL_KANA + FOLLOWING or unicodedata.category(letter[0]) in (
        "Pe",
        "Pf",
        "Po",
    )


def _opens(letter: str) -> bool:
    return letter[0] in LEADING or unicodedata.category(letter[0]) in ("Ps", "Pi")


def _letters(word: str) -> list[str]:
    """Each letter together with the marks and joiners that belong to it."""
    found: list[str] = []
    for letter in word:
        joined = letter in JOINERS or unicodedata.category(letter)[0] == "M"
        if found and (joined or found[-1][-1] in JOINERS):
            found[-1] = (found[-1] + letter)[:MOST_MARKS]
        else:
            found.append(letter)
    return found


def _filled(words: list[tuple[str, str]], limit: int) -> list[str]:
    """Rows of words, each with what parts it from the one before."""
    rows: list[str] = []
    for word, space in words:
        if rows and _length(f"{rows[-1]}{space}{word}") <= limit:
            rows[-1] = f"{rows[-1]}{space}{word}"
        else:
            rows.append(word)
    return rows


def _length(text: str) -> int:
    """How many letters ``text`` has; one of a wide script counts twice."""
    return sum(2 if _is_wide(letter) else 1 for letter in _letters(text))


def _is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter[0]) in "WF"


def _shortened(row: str) -> str:
    return "".join(_letters(row)[: LONGEST_LINE - 1]).rstrip(" .,:;-") + ELLIPSIS


def width(text: str) -> float:
    """About how wide ``text`` is in a bold serif, in ems. Wrong by a tenth either way."""
    return sum(_letter_width(letter) for letter in text)


def _letter_width(letter: str) -> float:
    if letter in JOINERS or unicodedata.category(letter) in ("Mn", "Me"):
        return 0
    if _is_wide(letter):
        return 1
    if letter == " ":
        return 0.26
    if letter in SLIM:
        return 0.32
    if letter in BROAD:
        return 0.88
    return 0.7 if letter.isupper() else 0.52


def runs_right_to_left(text: str) -> bool:
    """Whether the first letter that has a direction is Arabic, Hebrew or one of their kin."""
    directions = (unicodedata.bidirectional(letter) for letter in text)
    return next((way in ("R", "AL") for way in directions if way in ("L", "R", "AL")), False)
