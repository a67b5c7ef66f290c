"""What somebody asked a search: its plain text, its words, and the spellings that count as them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from itertools import compress

from rapidfuzz.distance import OSA

from catalog import plain, search_equals
from catalog.records import FIRST_YEAR, LAST_YEAR

LONGEST, MOST_WORDS = 200, 12
LEAST_BEGINNING = 4
REMEMBERED = 8192  # names; some hundred bytes each
# "And" in the languages whose films most often have it, and in rock 'n' roll. Those that are as
# often another word are not among them: the "i" and "a" of Polish and Czech, the "es" of Hungarian.
JOINING = frozenset(("and", "n", "und", "et", "y", "e", "og", "och", "en", "и"))

# What is looked for, and what joins it to whose it is.
KINDS = frozenset(("film", "films", "movie", "movies", "filme", "pelicula", "peliculas"))
OF = frozenset(("with", "by", "of", "from", "starring", "mit", "von", "avec", "de", "con"))


@dataclass(frozen=True)
class Asked:
    """What was asked: its plain text, and for each word the spellings that count as it.

    Words that only join two others are not asked for. ``named`` has for a word that begins few
    known words what these are.
    """

    text: str
    words: tuple[tuple[str, ...], ...]
    named: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, typed: str) -> Asked:
        """Read what somebody typed; only the beginning of something very long."""
        cut = typed[:LONGEST]
        words = _unjoined(plain.words(cut))[:MOST_WORDS]
        out = _written_out(cut)
        spellings = ((word, *out.get(word, ())) for word in words)
        longest = plain.LONGEST_WORD
        return cls(
            plain.text(cut), tuple(tuple(one[:longest] for one in some) for some in spellings)
        )

    @property
    def year(self) -> int | None:
        """The year that stands behind a name, as in "Nosferatu (1922)", or else before it."""
        return None if self._year_at is None else int(self.words[self._year_at][0])

    @property
    def name(self) -> str:
        """What stands before the year, or behind one that comes first."""
        if self._year_at == 0:
            return self.text.partition(self.words[0][0])[2]
        return self.text.rpartition(self.words[-1][0])[0]

    @property
    def without_kind(self) -> str:
        """What is left of "tom cruise movies" or "films with tom cruise" without the words that
        only say what is looked for; empty where there are none, or nothing else."""
        words = self.text.split()
        while words and words[-1] in KINDS:
            words.pop()
        if words and words[0] in KINDS:
            words = words[2:] if words[1:2] and words[1] in OF else words[1:]
        return "" if len(words) == len(self.text.split()) else " ".join(words)

    @property
    def _year_at(self) -> int | None:
        last = len(self.words) - 1
        ends = (last, 0) if last > 0 else ()
        return next((at for at in ends if _is_year(self.words[at][0])), None)

    @cached_property
    def bare(self) -> str:
        """The plain text without the words that only join two others."""
        return bare(self.text)

    @cached_property
    def as_one(self) -> frozenset[str]:
        """The plain text with two neighbouring words as one, in each way: "super man" may be the
        name "superman"."""
        spaces = [at for at, sign in enumerate(self.text) if sign == " "][: MOST_WORDS - 1]
        return frozenset(self.text[:at] + self.text[at + 1 :] for at in spaces)

    @property
    def before_and(self) -> str:
        """What stands before an "and" at the end, behind which nothing was typed yet."""
        before, _, last = self.text.rpartition(" ")
        is_joining = last in JOINING and not _is_letter(last)
        return before if is_joining and before.rpartition(" ")[2] not in JOINING else ""

    def joined(self, places: Collection[int]) -> Asked:
        """The same with the word at each of these places and the one behind it as one word."""
        words = [some[0] for some in self.words]
        for at in sorted(places, reverse=True):
            words[at : at + 2] = [words[at] + words[at + 1]]
        return replace(self, text=" ".join(words), words=tuple((word,) for word in words))

    def query(
        self,
        *,
        weights: str = "",
        whole: bool = False,
        without: Collection[int] = (),
        umlauts: bool = False,
    ) -> str:
        """The words as a tsquery; unless ``whole``, a word also finds those that it begins.

        Where these are few they are named: an index skips through the lists of words, and reads to
        its end what a word begins. Another spelling is a known word and found whole; it may be two
        words. ``without`` are the places of words that are left out. With ``umlauts`` "mueller" is
        "muller" as well.
        """
        last = len(self.words) - 1
        asked = []
        for at, some in enumerate(self.words):
            star = self._star(some[0], whole, at == last)
            named = self.named.get(some[0]) if star else None
            spellings = [f"'{one}':{weights}" for one in named or ()]
            spellings = spellings or [f"'{some[0]}':{star}{weights}"]
            spellings += [
                " & ".join(f"'{part}':{weights}" for part in other.split()) for other in some[1:]
            ]
            if umlauts:
                spellings += self._of_umlauts(some[0], star)
            if at not in without:
                asked.append(f"({' | '.join(spellings)})")
        return " & ".join(asked)

    @staticmethod
    def _of_umlauts(word: str, star: str) -> list[str]:
        """The word without umlauts, if it may have some; a short one begins too many others."""
        bare = plain.without_umlauts(word)
        star = star if len(bare) >= LEAST_BEGINNING else ""
        return [f"'{bare}':{star}"] if bare != word and not _is_short(bare) else []

    @property
    def beginnings(self) -> set[int]:
        """The places of words that begin very many others, where enough stands beside them: of one
        or two latin letters beside two longer words, and of a letter at the end behind any."""
        short = {at for at, some in enumerate(self.words) if _is_short(some[0])}
        if len(self.words) - len(short) >= 2:
            return short
        last = len(self.words) - 1
        return {last} if last > 0 and _is_letter(self.words[last][0]) else set()

    @staticmethod
    def _star(word: str, whole: bool, last: bool) -> str:
        """A single latin letter begins too many words, unless it is still being typed."""
        is_whole = whole or word in search_equals.WHOLE
        return "" if is_whole or (_is_letter(word) and not last) else "*"

    def all_in(self, name: str) -> bool:
        """Whether ``name`` has every word."""
        return self.how_many_in(name) == len(self.words)

    def how_many_in(self, name: str) -> int:
        """How many of the words ``name`` has."""
        return sum(self._each_in(name))

    def fit(self, names: Sequence[str]) -> float:
        """How well ``names`` fit what was asked, from 0 to 2: how like it they are, and how much of
        it they have."""
        return self.likeness(names) + self._share_in(names)

    def _share_in(self, names: Sequence[str]) -> float:
        """How much of what was asked stands in one of ``names``, by its letters, from 0 to 1.

        Nothing where only words of one or two latin letters do: "to" of "9 to 5" tells no film.
        """
        letters = [len(some[0]) for some in self.words]
        telling = [not _is_short(some[0]) for some in self.words]
        each = [each for each in map(self._each_in, names) if any(compress(each, telling))]
        there = (sum(compress(letters, one)) for one in each)
        return max(there, default=0) / max(sum(letters), 1)

    def _each_in(self, name: str) -> list[bool]:
        inside = _inside(name)
        return [_has_one(inside, spellings) for spellings in self._sought]

    @cached_property
    def _sought(self) -> list[list[list[str]]]:
        """Of each word its spellings, and of each of these its parts as ``_inside`` has them."""
        return [[[f" {part}" for part in one.split()] for one in some] for some in self.words]

    def likeness(self, names: Sequence[str]) -> float:
        """How like the likest of ``names`` is to what was asked, from 0 to 1."""
        likest = (OSA.normalized_similarity(self.text, told(name)) for name in names)
        return max(likest, default=0.0)


def _written_out(typed: str) -> dict[str, tuple[str, ...]]:
    """The words in which an umlaut was typed, each with the two letters that may be written for
    it: of "müller" that is "mueller"."""
    if not plain.UMLAUT.search(typed):
        return {}
    pairs = zip(plain.words(typed), plain.words(plain.written_out(typed)), strict=False)
    return {word: (out,) for word, out in pairs if word != out}


def _has_one(inside: str, spellings: list[list[str]]) -> bool:
    """Plain loops: of a search's work in Python this was the most, and six times as much with
    ``any`` and ``all``."""
    for parts in spellings:
        for part in parts:
            if part not in inside:
                break
        else:
            return True
    return False


def _is_year(word: str) -> bool:
    is_number = len(word) == 4 and word.isascii() and word.isdigit()
    return is_number and FIRST_YEAR <= int(word) <= LAST_YEAR


def _is_letter(word: str) -> bool:
    return len(word) == 1 and word.isascii()


def _is_short(word: str) -> bool:
    return len(word) <= 2 and word.isascii()


@lru_cache(maxsize=REMEMBERED)
def told(name: str) -> str:
    """The plain text of a name; those of popular films and people are found again and again."""
    return plain.text(name)


@lru_cache(maxsize=REMEMBERED)
def bare(name: str) -> str:
    """The plain text of a name without the words that only join two others, as "&" does."""
    return " ".join(_unjoined(told(name).split()))


def _unjoined(words: list[str]) -> list[str]:
    """``words`` without each "and" between two others. A letter behind another is no such word:
    "D.E.B.S." is one name."""
    last = len(words) - 1
    return [
        word
        for at, word in enumerate(words)
        if word not in JOINING or at in (0, last) or len(word) == len(words[at - 1]) == 1
    ]


@lru_cache(maxsize=REMEMBERED)
def _inside(name: str) -> str:
    """The words of a name, each behind a space: so a word begins where its letters follow one."""
    return "".join(f" {word}" for word in plain.index_words(name))
