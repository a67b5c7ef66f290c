"""What a film page says of its title, gathered before the template is drawn."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g

from access import gate, progress
from catalog import reviews, similar
from catalog.cards import Card
from catalog.models import Certificate, Credit, Genre, Rating, Release, Review, Title
from catalog.similar import SimilarCard
from core import clock
from web import filters

OUR_RATINGS = "Matinee members"
ENOUGH_RATINGS = 5
CAST_SHOWN = 8
REVIEWS_SHOWN = 5
HOME_TERRITORIES = ("GB", "US")


@dataclass(frozen=True)
class FilmPage:
    """One film page. ``genre`` is the one in the breadcrumb, ``answer`` the watch gate's,
    ``resume_at`` the second at which the member left off."""

    title: Title
    genre: Genre | None
    answer: gate.Answer
    resume_at: int
    similar: list[SimilarCard]
    reviews: list[Review]
    review_count: int

    @property
    def card(self) -> Card:
        """The title as rails show it; its art is drawn from this."""
        return card_of(self.title)

    @property
    def released(self) -> Release | None:
        """The first release in a cinema, or the first of any kind."""
        in_cinemas = [one for one in self.title.releases if one.kind == "theatrical"]
        return min(in_cinemas or self.title.releases, key=lambda one: one.on, default=None)

    @property
    def certificate(self) -> Certificate | None:
        """The certificate of the reader's side of the sea first, else any."""
        places = {place: at for at, place in enumerate(HOME_TERRITORIES)}
        return min(
            self.title.certificates,
            key=lambda one: (places.get(one.territory, len(places)), one.system),
            default=None,
        )

    @property
    def rating(self) -> Rating | None:
        """Our members' rating; where they gave none, the imported one with the most votes."""
        return max(
            self.title.ratings,
            key=lambda one: (one.source == OUR_RATINGS and one.count > 0, one.count),
            default=None,
        )

    @property
    def has_score(self) -> bool:
        """Whether enough people rated the film for a score to mean something."""
        return self.rating is not None and self.rating.count >= ENOUGH_RATINGS

    @property
    def directors(self) -> list[Credit]:
        """Who directed, in the order of billing."""
        return [credit for credit in self.title.credits if credit.job == "director"]

    @property
    def cast(self) -> list[Credit]:
        """Who plays, in the order of billing."""
        return [credit for credit in self.title.credits if credit.job == "cast"]

    @property
    def description(self) -> str:
        """One sentence of facts for search engines and shared links, at most 160 letters."""
        title = self.title
        facts = [
            f"{title.name} ({title.year})" if title.year else title.name,
            " and ".join(genre.name.lower() for genre in title.genres[:2]),
            filters.duration(title.runtime_minutes) if title.runtime_minutes else "",
            named("directed by ", self.directors[:1]),
            named("with ", self.cast[:2]),
        ]
        told = ", ".join(fact for fact in facts if fact) + "."
        return filters.cut(told + " Cast, trailer, reviews and similar films.", 160)[0][:160]


def gather(title: Title, *, from_genre: str | None = None) -> FilmPage:
    """The page of ``title``; ``from_genre`` is the slug of the list that the reader came from."""
    came_from = [genre for genre in title.genres if genre.slug == from_genre]
    return FilmPage(
        title=title,
        genre=next(iter(came_from or title.genres), None),
        answer=gate.may_watch(g.db, g.member, title, now=clock.now()),
        resume_at=progress.resume_at(g.db, g.member.id, title.id) if g.member else 0,
        similar=similar.of(g.db, title.id),
        reviews=reviews.listed(g.db, title.id, limit=REVIEWS_SHOWN),
        review_count=reviews.count(g.db, title.id),
    )


def card_of(title: Title) -> Card:
    """The card of a title that has been read whole."""
    first = title.genres[0].name if title.genres else None
    return Card(title.slug, title.name, title.year, first, title.picture)


def named(words: str, credits: list[Credit]) -> str:
    """``with Nicolas Cage and Elisabeth Shue``; nothing where nobody is known."""
    return words + " and ".join(credit.person.name for credit in credits) if credits else ""
