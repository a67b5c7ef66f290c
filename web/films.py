"""What a film page says of its title, gathered before the template is drawn."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from flask import g

from access import gate, readers
from catalog import captions, certificates, plain, reviews, scores, similar, titles
from catalog.cards import Card
from catalog.film_pages import Certificate, Credit, Film, Named, Rating, Release, Trailer
from catalog.models import Title
from catalog.similar import SimilarCard
from catalog.stretches import WHOLE, Stretch, Tag
from core import clock, settings, territories
from web import filters, here

CAPITALS = re.compile("[A-Z]{2}")
ENOUGH_RATINGS = 5  # lists are ordered by the same rule (``migrations/0048``)
CAST_SHOWN = 8
ALIASES_SHOWN, SHORT_ALIAS = 2, 60
DESCRIBED = range(50, 161)
LONGEST_NAME = 100
RELEASED = {
    "theatrical": "in cinemas",
    "limited": "in a few cinemas",
    "premiere": "premiere",
    "festival": "at a festival",
    "digital": "online",
    "physical": "on disc",
    "television": "on television",
    "tv": "on television",  # as earlier imports stored it
}
# What is answered by the film page and a notice on it; "offer" is one that is over.
ASKED_FOR = ("watch", "trailer", "review", "offer")
IN_CINEMAS = {"theatrical", "limited"}
UNSPOKEN = {"xx", "zxx", "und"}  # silent, or nobody knows


@dataclass(frozen=True)
class ToReader:
    """What a film page says to its reader alone: the watch gate's ``answer``, the second at which a
    member left off, the reviews on it that they have found helpful, and their own one's status."""

    answer: gate.Answer
    resume_at: int
    found_helpful: frozenset[int]
    own_review: str | None = None


@dataclass(frozen=True)
class FilmPage:
    """What one film page says to everybody. ``genre`` is the one in the breadcrumb."""

    title: Film
    genre: Named | None
    similar: list[SimilarCard]

    @property
    def is_alike(self) -> bool:
        """Whether what stands beside the film is like it, and not only popular or there."""
        return similar.is_found(self.similar)

    @cached_property
    def card(self) -> Card:
        """The title as rails show it; its art is drawn from this."""
        return card_of(self.title)

    @cached_property
    def released(self) -> Release | None:
        """The first release in a cinema, or the first of any kind."""
        in_cinemas = [one for one in self.title.releases if one.kind in IN_CINEMAS]
        return min(in_cinemas or self.title.releases, key=lambda one: one.on, default=None)

    @cached_property
    def is_out(self) -> bool:
        """Whether the day of ``released`` has come. Kept pages end with each quarter of an hour."""
        return self.released is not None and self.released.on <= clock.now().date()

    @property
    def is_to_come(self) -> bool:
        """Whether nobody can have seen it yet."""
        return titles.is_to_come(self.title.has_video, self.title.releases, on=clock.now().date())

    @cached_property
    def certificate(self) -> Certificate | None:
        """The certificate of the reader's own country first, else any."""
        own = here.territory()
        return min(
            self.title.certificates,
            key=lambda one: (one.territory != own, one.system),
            default=None,
        )

    @cached_property
    def certificate_means(self) -> str:
        """What the certificate says in words; empty where that is not known."""
        return certificates.meaning(self.certificate) if self.certificate else ""

    @cached_property
    def aliases_shown(self) -> list[str]:
        """The first of its other names, as far as the title block has room for them."""
        short = [name for name in self.title.aliases if len(name) <= SHORT_ALIAS]
        return short[:ALIASES_SHOWN]

    @property
    def aliases_behind(self) -> list[str]:
        """The rest of its other names, which stand among the details."""
        return [name for name in self.title.aliases if name not in self.aliases_shown]

    @cached_property
    def languages(self) -> list[str]:
        """The names of the languages that are spoken in it, each once, however it is written."""
        codes = (code for code in self.title.languages if code.lower() not in UNSPOKEN)
        found: dict[str, str] = {}
        for name in map(captions.name, codes):
            found.setdefault(plain.text(name), name)
        return list(found.values())

    @property
    def original_language(self) -> str:
        """What its original title is read aloud in: the one language that is spoken in it, else
        that of the page."""
        known = [captions.tag(code) for code in self.title.languages]
        return known[0] or "en" if len(known) == 1 else "en"

    @cached_property
    def captions(self) -> list[str]:
        """The names of the languages in which its words can be read."""
        return [captions.name(language) for language in self.title.captions]

    @cached_property
    def releases(self) -> list[tuple[Release, str]]:
        """Every release with its words: ``United States, in cinemas``. Those in the reader's own
        country first, then by their day."""
        own = here.territory()
        rising = sorted(
            self.title.releases, key=lambda one: (one.territory != own, one.on, one.territory)
        )
        return [(one, _where(one)) for one in rising]

    @cached_property
    def rating(self) -> Rating | None:
        """Our members' score as soon as it is one, else the imported one with the most votes."""
        enough = [one for one in self.title.ratings if one.count >= ENOUGH_RATINGS]
        return max(
            enough or self.title.ratings,
            key=lambda one: (one.source == scores.OURS, one.count),
            default=None,
        )

    @cached_property
    def other_ratings(self) -> list[Rating]:
        """Every other source's score, that with the most votes first."""
        others = [one for one in self.title.ratings if one is not self.rating]
        return sorted(others, key=lambda one: -one.count)

    @cached_property
    def has_score(self) -> bool:
        """Whether enough people rated the film for a score to mean something."""
        return self.rating is not None and self.rating.count >= ENOUGH_RATINGS

    @property
    def public_trailer(self) -> Trailer | None:
        """The trailer, where there is one to see and everybody may: other sites can show it."""
        found = self.title.trailer
        return found if found and found.video and found.gate == "everyone" else None

    @cached_property
    def directors(self) -> list[Credit]:
        """Who directed, in the order of billing."""
        return [credit for credit in self.title.credits if credit.job == "director"]

    @cached_property
    def cast(self) -> list[Credit]:
        """Who plays, in the order of billing."""
        return [credit for credit in self.title.credits if credit.job == "cast"]

    @property
    def cast_shown(self) -> list[Credit]:
        """Those of the cast whose names stand on the page at once."""
        return self.cast[:CAST_SHOWN]

    @property
    def cast_behind(self) -> list[Credit]:
        """The others, whose names are shown when somebody asks for all."""
        return self.cast[CAST_SHOWN:]

    @cached_property
    def description(self) -> str:
        """Facts for search engines and shared links, 50 to 160 letters; what would not fit whole
        is left out."""
        title = self.title
        name = filters.shortened(title.name, LONGEST_NAME)
        told = f"{name} ({title.year})" if title.year else name
        for fact in (
            " and ".join(_within(genre.name) for genre in title.genres[:2]),
            filters.duration(title.runtime_minutes) if title.runtime_minutes else "",
            named("directed by ", self.directors[:1]),
            named("with ", self.cast[:2]),
        ):
            told = _with_more(told, ", ", fact, limit=DESCRIBED.stop - 2)
        told = _with_more(f"{told}.", " ", self._there_too, limit=DESCRIBED.stop - 1)
        if len(told) in DESCRIBED:
            return told
        return _with_more(told, " ", self._ways_to_watch, limit=DESCRIBED.stop - 1)

    @property
    def _there_too(self) -> str:
        """What else the page has, in words."""
        title = self.title
        parts = [
            "cast" if self.cast else "",
            "trailer" if title.trailer and title.trailer.video else "",
            "reviews" if title.reviews else "",
            "similar films" if self.is_alike else "",
        ]
        found = [part for part in parts if part]
        if not found:
            return ""
        listed = " and ".join([", ".join(found[:-1]), found[-1]] if found[1:] else found)
        return f"{listed[0].upper()}{listed[1:]}."

    @property
    def _ways_to_watch(self) -> str:
        """How it can be watched, for a film of which little else is known."""
        site = settings.current().site_name
        if self.title.has_video:
            return f"Watch it on {site} with every other film, and leave online at any time."
        return f"It is listed on {site} and cannot be played there yet."


