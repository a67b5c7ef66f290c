"""Lists of films: narrowed, ordered and read page by page, however long they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from sqlalchemy import ColumnElement, Select, case, func, literal, select, tuple_
from sqlalchemy.orm import Session, aliased

from catalog.cards import Card, chosen
from catalog.models import Listing, ListingCount, Title
from catalog.narrowing import LAST_YEAR, Narrowed
from catalog.narrowing import LENGTHS as LENGTHS
from catalog.stretches import Stretch

PER_PAGE = 48
COUNTED_LIVE = 5_000
SORTED_WHOLE = 8_000
FURTHEST = 2**31
ENDED_YEARS_AGO = 5
DECADES = range(1000, LAST_YEAR + 1, 10)
ORDERS: dict[str, tuple[Any, ...]] = {
    "popular": (Listing.less_popular, Listing.title_id),
    "newest": (Listing.newest, Listing.less_popular, Listing.title_id),
    "oldest": (Listing.oldest, Listing.less_popular, Listing.title_id),
    "rating": (Listing.worse, Listing.less_popular, Listing.title_id),
    "name": (Listing.name, Listing.less_popular, Listing.title_id),
}
SORTS = tuple(ORDERS)
_Kept, _Whole = aliased(ListingCount), aliased(ListingCount)


@dataclass(frozen=True)
class Anchor:
    """A place in a list: page ``page`` ends with the title ``title_id``. Written ``7.123``."""

    page: int
    title_id: int

    @classmethod
    def read(cls, written: str | None) -> Self | None:
        """The anchor of an address; ``None`` for what is not one."""
        page, _, title_id = (written or "").partition(".")
        fits = all(one.isascii() and one.isdecimal() and len(one) < 16 for one in (page, title_id))
        return cls(int(page), int(title_id)) if fits else None

    def __str__(self) -> str:
        return f"{self.page}.{self.title_id}"


@dataclass(frozen=True)
class Page:
    """One page of a list: its cards, how many films there are in all, and on how many pages.

    ``stretch`` tells where its films stand. ``anchor`` belongs into the addresses of other pages,
    where the list is long enough.
    """

    cards: list[Card]
    total: int
    page: int
    pages: int
    stretch: Stretch = field(compare=False)
    anchor: Anchor | None = None


@dataclass(frozen=True)
class _Count:
    """How many titles a list had when it was counted last; the years that it spans, and those of
    the whole catalogue."""

    titles: int
    first_year: int | None
    last_year: int | None
    first_of_all: int | None
    last_of_all: int | None

    def has_ended(self) -> bool:
        """Whether the list's newest film is years older than the catalogue's."""
        return (self.last_of_all or 0) - (self.last_year or LAST_YEAR) > ENDED_YEARS_AGO

    def begins_late(self) -> bool:
        """Whether the list's oldest film is years younger than the catalogue's."""
        return (self.first_year or 0) - (self.first_of_all or LAST_YEAR) > ENDED_YEARS_AGO


def listed(
    db: Session,
    *,
    genre: str | None = None,
    collection: str | None = None,
    decade: int | None = None,
    certificate: str | None = None,
    length: str | None = None,
    sort: str = "popular",
    page: int = 1,
    near: Anchor | None = None,
    per_page: int = PER_PAGE,
) -> Page:
    """One page of the published films that meet every filter given.

    ``genre`` and ``collection`` are slugs, ``decade`` its first year, ``length`` one of
    ``LENGTHS``, ``sort`` one of ``SORTS``. A page past the end is empty. A page of a long list is
    found from ``near``, brought along by the address: what stands before it is not read. The
    number of a long list is the one that ``counts.refresh`` kept, so it may be minutes old.
    """
    narrowed = Narrowed.by(genre, collection, decade, certificate, length)
    count, order, page = _kept(db, narrowed), ORDERS.get(sort, ORDERS["popular"]), max(page, 1)
    shown = Stretch(
        facets=narrowed.having,
        order=[column.key for column in order],
        size=per_page,
        at_base=page == 1,
        is_counted=count.titles <= COUNTED_LIVE,
        near=near.title_id if near else None,
    )
    if narrowed.is_narrow and count.titles <= SORTED_WHOLE:
        few = select(*order).where(*narrowed.rules(by_index=True))
        cards, live = _read_whole(db, few, order, page, shown)
        return _page(cards, live if shown.is_counted else count.titles, page, per_page, shown)
    shown.is_counted &= not narrowed.is_narrow
    total, cards = count.titles, []
    if page <= _pages(total, per_page):
        every = select(*order).where(*narrowed.rules(by_index=False))
        every = every.where(*_years(narrowed, count, order[0]))
        place = _place(db, near, order)
        cards = _cards(db, _walked(every, order, total, page, shown, place), shown)
        if place and not cards:  # the address tells of a place beyond the list
            cards = _cards(db, _walked(every, order, total, page, shown, None), shown)
    return _page(cards, total, page, per_page, shown)


def number_of_all(db: Session) -> int:
    """How many films are published, as lists tell it: of a large catalogue counted lately."""
    return _kept(db, Narrowed.by(None, None, None, None, None)).titles


def _page(cards: list[Card], total: int, page: int, per_page: int, shown: Stretch) -> Page:
    is_long = bool(cards) and total > SORTED_WHOLE
    anchor = Anchor(page, shown.keys[-1][-1]) if is_long else None
    return Page(cards, total, page, _pages(total, per_page), shown, anchor)


def _pages(total: int, per_page: int) -> int:
    return max(-(-total // per_page), 1)


def _kept(db: Session, narrowed: Narrowed) -> _Count:
    """What was counted last of a list. A list that is found whole is counted with its page; the
    whole of a small catalogue is counted here."""
    titles: ColumnElement[int] = func.coalesce(_Kept.titles, 0)
    if not narrowed.is_narrow:
        live = select(func.count()).select_from(Listing).scalar_subquery()
        titles = case((_Kept.titles > COUNTED_LIVE, _Kept.titles), else_=live)
    years = (_Kept.first_year, _Kept.last_year, _Whole.first_year, _Whole.last_year)
    cell = select(literal(narrowed.cell).label("cell")).subquery()
    row = db.execute(
        select(titles, *years)
        .select_from(cell)
        .outerjoin(_Kept, _Kept.cell == cell.c.cell)
        .outerjoin(_Whole, _Whole.cell == "")
    ).one()
    return _Count(*row)


def _counted(db: Session, rows: Select[Any]) -> int:
    """How many films a list has now."""
    return db.scalar(select(func.count()).select_from(rows.subquery())) or 0


def _years(narrowed: Narrowed, count: _Count, first: Any) -> list[ColumnElement[bool]]:
    """Where to begin in an order by years: what lies before the list's own years is skipped."""
    decade = narrowed.decade
    if first is Listing.newest:
        if decade:
            return [first.between(-decade - 9, -decade)]
        return [first >= -(count.last_year or 0)] if count.has_ended() else []
    if first is Listing.oldest:
        if decade:
            return [first.between(decade, decade + 9)]
        return [first >= count.first_year] if count.begins_late() else []
    return []


