"""The names of films as imports compare them: an article counts in front, and "&" as "and"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from catalog import plain

# Of the languages whose lists put them behind; "i" and "as" are words of English too.
ARTICLES = (
    *("the", "an", "a", "le", "la", "les", "l['\u2019]", "un", "une", "der", "die", "das", "ein"),
    *("eine", "el", "los", "las", "il", "lo", "gli", "het", "de", "den", "det", "o", "os"),
)
BEHIND = re.compile(
    rf"(?P<name>.*\S)\s*,\s*(?P<article>{'|'.join(ARTICLES)})(?P<more>\s+\(.*\))?", re.IGNORECASE
)
# As MovieLens writes: "Seven (a.k.a. Se7en)" and "Hate (Haine, La)"
ALSO = re.compile(
    r"(?P<name>.*\S)\s+\((?P<known>a\.?k\.?a\.?\s+)?(?P<other>[^()]+)\)", re.IGNORECASE
)
AMPERSAND = re.compile("[&\uff06\ufe60]")
AND = "and"


def in_order(title: str) -> str:
    """A title with its article in front, where lists put it behind: "Goonies, The"."""
    found = BEHIND.fullmatch(title) if "," in title else None
    if found is None:
        return title
    article, name = found["article"].capitalize(), found["name"]
    between = "" if article[-1] in "'\u2019" else " "
    return f"{article}{between}{name}{found['more'] or ''}"


def also(title: str) -> tuple[str, tuple[str, ...]]:
    """A title that is ``in_order``, without the other name that some lists write behind it in
    brackets, and that name: what says that it is one, or has its article behind."""
    found = ALSO.fullmatch(title)
    if found is None or not (found["known"] or BEHIND.fullmatch(found["other"])):
        return title, ()
    return found["name"], (in_order(found["other"]),)


class Called(Protocol):
    """What has the names of a film: a record of it, or the catalogue's title."""

    @property
    def name(self) -> str: ...
    @property
    def original_name(self) -> str | None: ...
    @property
    def aliases(self) -> Sequence[str]: ...


def own(film: Called) -> list[str]:
    """The names by which a film is looked for: its own and its original one."""
    return [film.name, *filter(None, [film.original_name])]


def every(film: Called) -> set[str]:
    """All names of a film as they are compared."""
    return set(map(comparable, (*own(film), *film.aliases)))


def comparable(name: str) -> str:
    """``name`` as ``plain.text`` has it, the same however its article and an "and" are written."""
    return plain.text(AMPERSAND.sub(f" {AND} ", in_order(name)))


def spellings(name: str) -> set[str]:
    """The plain texts under which a film of this name may be stored."""
    whole = comparable(name)
    without = " ".join(word for word in whole.split() if word != AND)
    return {each for one in (plain.text(name), whole, without) if one for each in _turned(one)}


def _turned(text: str) -> tuple[str, ...]:
    first, _, rest = text.partition(" ")
    return (text, f"{rest} {first}") if first in ARTICLES and rest else (text,)
