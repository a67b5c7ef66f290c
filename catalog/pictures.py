"""An operator's own pictures, which take the place of the drawn ones."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import delete, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from catalog import picture_cuts
from catalog.models import Title
from catalog.picture_models import Picture, PictureCut

POSTER, STILL = "poster", "still"


def put(db: Session, title: Title, data: bytes, *, kind: str, now: datetime) -> str:
    """Make a file the poster or the still of a title; the answer is its hash, part of its address.

    Repeatable: the same file again changes nothing. Raises ``picture_cuts.UnusablePicture``, and
    then what the title had stays.
    """
    content = hashlib.sha256(kind.encode() + data).hexdigest()[:16]
    if db.get(Picture, content) is None:
        picture = picture_cuts.opened(data)
        cuts = picture_cuts.posters(picture) if kind == POSTER else picture_cuts.stills(picture)
        db.execute(
            upsert(Picture).values(content=content, uploaded_at=now).on_conflict_do_nothing()
        )
        rows = [{"content": content, "name": name, "data": cut} for name, cut in cuts]
        db.execute(upsert(PictureCut).on_conflict_do_nothing(), rows)
    _show(db, title, content, kind, now=now)
    return content


def remove(db: Session, title: Title, *, kind: str, now: datetime) -> None:
    """Go back to the drawn picture; repeatable."""
    _show(db, title, None, kind, now=now)


def cut(db: Session, content: str, name: str) -> bytes | None:
    """A cut of a picture by its name, or ``None``."""
    found = select(PictureCut.data).where(PictureCut.content == content, PictureCut.name == name)
    return db.scalar(found)


def _show(db: Session, title: Title, content: str | None, kind: str, *, now: datetime) -> None:
    column = "picture" if kind == POSTER else "still"
    before = getattr(title, column)
    if before == content:
        return
    setattr(title, column, content)
    title.updated_at = now
    db.flush()  # so that the picture before is seen to be shown nowhere
    if before is not None:
        _forget(db, before)


def _forget(db: Session, content: str) -> None:
    """Take a picture away that no title shows any more."""
    shown = select(Title.id).where(or_(Title.picture == content, Title.still == content)).limit(1)
    if db.scalar(shown) is None:
        db.execute(delete(Picture).where(Picture.content == content))
