"""The table of facts read into records: whose each fact is, and whose facts are left out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select, text
from sqlalchemy.orm import Session

from accounts.models import Visitor
from catalog.models import Title
from reports import records
from reports.models import Fact
from reports.people import FactRow, People
from reports.records import (
    AccountMade,
    CheckoutOpened,
    Disputed,
    Ended,
    Exposed,
    Noticed,
    OfferClicked,
    OfferSeen,
    Paid,
    PartnerClicked,
    Paused,
    Played,
    Record,
    Records,
    Refunded,
    TrialChanged,
    TrialStarted,
    Visit,
)

OF_TRIALS = frozenset({"trial", "trial_change", "payment", "refund", "dispute", "pause", "ended"})
OF_PATHS = frozenset({"visit", "cta_seen", "cta_click", "account", "checkout_open", "play"})
OF_NOTICES = frozenset({"notice"})
OF_EXPERIMENTS = frozenset({"exposure"})
OF_PARTNERS = frozenset({"partner_click"})
TRIAL_RECORDS = (TrialStarted, TrialChanged, Paid, Refunded, Disputed, Paused, Ended)
EVERY = OF_TRIALS | OF_PATHS | OF_NOTICES | OF_EXPERIMENTS | OF_PARTNERS

Fields = dict[str, Any]
# The next one is found by the index each time, so that a million visitors cost no more than a few.
SOURCES = text(
    """
    WITH RECURSIVE known AS (
        SELECT min(source) AS source FROM visitor WHERE source > ''
        UNION ALL
        SELECT (SELECT min(source) FROM visitor WHERE source > known.source)
        FROM known WHERE known.source IS NOT NULL
    )
    SELECT source FROM known WHERE source IS NOT NULL
    """
)
FACTS = (
    select(
        Fact.kind,
        Fact.key,
        Fact.at,
        Fact.visitor_id,
        Fact.member_id,
        Fact.title_id,
        Fact.subscription_id,
        Fact.data,
        Title.slug,
        Visitor.source,
        Visitor.member_id.label("joined_id"),
        Visitor.joined_at,
    )
    .outerjoin(Title, Title.id == Fact.title_id)
    .outerjoin(Visitor, Visitor.id == Fact.visitor_id)
)


def known(
    db: Session,
    *,
    as_of: datetime,
    kinds: Collection[str] = EVERY,
    paths_since: datetime | None = None,
) -> Records:
    """Everything of ``kinds`` that was known at ``as_of``, in three queries.

    ``paths_since`` leaves out what people looked at and pressed before it: most facts are such.

    Staff and test accounts are left out, with the browsers they were joined to; a merged account
    is its survivor. Somebody from elsewhere, who has no account here, is named by the fact itself.
    """
    people = People(db)
    wanted = [Fact.at <= as_of, Fact.kind.in_(kinds)]
    if paths_since is not None:
        wanted.append(or_(Fact.kind.not_in(OF_PATHS), Fact.at >= paths_since))
    found = db.execute(FACTS.where(*wanted).execution_options(yield_per=5000))
    named = ((people.named(row, as_of), row) for row in found)
    return records.gathered((built(row, name) for name, row in named if name), as_of=as_of)


def built(row: FactRow, person: str) -> Record:
    """The record of a fact of ``person``."""
    common = {"key": row.key, "at": row.at, "person": person}
    return BUILDERS[row.kind](row, {**row.data, "first_source": row.source or None}, common)


def of_owners(
    db: Session,
    members: Collection[int],
    visitors: Collection[int],
    others: Collection[str],
    kinds: Collection[str] = EVERY,
) -> Iterator[FactRow]:
    """Every fact of these members, visitors and people from elsewhere, in no order."""
    unowned = Fact.member_id.is_(None)
    person = Fact.data["person"].astext
    asked = (
        (members, Fact.member_id.in_(members)),
        (visitors, and_(unowned, Fact.visitor_id.in_(visitors))),
        (others, and_(unowned, Fact.visitor_id.is_(None), person.in_(others))),
    )
    for given, where in asked:
        if given:
            yield from db.execute(FACTS.where(where, Fact.kind.in_(kinds)))


def sources(db: Session) -> list[str]:
    """Every source that a browser ever came from, in order."""
    return sorted(db.scalars(SOURCES))


def _film(row: FactRow) -> str | None:
    return row.slug or row.data.get("film") or None


def _subscription(row: FactRow, person: str) -> str:
    if row.subscription_id is not None:
        return f"subscription:{row.subscription_id}"
    return str(row.data.get("subscription") or records.unnamed(person))


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _visit(row: FactRow, data: Fields, common: Fields) -> Record:
    """Where the visit itself does not say by which link, its browser's first source stands."""
    first = data["first_source"]
    return Visit(
        **common,
        film=_film(row),
        source=first,
        agent=data.get("agent") or "",
        via=data.get("source", first) or None,
        campaign=data.get("campaign") or None,
    )


