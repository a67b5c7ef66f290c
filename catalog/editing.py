"""A film's facts as an editor changes them: checked, indexed for searches, published, withdrawn."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import product
from typing import Any

from sqlalchemy import Select, delete, func, select, text
from sqlalchemy.orm import Session, joinedload, selectinload

from catalog import indexing, records, taken_out
from catalog.models import Credit, FormerSlug, Title
from catalog.search_asked import Asked
from catalog.taken_out import STORIES
from core import keyset
from core.errors import DomainError, NotFound
from core.keyset import Page, Place

ONE_MOVES = 18951229  # the key under which addresses are given up, one after the other
ADDRESS_ENDS = re.compile("[?#]")
# An array, so that the indexes find them before they are put in order.
CALLED = text(
    """
title.id = any(array(
    select id from title where ts_filter(words, '{a,b}') @@ cast(:query as tsquery)
    union all select id from title
        where string_to_array(plain_names, E'\\n') @> array[cast(:name as text)]
    union all select id from title where slug = :slug
))
"""
)
STATUSES = ("draft", "published", "withdrawn")
CREDIT = "synopsis"  # how rights begin that speak of the text alone: "Synopsis from …"
LIFTED = 50  # letters in a row by which a text is known to be another one's still
SHOWN = (
    joinedload(Title.trailer),
    joinedload(Title.video),
    selectinload(Title.certificates),
    selectinload(Title.credits).joinedload(Credit.person),
)


@dataclass(frozen=True)
class Facts:
    """What an editor may change of a film. ``slug`` is its address, which stays when the name
    changes; one that is given up leads to the new one for ever."""

    name: str
    slug: str
    original_name: str | None
    year: int | None
    runtime_minutes: int | None
    synopsis: str | None
    synopsis_long: str | None
    rights: str | None


class AddressTaken(DomainError):
    """Another film has this address, or once had it, so that it leads there."""

    status = 409
    sentence = "Another film has this address, or once had it. Choose another one."


def listed(db: Session, place: Place, *, status: str = "", called: str = "") -> Page[Title]:
    """One page of the catalogue, drafts and withdrawn films too, the newest first; those that are
    ``called`` so: words of a name or their beginnings, or the address of the film's page."""
    query = select(Title).options(*SHOWN)
    if status in STATUSES:
        query = query.where(Title.status == status)
    if called:
        asked = Asked.of(called)
        slug = ADDRESS_ENDS.split(called, maxsplit=1)[0].rstrip("/").rpartition("/")[2].lower()
        query = query.where(CALLED.bindparams(query=asked.query(), name=asked.text, slug=slug))
    return keyset.page(db, query, Title.id, place)


def by_id(db: Session, title_id: int) -> Title:
    """The title with this number, however it stands. Raises ``NotFound``."""
    return _found(db, _wanted(title_id))


def held(db: Session, title_id: int) -> Title:
    """The title as it is now, which nobody else changes until the commit. Raises ``NotFound``.

    Of two editors who save at once the later one waits here, and reads what the first has saved.
    """
    locked = _wanted(title_id).with_for_update(of=Title, key_share=True)
    return _found(db, locked.execution_options(populate_existing=True))


def _wanted(title_id: int) -> Select[Title]:
    return select(Title).where(Title.id == min(title_id, keyset.LARGEST)).options(*SHOWN)


def _found(db: Session, wanted: Select[Title]) -> Title:
    found = db.scalar(wanted)
    if found is None:
        raise NotFound
    return found


def facts_of(title: Title) -> Facts:
    """What an editor may change, as it stands."""
    return Facts(**{name: getattr(title, name) for name in Facts.__dataclass_fields__})


def fingerprint(title: Title) -> str:
    """What tells these facts from any that somebody else puts in their place."""
    return records.digest(asdict(facts_of(title)))[:24]


def change(
    db: Session, title: Title, facts: Facts, *, now: datetime
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Make ``title`` say what ``facts`` do; returns what it said before and says now, of what
    differs. Rights that speak of a synopsis go with it, unless they are changed as well. What is
    emptied is remembered, for imports to leave it so. Raises ``AddressTaken``."""
    past, fresh, stood = asdict(facts_of(title)), asdict(facts), taken_out.standing(title)
    if fresh["rights"] == past["rights"] and _is_credit_of_nothing(past, fresh):
        fresh["rights"] = None
    changed = [name for name in fresh if fresh[name] != past[name]]
    if not changed:
        return {}, {}
    if "slug" in changed:
        _move(db, title, facts.slug)
    for name in changed:
        setattr(title, name, fresh[name])
    taken_out.remember(title, stood)
    people = [credit.person.name for credit in title.credits]
    columns = indexing.columns(title.name, title.original_name, title.aliases, people)
    for name, value in columns.items():
        setattr(title, name, value)
    title.updated_at = title.edited_at = now
    db.flush()  # the words are learnt from the row
    indexing.learn_words(db, [title.id])
    return {name: past[name] for name in changed}, {name: fresh[name] for name in changed}


def _is_credit_of_nothing(past: Mapping[str, Any], fresh: Mapping[str, Any]) -> bool:
    """Whether the rights speak of a synopsis of which nothing is left: its source's licence is not
    that of an editor's own words, while a text with a slip mended is the source's still."""
    if not (past["rights"] or "").lower().startswith(CREDIT):
        return False
    stood = [_letters(past[name]) for name in STORIES if past[name]]
    stand = [_letters(fresh[name]) for name in STORIES if fresh[name]]
    return not any(_is_lifted(now, then) for now, then in product(stand, stood))


def _letters(story: str) -> str:
    return " ".join(story.lower().split())


def _is_lifted(now: str, then: str) -> bool:
    """Whether a text has as many letters in a row of another one as tell that it is that one's."""
    length = min(LIFTED, len(then))
    rows = {then[at : at + length] for at in range(len(then) - length + 1)}
    return any(now[at : at + length] in rows for at in range(len(now) - length + 1))


def _move(db: Session, title: Title, slug: str) -> None:
    """Give up the address of ``title`` for ``slug``; going back to an earlier one is no detour.

    Of two films that are given the same address at once, the second waits until it is taken.
    """
    db.execute(select(func.pg_advisory_xact_lock(ONE_MOVES)))
    here = select(Title.id).where(Title.slug == slug)
    led = db.scalar(select(FormerSlug.title_id).where(FormerSlug.slug == slug))
    if db.scalar(here) is not None or led not in (None, title.id):
        raise AddressTaken(slug)
    db.execute(delete(FormerSlug).where(FormerSlug.slug == slug))
    db.add(FormerSlug(slug=title.slug, title_id=title.id))


def set_status(title: Title, status: str, *, now: datetime) -> None:
    """Publish a title, take it back to a draft, or withdraw it. Raises ``NotFound`` for another
    status."""
    if status not in STATUSES:
        raise NotFound
    title.taken_back = status == "draft" and (title.status != "draft" or title.taken_back)
    title.status, title.updated_at = status, now


def missing(title: Title) -> list[str]:
    """What a film page would leave out, most telling first."""
    return [
        words
        for words, is_there in (
            ("No film", title.video is not None),
            ("No captions", title.video is None or bool(title.video.captions)),
            ("No trailer", title.trailer is not None),
            ("No synopsis", bool(title.synopsis or title.synopsis_long)),
            ("No year", title.year is not None),
            ("No running time", title.runtime_minutes is not None),
            ("No certificate", bool(title.certificates)),
            ("No cast", any(credit.job == "cast" for credit in title.credits)),
        )
        if not is_there
    ]
