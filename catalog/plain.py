"""The one rule by which names are compared: what a search asks and what it is asked of."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

# What people write for an apostrophe, and the letters that look like one: "Hawai\u02bbi".
APOSTROPHES = "'`\u00b4\u2018\u2019\u201b\u02b9\u02ba\u02bb\u02bc\u02bd\u02be\u02bf\u05f3"
LETTERS = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "\u0131": "i"}
    | dict.fromkeys(APOSTROPHES, "'")
    | {"\u0640": ""}  # what draws an Arabic word out
)
MARKS_OF_TRADE = dict.fromkeys(map(ord, "\u2122\u2120"), " ")  # else "Barbie™" ends with "tm"
# What PostgreSQL refuses, XML forbids, or Unicode says is no character.
UNSTORABLE = re.compile(
    "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f\\ud800-\\udfff\\ufdd0-\\ufdef"
    + "".join(chr(plane + 0xFFFE) + chr(plane + 0xFFFF) for plane in range(0, 0x110000, 0x10000))
    + "]"
)
BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# What turns the direction of later text round, or cannot be seen; the two joiners stay, because
# Persian, Hindi and families of emoji are written with them.
DECEPTIVE = re.compile(
    "[\\x80-\\x9f\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u200b\\u200e\\u200f"
    "\\u202a-\\u202e\\u2060-\\u206f\\u3164\\ufeff\\uffa0\\ufff9-\\ufffb\\U000e0000-\\U000e0fff]"
)
LOOK_LATIN = {"CYRILLIC", "GREEK", "COPTIC", "ARMENIAN", "CHEROKEE", "LISU"}
JOINERS = "\u200c\u200d"
MAY_BE_MARKS = re.compile(r"[^\x00-\u02ff]{4,}")  # where a row of marks can stand; quickly found
MOST_MARKS, MOST_OF_A_SCRIPT = 3, 5  # Burmese and pointed Hebrew write four over one letter
UMLAUT = re.compile("[äöüÄÖÜ]|[aouAOU]\u0308")
WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
MAY_BE_UMLAUT = re.compile("([aou])e")
WORD = re.compile(r"[^\W_]+")
RAISED = re.compile(r"(?<=\w)[\u00b2\u00b3\u00b9\u2070\u2074-\u2079\u2080-\u2089]+")  # "Alien³"
WHOLE_SCRIPT = re.compile(r"[぀-ヿ㐀-鿿가-힣豈-﫿฀-๿]+")
LONGEST_WORD, LONGEST_RUN = 60, 1_000


def storable(text: str) -> str:
    """``text`` without the characters that PostgreSQL refuses or a page cannot show."""
    return UNSTORABLE.sub("", text)


def readable(text: str) -> str:
    """What a stranger wrote, without what deceives the eye: characters that cannot be seen, that
    turn text round, or that pile up over their line. Blank where nothing visible is left."""
    seen = DECEPTIVE.sub("", storable(text.replace("\u2028", "\n").replace("\u2029", "\n")))
    seen = MAY_BE_MARKS.sub(_few_marks, seen).strip()
    return seen if any(map(_is_seen, seen)) else ""


def mixes_alphabets(text: str) -> bool:
    """Whether ``text`` has Latin letters and such of an alphabet that looks like it: a name that
    passes for another one is written so."""
    letters = filter(str.isalpha, unicodedata.normalize("NFKC", text))
    found = {unicodedata.name(letter, "").partition(" ")[0] for letter in letters}
    return "LATIN" in found and bool(found & LOOK_LATIN)


def _is_seen(letter: str) -> bool:
    """Whether a letter can be seen without another: no space, no mark alone, no empty Braille."""
    return unicodedata.category(letter)[0] not in "ZCM" and letter != "\u2800"


def _few_marks(found: re.Match[str]) -> str:
    """As many of the marks on each letter as people write: a script's own may be more than those
    that any letter takes. What joins letters is none, and parts no row."""
    kept, row = [], 0
    for letter in found[0]:
        if unicodedata.category(letter) in ("Mn", "Me") or unicodedata.combining(letter):
            is_of_any = unicodedata.name(letter, "").startswith("COMBINING")
            row += 1
            if row > (MOST_MARKS if is_of_any else MOST_OF_A_SCRIPT):
                continue
        elif letter not in JOINERS:
            row = 0
        kept.append(letter)
    return "".join(kept)


def lines(given: str) -> str:
    """Text of several lines, each way to break one written as ``\\n``, without what cannot be
    stored."""
    return storable(BREAKS.sub("\n", given)).strip()


def line(given: Any) -> str:
    """Text on one line, without characters that cannot be stored; empty for what is no text."""
    return " ".join(storable(given).split()) if isinstance(given, str) else ""


@lru_cache(maxsize=16_384)  # an import asks the same names again and again
def text(name: str) -> str:
    """``name`` in lower case, without accents and punctuation: "Amélie!" is "amelie".

    Never empty unless ``name`` is: a name of punctuation alone stays as it is.
    """
    return " ".join(words(name)) or storable(name).strip().lower()


def once(names: Iterable[str], besides: Iterable[str] = ()) -> list[str]:
    """Each of these names once, as it is first spelt, but for those that are ``besides``."""
    known = set(map(text, besides))
    found: dict[str, str] = {}
    for name in names:
        if name and text(name) not in known:
            found.setdefault(text(name), name)
    return list(found.values())


def words(name: str) -> list[str]:
    """The words of ``name`` as they are compared, in order. "Ocean's" is one, "Spider-Man" two."""
    return WORD.findall(_letters(name).replace("'", ""))


def index_words(name: str) -> list[str]:
    """Every word under which ``name`` is found.

    Beside its plain words: the parts at apostrophes ("avventura"), what a hyphen or a raised digit
    parts as one ("spiderman", "alien3"), an umlaut in two letters ("mueller"), and in scripts
    without spaces what begins at each sign, up to the thousandth, so that any part can be asked
    for.
    """
    found = words(name)
    for chunk in _letters(name).split():
        parts = WORD.findall(chunk)
        if len(parts) > 1:
            found += [*parts, "".join(parts)]
    if RAISED.search(name):
        found += words(RAISED.sub(lambda digits: unicodedata.normalize("NFKC", digits[0]), name))
    if UMLAUT.search(name):
        found += index_words(written_out(name))
    for run in WHOLE_SCRIPT.findall(" ".join(found)):
        starts = range(1, min(len(run), LONGEST_RUN))
        found += [run[start : start + LONGEST_WORD] for start in starts]
    return list(dict.fromkeys(found))


def written_out(name: str) -> str:
    """``name`` with two letters for each umlaut: "Müller" is "mueller"."""
    return unicodedata.normalize("NFC", name).casefold().translate(WRITTEN_OUT)


def without_umlauts(word: str) -> str:
    """A plain word as a name with umlauts has it: "mueller" may be "muller", for "Müller"."""
    return MAY_BE_UMLAUT.sub(r"\1", word)


def _letters(name: str) -> str:
    clean = storable(name)
    if clean.isascii():  # most names: nothing to fold but the case
        return clean.lower().replace("`", "'")
    folded = _numbers_apart(clean).casefold().translate(LETTERS)
    bare = (letter for letter in unicodedata.normalize("NFKD", folded) if not _is_mark(letter))
    # Folded again: "№" and letters of fancy alphabets only become capitals here.
    return unicodedata.normalize("NFC", "".join(bare).casefold())


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter) == "Mn"


def _numbers_apart(name: str) -> str:
    """Part "9½" into "9 ½" and "Alien³" into "Alien ³", so that "9 1/2" and "alien 3" find them."""
    return "".join(
        f" {letter}" if unicodedata.decomposition(letter).startswith("<fraction>") else letter
        for letter in RAISED.sub(r" \g<0>", name.translate(MARKS_OF_TRADE))
    )
