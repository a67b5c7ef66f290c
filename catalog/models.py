"""The tables of the catalogue: titles, people, credits, genres, releases and ratings."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnClause,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Numeric,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    literal_column,
)
from sqlalchemy import (
    text as sql,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.imports.models import ImportRun as ImportRun
from catalog.list_models import Collection as Collection
from catalog.list_models import CollectionTitle as CollectionTitle
from catalog.list_models import Listing as Listing
from catalog.list_models import ListingCount as ListingCount
from catalog.list_models import SearchPrefix as SearchPrefix
from catalog.list_models import SearchWord as SearchWord
from catalog.list_models import Similar as Similar
from catalog.list_models import SimilarFilling as SimilarFilling
from catalog.list_models import SimilarSearch as SimilarSearch
from catalog.list_models import WatchedTogether as WatchedTogether
from catalog.picture_models import Picture as Picture
from catalog.picture_models import PictureCut as PictureCut
from catalog.review_models import Review as Review
from catalog.review_models import ReviewReport as ReviewReport
from catalog.review_models import ReviewVote as ReviewVote
from catalog.video_models import CaptionTrack as CaptionTrack
from catalog.video_models import Trailer as Trailer
from catalog.video_models import Video as Video
from core.db import Base

Texts = ARRAY(String)
NAME_WORDS: ColumnClause[Any] = literal_column(
    "array_to_tsvector(string_to_array(plain_name, ' '))"
)
EACH_NAME: ColumnClause[list[str]] = literal_column("string_to_array(plain_names, '\n')")


class Title(Base):
    """A film. ``plain_name`` is its name as searches compare it (``catalog/plain.py``),
    ``plain_names`` adds its other names, and ``words`` those of its people. ``tier`` is 0 among
    the most popular thousands, 1 among those after them (``catalog/tiers.py``). ``taken_back`` is a
    draft that people could once see: it has left, while no one hears of a new one. ``edited_at`` is
    when the desk last changed its facts, ``emptied`` the names of what it has taken out of them
    (``catalog/taken_out.py``)."""

    __tablename__ = "title"
    __table_args__ = (
        CheckConstraint("status in ('draft', 'published', 'withdrawn')", name="status"),
        Index("ix_title_status", "status", "id"),
        Index("ix_title_words", "words", postgresql_using="gin"),
        *(
            Index(name, "words", postgresql_using="gin", postgresql_where=sql(among))
            for name, among in (
                ("ix_title_words_first", "tier = 0"),
                ("ix_title_words_second", "tier = 1"),
            )
        ),
        Index("ix_title_name_words", sql("ts_filter(words, '{a,b}')"), postgresql_using="gin"),
        Index("ix_title_each_name", EACH_NAME, postgresql_using="gin"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    original_name: Mapped[str | None]
    aliases: Mapped[list[str]] = mapped_column(Texts, default=list)
    year: Mapped[int | None] = mapped_column(index=True)
    runtime_minutes: Mapped[int | None]
    languages: Mapped[list[str]] = mapped_column(Texts, default=list)
    countries: Mapped[list[str]] = mapped_column(Texts, default=list)
    synopsis: Mapped[str | None] = mapped_column(Text)
    synopsis_long: Mapped[str | None] = mapped_column(Text)
    content_notices: Mapped[list[str]] = mapped_column(Texts, default=list)
    rights: Mapped[str | None]
    status: Mapped[str] = mapped_column(default="published")
    taken_back: Mapped[bool] = mapped_column(default=False, server_default="false")
    popularity: Mapped[int] = mapped_column(default=0)
    plain_name: Mapped[str] = mapped_column(default="", index=True)
    plain_names: Mapped[str] = mapped_column(default="")
    words: Mapped[str | None] = mapped_column(TSVECTOR, deferred=True)
    tier: Mapped[int] = mapped_column(SmallInteger, default=2, server_default="2")
    video_id: Mapped[int | None] = mapped_column(ForeignKey("video.id"))
    picture: Mapped[str | None] = mapped_column(ForeignKey("picture.content"), index=True)
    still: Mapped[str | None] = mapped_column(ForeignKey("picture.content"), index=True)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    emptied: Mapped[list[str]] = mapped_column(Texts, default=list, server_default="{}")

    video: Mapped[Video | None] = relationship()
    genres: Mapped[list[Genre]] = relationship(
        secondary="title_genre", order_by="TitleGenre.position", viewonly=True
    )
    credits: Mapped[list[Credit]] = relationship(
        back_populates="title", order_by="Credit.position", cascade="all, delete-orphan"
    )
    releases: Mapped[list[Release]] = relationship(
        order_by="Release.on", cascade="all, delete-orphan"
    )
    certificates: Mapped[list[Certificate]] = relationship(cascade="all, delete-orphan")
    ratings: Mapped[list[Rating]] = relationship(cascade="all, delete-orphan")
    trailer: Mapped[Trailer | None] = relationship(cascade="all, delete-orphan")

    @property
    def is_playable(self) -> bool:
        """Whether a link to watch it leads anywhere."""
        return self.status == "published" and self.video_id is not None


class TitleSource(Base):
    """Where a title was read from: an import's ``source`` and its ``key`` there lead to one title,
    and so does the id of IMDb's that it told beside. ``digest`` tells whether the record has
    changed since (several, parted by blanks, where one file told of it in several places), and
    ``import_run_id`` which import saw it last."""

    __tablename__ = "title_source"

    source: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    title_id: Mapped[int] = mapped_column(ForeignKey("title.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str]
    import_run_id: Mapped[int | None] = mapped_column(BigInteger)


class FormerSlug(Base):
    """An address that a title once had; it still leads to the title."""

    __tablename__ = "former_slug"

    slug: Mapped[str] = mapped_column(primary_key=True)
    title_id: Mapped[int] = mapped_column(ForeignKey("title.id", ondelete="CASCADE"))


class Person(Base):
    """Somebody who made or plays in a film. ``tier`` is as a title's, by ``films``: in how many
    published films they were when that was last counted (``catalog/tiers.py``); 0 before."""

    __tablename__ = "person"
    __table_args__ = (
        Index("ix_person_words", NAME_WORDS, postgresql_using="gin"),
        *(
            Index(name, NAME_WORDS, postgresql_using="gin", postgresql_where=sql(among))
            for name, among in (
                ("ix_person_words_first", "tier = 0"),
                ("ix_person_words_second", "tier = 1"),
            )
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(unique=True)
    plain_name: Mapped[str] = mapped_column(default="", index=True)
    tier: Mapped[int] = mapped_column(SmallInteger, default=2, server_default="2")
    films: Mapped[int] = mapped_column(default=0, server_default="0")


class Credit(Base):
    """What a person did for a title: ``director``, or ``cast`` with a role, in order of billing."""

    __tablename__ = "credit"
    __table_args__ = (
        UniqueConstraint("title_id", "job", "position"),
        CheckConstraint("job in ('director', 'cast')", name="job"),
        Index("ix_credit_person", "person_id", "title_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    title_id: Mapped[int] = mapped_column(ForeignKey("title.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    job: Mapped[str]
    role: Mapped[str | None]
    position: Mapped[int]

    title: Mapped[Title] = relationship(back_populates="credits")
    person: Mapped[Person] = relationship()


class Genre(Base):
    """Drama, Romance and the like."""

    __tablename__ = "genre"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(unique=True)


class TitleGenre(Base):
    """Which genres a title has, the first one first."""

    __tablename__ = "title_genre"
    __table_args__ = (Index("ix_title_genre_genre", "genre_id", "title_id"),)

    title_id: Mapped[int] = mapped_column(
        ForeignKey("title.id", ondelete="CASCADE"), primary_key=True
    )
    genre_id: Mapped[int] = mapped_column(ForeignKey("genre.id"), primary_key=True)
    position: Mapped[int]


class Release(Base):
    """When a title came out, per territory (ISO 3166) and kind (theatrical, festival, digital)."""

    __tablename__ = "release"

    title_id: Mapped[int] = mapped_column(
        ForeignKey("title.id", ondelete="CASCADE"), primary_key=True
    )
    territory: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    on: Mapped[date]


class Certificate(Base):
    """An age certificate: R by the MPA in the US, 18 by the BBFC in Great Britain."""

    __tablename__ = "certificate"
    __table_args__ = (Index("ix_certificate_label", "label", "title_id"),)

    title_id: Mapped[int] = mapped_column(
        ForeignKey("title.id", ondelete="CASCADE"), primary_key=True
    )
    system: Mapped[str] = mapped_column(primary_key=True)
    territory: Mapped[str]
    label: Mapped[str]


class Rating(Base):
    """A score with its scale, source and number of votes.

    ``histogram`` counts the votes from 1 up to the scale, where the source tells them apart. The
    row of our own members is worked out by ``catalog/scores.py`` and never imported.
    """

    __tablename__ = "rating"

    title_id: Mapped[int] = mapped_column(
        ForeignKey("title.id", ondelete="CASCADE"), primary_key=True
    )
    source: Mapped[str] = mapped_column(primary_key=True)
    score: Mapped[Decimal] = mapped_column(Numeric(4, 1))
    scale: Mapped[int]
    count: Mapped[int]
    histogram: Mapped[list[int] | None] = mapped_column(ARRAY(Integer))