def _place(
    db: Session, near: Anchor | None, order: Sequence[Any]
) -> tuple[int, Sequence[Any]] | None:
    """The page that ``near`` ends and where its title stands now; ``None`` where it is gone."""
    if near is None:
        return None
    row = db.execute(select(*order).where(Listing.title_id == near.title_id)).first()
    return None if row is None else (near.page, tuple(row))


def _walked(
    every: Select[Any],
    order: Sequence[Any],
    total: int,
    page: int,
    shown: Stretch,
    place: tuple[int, Sequence[Any]] | None,
) -> Select[Any]:
    """A page by walking the index of its order from the nearest known place: the title that the
    address names, else the beginning or the end of the list. How it is walked is noted in
    ``shown``."""
    per_page = shown.size
    back = [column.desc() for column in order]
    if place is not None:
        at, values = place
        shown.bound, shown.from_end = tuple(values), page <= at
        here = tuple_(*(literal(value) for value in values))
        if page > at:
            rows, passed = every.where(tuple_(*order) > here).order_by(*order), page - at - 1
        else:
            rows, passed = every.where(tuple_(*order) <= here).order_by(*back), at - page
        shown.at_base = passed == 0
        return rows.limit(per_page).offset(passed * per_page)
    before, behind = (page - 1) * per_page, max(total - page * per_page, 0)
    shown.bound, shown.from_end = None, before > behind
    shown.at_base = (behind if shown.from_end else before) == 0
    if not shown.from_end:
        return every.order_by(*order).limit(per_page).offset(before)
    shown.size = min(per_page, total - before)
    return every.order_by(*back).limit(shown.size).offset(behind)


def _read_whole(
    db: Session, few: Select[Any], order: Sequence[Any], page: int, shown: Stretch
) -> tuple[list[Card], int]:
    """A page of the rows of ``few``, and how many they are: found once, then counted and sorted.
    An order's index would be walked too far for them."""
    found = few.cte("found").prefix_with("materialized")
    number = select(func.count()).select_from(found).scalar_subquery()
    columns = [found.c[column.key] for column in order]
    passed = min((page - 1) * shown.size, FURTHEST)
    rows = select(*columns).order_by(*columns).limit(shown.size).offset(passed)
    some = rows.subquery("page")
    cards = chosen(number, *some.c).join(some, some.c.title_id == Title.id).order_by(*some.c)
    read = list(db.execute(cards))
    shown.keys = [tuple(row[6:]) for row in read]
    return [Card(*row[:5]) for row in read], read[0][5] if read else _counted(db, few)


def _cards(db: Session, rows: Select[Any], shown: Stretch) -> list[Card]:
    """The cards of one page of rows, in their order. Where they stand is noted in ``shown``."""
    page = rows.subquery("page")
    found = chosen(*page.c).join(page, page.c.title_id == Title.id).order_by(*page.c)
    read = list(db.execute(found))
    shown.keys = [tuple(row[5:]) for row in read]
    return [Card(*row[:5]) for row in read]