def gather(title: Film, *, from_genre: str | None = None) -> FilmPage:
    """The page of ``title``; ``from_genre`` is the slug of the list that the reader came from."""
    came_from = [genre for genre in title.genres if genre.slug == from_genre]
    return FilmPage(
        title=title,
        genre=next(iter(came_from or title.genres), None),
        similar=title.similar or similar.popular(g.db, title.id),
    )


def to_reader(title: Film) -> ToReader:
    """What the page of ``title`` says to whoever asks for it."""
    if g.member is None:
        return ToReader(gate.may_watch(g.db, None, title, now=clock.now()), 0, frozenset())
    now, shown = clock.now(), [said.id for said in title.reviews]
    read = readers.of(g.db, g.member.id, title.id, shown, now=now)
    g.standing = read.standing  # the rest of the page does not ask again
    answer = gate.answer(title, read.until, read.standing.state, now=now)
    return ToReader(answer, read.resume_at, read.found_helpful, read.own_review)


def tags(title: Film) -> set[Tag]:
    """What is said when the page of ``title`` reads otherwise, beside what it says of itself and
    of its links: its videos change, or the popular films that stand there for want of like ones."""
    shown: set[Tag] = set()
    if title.video_id is not None:
        shown.add(f"captions:{title.video_id}")
    if title.trailer and title.trailer.video:
        shown.add(f"video:{title.trailer.video.id}")
    if not title.similar:  # nobody has looked yet: the popular are asked for
        for facet in (WHOLE, *(f"genre:{genre.slug}" for genre in title.genres[:1])):
            shown |= {f"list:{facet}", Stretch.unknown(facet)}
    elif not similar.is_found(title.similar):
        shown.add("similar-filling")
    return shown


def helpful_to_reader(shown: list[int]) -> set[int]:
    """Those of the reviews on a page that the reader has found helpful; for a visitor none."""
    if g.member is None or not shown:
        return set()
    return reviews.found_helpful(g.db, shown, g.member)


def _where(release: Release) -> str:
    how = RELEASED.get(release.kind, release.kind)
    if release.territory == territories.UNKNOWN:
        return filters.capital(how)
    return f"{territories.name(release.territory)}, {how}"


def card_of(title: Title | Film) -> Card:
    """The card of a title that has been read whole."""
    first = title.genres[0].name if title.genres else None
    return Card(title.slug, title.name, title.year, first, title.picture, title.still)


def _within(genre: str) -> str:
    """A genre's name within a sentence, where "TV movie" keeps its capitals."""
    return genre if CAPITALS.search(genre) else genre.lower()


def named(words: str, credits: list[Credit]) -> str:
    """``with Nicolas Cage and Elisabeth Shue``; nothing where nobody is known."""
    return words + " and ".join(credit.person.name for credit in credits) if credits else ""


def _with_more(told: str, joined_by: str, more: str, *, limit: int) -> str:
    """``told`` and ``more``, or ``told`` alone where there is nothing more or no room for it."""
    both = f"{told}{joined_by}{more}"
    return both if more and len(both) <= limit else told
