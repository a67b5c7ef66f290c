"""The tables from which lists of films are drawn: rails, similar films, words of a search."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class SearchWord(Base):
    """Every word that finds a title, once: where a misspelt one looks for its neighbours."""

    __tablename__ = "search_word"
    __table_args__ = (
        Index(
            "ix_search_word_trigrams",
            "word",
            postgresql_using="gin",
            postgresql_ops={"word": "gin_trgm_ops"},
        ),
    )

    word: Mapped[str] = mapped_column(primary_key=True)


class Similar(Base):
    """A title like another, with the reason that is printed beside it; made by a worker."""

    __tablename__ = "similar_title"

    title_id: Mapped[int] = mapped_column(
        ForeignKey("title.id", ondelete="CASCADE"), primary_key=True
    )
    rank: Mapped[int] = mapped_column(primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("title.id", ondelete="CASCADE"))
    reason: Mapped[str]
    made_at: Mapped[datetime]


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

    collection_id: Mapped[int] = mapped_column(
        ForeignKey("collection.id", ondelete="CASCADE"), primary_key=True
    )
    title_id: Mapped[int] = mapped_column(
        ForeignKey("title.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int]
