"""Completing films that the catalogue has with what another record adds: what it has, stays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from catalog import indexing, plain, storing, storing_parts
from catalog.models import Title
from catalog.records import Film


def fill(db: Session, films: Mapping[int, Film], *, now: datetime) -> dict[int, list[str]]:
    """Fill in what the titles, by id, lack and ``films`` tell; the answer is what was filled in."""
    both = (selectinload(Title.genres), selectinload(Title.credits))
    titles = db.scalars(select(Title).where(Title.id.in_(films)).options(*both)).all()
    filled = {title.id: _fill(db, title, films[title.id]) for title in titles}
    for title in titles:
        if filled[title.id]:
            title.updated_at = now
            indexing.refresh(db, title)
        storing.remember_source(db, title.id, films[title.id])
    return filled


def _fill(db: Session, title: Title, film: Film) -> list[str]:
    filled = []
    if film.synopsis and not title.synopsis:
        title.synopsis, title.synopsis_long = film.synopsis, film.synopsis_long
        title.rights = title.rights or film.rights
        filled.append("synopsis")
    if film.cast and not any(credit.job == "cast" for credit in title.credits):
        storing_parts.credit(db, {title.id: film}, jobs=("cast",))
        filled.append("cast")
    if film.genres and not title.genres:
        storing_parts.classify(db, {title.id: film})
        filled.append("genre")
    known = {plain.text(name) for name in (title.name, title.original_name or "", *title.aliases)}
    others = [name for name in (film.name, *film.aliases) if plain.text(name) not in known]
    if others:
        title.aliases = [*title.aliases, *others]
        filled.append("other name")
    return filled
