"""The table of facts read into records: whose each fact is, and whose facts are left out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, or_, select
from sqlalchemy.orm import Session

from accounts.models import Member, MemberRole, Visitor
from catalog.models import Title
from reports import records
from reports.models import Fact
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
    Played,
    Record,
    Records,
    Refunded,
    TrialChanged,
    TrialStarted,
    Visit,
)

OF_TRIALS = frozenset({"trial", "trial_change", "payment", "refund", "dispute", "ended"})
OF_PATHS = frozenset({"visit", "cta_seen", "cta_click", "account", "checkout_open", "play"})
OF_NOTICES = frozenset({"notice"})
OF_EXPERIMENTS = frozenset({"exposure"})
OF_PARTNERS = frozenset({"partner_click"})
EVERY = OF_TRIALS | OF_PATHS | OF_NOTICES | OF_EXPERIMENTS | OF_PARTNERS

FactRow = Row[Any]
Fields = dict[str, Any]


def known(
    db: Session,
    *,
    as_of: datetime,
    kinds: Collection[str] = EVERY,
    paths_since: datetime | None = None,
) -> Records:
    """Everything of ``kinds`` that was known at ``as_of``, in two queries.

    ``paths_since`` leaves out what people looked at and pressed before it: most facts are such.

    Staff and test accounts are left out, with the browsers they were joined to; a merged account
    is its survivor. Somebody from elsewhere, who has no account here, is named by the fact itself.
    """
    people = _People(db)
    return records.gathered(_records(db, people, as_of, kinds, paths_since), as_of=as_of)


def _records(
    db: Session,
    people: _People,
    as_of: datetime,
    kinds: Collection[str],
    paths_since: datetime | None,
) -> Iterator[Record]:
    wanted = [Fact.at <= as_of, Fact.kind.in_(kinds)]
    if paths_since is not None:
        wanted.append(or_(Fact.kind.not_in(OF_PATHS), Fact.at >= paths_since))
    joined = and_(Visitor.id == Fact.visitor_id, Visitor.joined_at <= as_of)
    found = db.execute(
        select(
            Fact.kind,
            Fact.key,
            Fact.at,
            Fact.visitor_id,
            Fact.member_id,
            Fact.subscription_id,
            Fact.data,
            Title.slug,
            Visitor.member_id.label("joined_id"),
        )
        .outerjoin(Title, Title.id == Fact.title_id)
        .outerjoin(Visitor, joined)
        .where(*wanted)
        .execution_options(yield_per=5000)
    )
    sources = _sources(db) if "visit" in kinds else {}
    for row in found:
        person = people.named(row)
        if person is not None:
            build = BUILDERS[row.kind]
            common = {"key": row.key, "at": row.at, "person": person}
            yield build(row, {**row.data, "first_source": sources.get(row.visitor_id)}, common)


def sources(db: Session) -> list[str]:
    """Every source that a browser ever came from, in order."""
    found = db.scalars(select(Visitor.source).where(Visitor.source != "").distinct())
    return sorted(source for source in found if source)


def _sources(db: Session) -> dict[int, str]:
    found = db.execute(select(Visitor.id, Visitor.source).where(Visitor.source.is_not(None)))
    return {visitor_id: source for visitor_id, source in found if source}


class _People:
    """Who is left out and who has become whom, among the members of whom that is true."""

    def __init__(self, db: Session) -> None:
        has_role = Member.id.in_(select(MemberRole.member_id))
        left_out = or_(Member.is_test, has_role)
        found = db.execute(
            select(Member.id, Member.merged_into_id, left_out.label("left_out")).where(
                or_(left_out, Member.merged_into_id.is_not(None))
            )
        ).all()
        self._left_out = {row.id for row in found if row.left_out}
        self._survivors = {row.id: row.merged_into_id for row in found if row.merged_into_id}

    def named(self, row: FactRow) -> str | None:
        """Whose the fact is; ``None`` if it is nobody's or of somebody left out."""
        member_id = row.member_id or row.joined_id
        if member_id is not None:
            return self._member(member_id)
        if row.data.get("person"):
            return f"history:{row.data['person']}"
        return f"visitor:{row.visitor_id}" if row.visitor_id is not None else None

    def _member(self, member_id: int) -> str | None:
        seen: set[int] = set()
        while member_id not in self._left_out and member_id in self._survivors:
            if member_id in seen:
                break
            seen.add(member_id)
            member_id = self._survivors[member_id]
        return None if member_id in self._left_out else f"member:{member_id}"


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
    "ended": lambda row, data, common: Ended(
        **common, subscription=_subscription(row, common["person"]), cause=data["cause"]
    ),
    "play": lambda row, data, common: Played(
        **common, film=_film(row), seconds=int(data["seconds"])
    ),
    "notice": _notice,
}
