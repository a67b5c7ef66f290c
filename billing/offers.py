"""Which offer is shown to whom: by territory, audience and date; the checkout asks the same."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from accounts.models import Member
from billing import eligibility
from billing.models import Offer, Subscription
from core import settings
from core.errors import NotFound


def shown(db: Session, member: Member | None = None, *, now: datetime) -> Offer | None:
    """The offer on every page now, or ``None`` where nothing is sold to this person.

    One of our own before a partner's; one made for this audience or territory before one for
    everybody; then the newest. Somebody we do not know is new. A member who has paid is shown the
    offer of that currency where there is one: Stripe keeps one a customer.
    """
    fitting = _fitting(db, member, now=now).order_by(*_the_most_particular_first())
    currency = paid_currency(db, member.id) if member else None
    if currency is not None:
        same = db.scalar(fitting.where(Offer.currency == currency, Offer.kind == "own").limit(1))
        if same is not None:
            return same
    return db.scalar(fitting.limit(1))


def of_partners(db: Session, member: Member | None, *, now: datetime, limit: int) -> list[Offer]:
    """The partners' offers that may stand below our own, in the order in which they apply."""
    theirs = _fitting(db, member, now=now).where(Offer.kind == "partner")
    return list(db.scalars(theirs.order_by(*_the_most_particular_first()).limit(limit)))


def changes_at(db: Session, *, now: datetime) -> datetime | None:
    """When the next offer begins or ends, so that ``shown`` may answer otherwise."""
    begins = func.min(Offer.starts_at).filter(Offer.starts_at > now)
    ends = func.min(Offer.ends_at).filter(Offer.ends_at > now)
    return db.scalar(select(func.least(begins, ends)).where(Offer.active))


def _fitting(db: Session, member: Member | None, *, now: datetime) -> Select[Offer]:
    audience = "returning" if eligibility.had_trial(db, member) else "new"
    territory = member.territory if member and member.territory else settings.current().territory
    return select(Offer).where(
        Offer.on_pages,
        _runs(now),
        or_(func.cardinality(Offer.territories) == 0, Offer.territories.contains([territory])),
        Offer.audience.in_(("everyone", audience)),
    )


def _runs(now: datetime) -> ColumnElement[bool]:
    begun = or_(Offer.starts_at.is_(None), Offer.starts_at <= now)
    return Offer.active & begun & or_(Offer.ends_at.is_(None), Offer.ends_at > now)


def _the_most_particular_first() -> tuple[Any, ...]:
    return (
        (Offer.kind == "own").desc(),
        (Offer.audience != "everyone").desc(),
        (func.cardinality(Offer.territories) > 0).desc(),
        Offer.id.desc(),
    )


def paid_currency(db: Session, member_id: int) -> str | None:
    """The currency in which the member was billed last, or ``None``."""
    billed = select(Subscription.currency).where(Subscription.member_id == member_id)
    return db.scalar(billed.order_by(Subscription.id.desc()).limit(1))


def beside(db: Session, sub: Subscription, *, now: datetime) -> list[Offer]:
    """What a subscription can be switched to: ours, running, of its currency, not what it is."""
    others = select(Offer).where(
        _runs(now),
        Offer.kind == "own",
        Offer.currency == sub.currency,
        (Offer.amount_minor != sub.amount_minor) | (Offer.interval != sub.interval),
    )
    return list(db.scalars(others.order_by(Offer.id)))


def by_code(db: Session, code: str) -> Offer:
    """The offer with this code, active or not. Raises ``NotFound``."""
    offer = db.scalar(select(Offer).where(Offer.code == code))
    if offer is None:
        raise NotFound
    return offer


def partner_by_code(db: Session, code: str, *, now: datetime) -> Offer:
    """A partner's offer that runs now. Raises ``NotFound`` for ours and for one that is over."""
    offer = db.scalar(select(Offer).where(Offer.code == code, Offer.kind == "partner", _runs(now)))
    if offer is None:
        raise NotFound
    return offer
