"""The tables from which lists of films are drawn: rails, similar films, words of a search."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, Integer, String
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class Listing(Base):
    """A published title as lists order and narrow it. The database keeps it, by triggers on what
    it is made of, so that no way of writing a title can forget it.

    Every order ascends: ``less_popular`` is the popularity and ``worse`` the score per mille that
    the film's page shows, negated; an unknown year, and a score of too few votes to be shown, come
    last. Names are compared letter by letter, as Python does, whatever the database's language.
    ``facets`` are ``genre:drama``, ``decade:1990``, ``certificate:R`` and ``length:short``.
    """

    __tablename__ = "listing"
    __table_args__ = (
        Index("ix_listing_less_popular", "less_popular", "title_id"),
        Index("ix_listing_newest", "newest", "less_popular", "title_id"),
        Index("ix_listing_oldest", "oldest", "less_popular", "title_id"),
        Index("ix_listing_worse", "worse", "less_popular", "title_id"),
        Index("ix_listing_name", "name", "less_popular", "title_id"),
        Index("ix_listing_facets", "facets", postgresql_using="gin"),
    )

    title_id: Mapped[int] = mapped_column(
        ForeignKey("title.id", ondelete="CASCADE"), primary_key=True
    )
    less_popular: Mapped[int]
    newest: Mapped[int]
    oldest: Mapped[int]
    worse: Mapped[int]
    name: Mapped[str] = mapped_column(String(collation="C"))
    facets: Mapped[list[str]] = mapped_column(ARRAY(String))


class ListingCount(Base):
    """How many titles a list has, kept for long ones; ``cell`` is its facets in order, with spaces
    between them, nothing for all films, or ``collection:`` and a slug."""

    __tablename__ = "listing_count"

    cell: Mapped[str] = mapped_column(primary_key=True)
    titles: Mapped[int]
    first_year: Mapped[int | None]
    last_year: Mapped[int | None]


class SearchWord(Base):
    """Every word that finds a title, once: where a misspelt one looks for its neighbours.
    ``titles`` is how many it found when they were last counted."""

    __tablename__ = "search_word"
    __table_args__ = (
        Index(
            "ix_search_word_trigrams",
            "word",
            postgresql_using="gin",
            postgresql_ops={"word": "gin_trgm_ops"},
        ),
        Index("ix_search_word_prefix", "word", postgresql_ops={"word": "text_pattern_ops"}),
        Index("ix_search_word_slips", sql("one_letter_less(word)"), postgresql_using="gin"),
    )

    word: Mapped[str] = mapped_column(primary_key=True)
    titles: Mapped[int] = mapped_column(default=1, server_default="1")


class SearchPrefix(Base):
    """The best titles that have a word of this beginning, where there are more than a search
    reads, and likewise the people with the most films and how many; a worker chooses them
    (``catalog/tiers.py``). Beginnings have one to three letters."""

    __tablename__ = "search_prefix"

    prefix: Mapped[str] = mapped_column(primary_key=True)
    title_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    person_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default="{}")
    person_films: Mapped[list[int]] = mapped_column(ARRAY(Integer), server_default="{}")


class Similar(Base):
    """A title like another, with the reason that is printed beside it; made by a worker."""

    __tablename__ = "similar_title"

    title_id: Mapped[int] = mapped_column(
        ForeignKey("title.id", ondelete="CASCADE"), primary_key=True
    )
    rank: Mapped[int] = mapped_column(primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("title.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str]
    made_at: Mapped[datetime]


class SimilarSearch(Base):
    """When the films like a title were last looked for, whether or not any were found; and when it
    has changed since. The database notes that, by a trigger on titles; one that is not published
    has no row."""

    __tablename__ = "similar_search"
    __table_args__ = (
        Index("ix_similar_search_made_at", "made_at", "title_id"),
        Index(
            "ix_similar_search_changed_at",
            "changed_at",
            "title_id",
            postgresql_where=sql("changed_at is not null"),
        ),
    )

    title_id: Mapped[int] = mapped_column(
        ForeignKey("title.id", ondelete="CASCADE"), primary_key=True
    )
    made_at: Mapped[datetime | None]
    changed_at: Mapped[datetime | None]


class SimilarFilling(Base):
    """The most popular titles, in order: what stands beside every film that nothing is like, with
    the reason that is printed there. A worker chooses them once a day (``similar_filling.py``)."""

    __tablename__ = "similar_filling"

    rank: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title_id: Mapped[int] = mapped_column(ForeignKey("title.id", ondelete="CASCADE"))
    reason: Mapped[str]
    made_at: Mapped[datetime]


class WatchedTogether(Base):
    """How many people have watched both films; counted by ``access/together.py``, never few."""

    __tablename__ = "watched_together"

    title_id: Mapped[int] = mapped_column(
        ForeignKey("title.id", ondelete="CASCADE"), primary_key=True
    )
    other_id: Mapped[int] = mapped_column(
        ForeignKey("title.id", ondelete="CASCADE"), primary_key=True
    )
    viewers: Mapped[int]


class Collection(Base):
    """A rail of the home page."""

    __tablename__ = "collection"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    position: Mapped[int]


class CollectionTitle(Base):
    """Which titles stand in a collection, in order."""

    __tablename__ = "collection_title"
    __table_args__ = (Index("ix_collection_title_place", "collection_id", "position", "title_id"),)

    collection_id: Mapped[int] = mapped_column(
        ForeignKey("collection.id", ondelete="CASCADE"), primary_key=True
    )
    title_id: Mapped[int] = mapped_column(
        ForeignKey("title.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int]
