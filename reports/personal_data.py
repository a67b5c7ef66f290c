"""Everything that is kept about one person, as a document that they can take along.

Source: GDPR, articles 15 and 20: all of it, in a structured and commonly used form that machines
read. Which tables tell of a person is read from the tables themselves, so that none is forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Table, or_, select, true
from sqlalchemy.orm import Session

from accounts import merges
from accounts.models import Visitor
from billing.models import Customer, Subscription
from catalog.models import Title
from core.db import Base

SECRET = {"password", "fs_uniquifier", "token_hash", "idempotency_key"}
"""What opens an account or a session, and what a request is repeated by: it tells of nobody."""
UNTOLD = {("sign_in_session", "data"), ("stripe_event", "raw")}
"""What holds secrets of a browser, and what Stripe said of things that other tables tell."""
ADDRESSES = {"email", "address", "former"}


@dataclass(frozen=True)
class Names:
    """By what a person is known in the tables, each for all accounts that have become one."""

    members: list[int]
    addresses: list[str]
    visitors: list[int]
    customers: list[str]
    subscriptions: list[int]


def told(db: Session, member_id: int) -> dict[str, list[dict[str, Any]]]:
    """The rows about a member by table, oldest first, without what is secret; a film is named by
    its address. Values are as the database gives them: instants in UTC, sums in minor units."""
    names = _names(db, member_id)
    found: dict[str, list[dict[str, Any]]] = {}
    for table in Base.metadata.sorted_tables:
        about = list(conditions(table, names))
        if about:
            found[table.name] = _rows(db, table, or_(*about))
    return {name: rows for name, rows in found.items() if rows}


def conditions(table: Table, names: Names) -> Iterator[ColumnElement[bool]]:
    """By what the rows of a table that tell of a person are found; none where none do."""
    if table.name == "member":
        yield table.c.id.in_(names.members)
        return
    for column in table.columns:
        if _points_to(column, "member.id") or column.name == "member_id":
            yield column.in_(names.members)
    nobodys = table.c.member_id.is_(None) if "member_id" in table.c else true()
    for otherwise in _otherwise(table, names):
        yield otherwise & nobodys


def _otherwise(table: Table, names: Names) -> Iterator[ColumnElement[bool]]:
    """By what else than a member a row tells of a person: that counts where it names no member,
    and a browser, which several people may use, where it names no address."""
    addresses = [column for column in table.columns if column.name in ADDRESSES]
    yield from (column.in_(names.addresses) for column in addresses)
    if "visitor_id" in table.c and not addresses:
        yield table.c.visitor_id.in_(names.visitors)
    if "customer_id" in table.c and not table.c.customer_id.foreign_keys:
        yield table.c.customer_id.in_(names.customers)
    if "subscription_id" in table.c and "member_id" not in table.c:
        yield table.c.subscription_id.in_(names.subscriptions)


def _points_to(column: Any, target: str) -> bool:
    return any(key.target_fullname == target for key in column.foreign_keys)


def _names(db: Session, member_id: int) -> Names:
    members = list(db.scalars(merges.everyone(member_id)))
    visitors = select(Visitor.id).where(Visitor.member_id.in_(members))
    customers = select(Customer.stripe_id).where(
        Customer.member_id.in_(members), Customer.stripe_id.is_not(None)
    )
    subscriptions = select(Subscription.id).where(Subscription.member_id.in_(members))
    return Names(
        members=members,
        addresses=merges.theirs_alone(db, members),
        visitors=list(db.scalars(visitors)),
        customers=[one for one in db.scalars(customers) if one],
        subscriptions=list(db.scalars(subscriptions)),
    )


def _rows(db: Session, table: Table, about: ColumnElement[bool]) -> list[dict[str, Any]]:
    shown = [
        column
        for column in table.columns
        if column.name not in SECRET and (table.name, column.name) not in UNTOLD
    ]
    asked = select(*shown).where(about).order_by(*table.primary_key.columns)
    if "title_id" in table.c:
        films = Title.__table__
        asked = asked.add_columns(films.c.slug.label("film")).outerjoin_from(
            table, films, films.c.id == table.c.title_id
        )
    return [_without_staff(dict(row)) for row in db.execute(asked).mappings()]


def _without_staff(row: dict[str, Any]) -> dict[str, Any]:
    """An act of staff as it is told: from which network they did it is about them."""
    if str(row.get("actor", "")).startswith("operator:") and row.get("network"):
        row["network"] = ""
    return row