def _checkout(row: FactRow, data: Fields, common: Fields) -> Record:
    return CheckoutOpened(
        **common, film=_film(row), code_film=data.get("code_film"), code=data.get("code")
    )


def _trial(row: FactRow, data: Fields, common: Fields) -> Record:
    ends_at = _instant(data.get("trial_ends_at")) or row.at
    return TrialStarted(
        **common,
        subscription=_subscription(row, common["person"]),
        trial_ends_at=ends_at,
        charge_at=_instant(data.get("charge_at")) or ends_at,
        film=_film(row),
        offer=data.get("offer") or "",
        interval=data.get("interval") or "month",
        carded=bool(data.get("carded", True)),
        kind=data.get("kind") or "trial",
        elsewhere=row.member_id is None,
        price_minor=data.get("price_minor"),
        currency=(data.get("currency") or "").lower(),
    )


def _change(row: FactRow, data: Fields, common: Fields) -> Record:
    return TrialChanged(
        **common,
        subscription=_subscription(row, common["person"]),
        change=data["change"],
        trial_ends_at=_instant(data.get("trial_ends_at")),
        until=_instant(data.get("until")),
    )


def _payment(row: FactRow, data: Fields, common: Fields) -> Record:
    return Paid(
        **common,
        subscription=_subscription(row, common["person"]),
        gross_minor=data["gross_minor"],
        tax_minor=data["tax_minor"],
        currency=data["currency"].lower(),
        interval=data.get("interval") or "month",
        price_minor=data.get("price_minor"),
    )


def _notice(row: FactRow, data: Fields, common: Fields) -> Record:
    return Noticed(
        **common,
        subscription=_subscription(row, common["person"]),
        kind=data["kind"],
        state=data["state"],
        charge_at=_instant(data.get("charge_at")),
        minor=data.get("charge_minor"),
        currency=(data.get("currency") or "").lower(),
    )


BUILDERS: dict[str, Callable[[FactRow, Fields, Fields], Record]] = {
    "visit": _visit,
    "cta_seen": lambda row, data, common: OfferSeen(**common, film=_film(row)),
    "cta_click": lambda row, data, common: OfferClicked(**common, film=_film(row)),
    "partner_click": lambda row, data, common: PartnerClicked(
        **common, offer=data.get("offer") or "", film=_film(row)
    ),
    "exposure": lambda row, data, common: Exposed(
        **common, experiment=data["experiment"], arm=data["arm"]
    ),
    "account": lambda row, data, common: AccountMade(**common),
    "checkout_open": _checkout,
    "trial": _trial,
    "trial_change": _change,
    "payment": _payment,
    "refund": lambda row, data, common: Refunded(
        **common, payment=data["payment"], refunded_minor=data["refunded_minor"]
    ),
    "dispute": lambda row, data, common: Disputed(
        **common, payment=data["payment"], status=data["status"]
    ),
    "pause": lambda row, data, common: Paused(
        **common, subscription=_subscription(row, common["person"])
    ),
    "ended": lambda row, data, common: Ended(
        **common,
        subscription=_subscription(row, common["person"]),
        cause=data["cause"],
        reason=data.get("reason") or "",
    ),
    "play": lambda row, data, common: Played(
        **common, film=_film(row), seconds=int(data["seconds"])
    ),
    "notice": _notice,
}
