"""A record as a file tells it, and what is there once it is stored."""

from __future__ import annotations

from sqlalchemy import func, select

from catalog.models import Title


def row(title, **over):
    return {"title": title, "year": "1995", **{key: str(value) for key, value in over.items()}}


def stored(db):
    return db.scalar(select(func.count()).select_from(Title))
