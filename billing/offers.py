"""Which offer is shown to whom: by territory, audience and date; the checkout asks the same."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    DateTime,
    String,
    bindparam,
    func,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from accounts.models import Member
from billing import eligibility
from billing.models import Customer, Offer, Subscription
from catalog import plain
from core import settings
from core.errors import NotFound

# What can stand behind ``/offer/``, where a partner's button leads: no "/", and no dots alone.
IN_AN_ADDRESS = r"^(?!\.{1,2}$)[^/]+$"


def shown(db: Session, member: Member | None = None, *, now: datetime) -> Offer | None:
    """The offer on every page now, or ``None`` where nothing is sold to this person.

    One of our own before a partner's; one made for this audience or territory before one for
    everybody; then the newest. Somebody we do not know is new. Whoever was billed before is shown
    none of ours in another currency: Stripe keeps one a customer.
    """
    had_trial, here = eligibility.had_trial(db, member), _territory(member)
    return first(db, member, fitting(db, here, had_trial=had_trial, now=now))


def fitting(db: Session, here: str, *, had_trial: bool, now: datetime) -> list[Offer]:
    """Every offer that may be shown now in a country (ISO 3166), the most particular first. A
    partner's whose code fits no address is none: its button would lead nowhere."""
    return list(db.scalars(_FITTING, _asked(here, had_trial=had_trial, now=now)))


def _asked(here: str, *, had_trial: bool, now: datetime) -> dict[str, Any]:
    return {"now": now, "here": [here], "audience": "returning" if had_trial else "new"}


def _territory(member: Member | None) -> str:
    return (member.territory if member else None) or settings.current().territory


def first(db: Session, member: Member | None, found: list[Offer]) -> Offer | None:
    """The one that is shown of those that fit ``member``; what a partner sells is not paid here."""
    bound = bound_to(db, member.id) if member and found else None
    return next((one for one in found if one.kind != "own" or bound in (None, one.currency)), None)


def of_partners(found: list[Offer], *, limit: int) -> list[Offer]:
    """The partners' offers that may stand below our own, in the order in which they apply."""
    return [one for one in found if one.kind == "partner"][:limit]


def changes_at(db: Session, *, now: datetime) -> datetime | None:
    """When the next offer begins or ends, so that ``shown`` may answer otherwise."""
    return db.scalar(_CHANGES, {"now": now})


def _runs(now: BindParameter[datetime]) -> ColumnElement[bool]:
    begun = or_(Offer.starts_at.is_(None), Offer.starts_at <= now)
    return Offer.active & begun & or_(Offer.ends_at.is_(None), Offer.ends_at > now)


# Asked by every page that is drawn, so written once and not anew each time.
_NOW: BindParameter[datetime] = bindparam("now", type_=DateTime(timezone=True))
_FITS = (
    _runs(_NOW)
    & or_(
        func.cardinality(Offer.territories) == 0,
        Offer.territories.contains(bindparam("here", type_=ARRAY(String))),
    )
    & or_(Offer.audience == "everyone", Offer.audience == bindparam("audience"))
)
_FITTING = (
    select(Offer)
    .where(Offer.on_pages, _FITS, (Offer.kind == "own") | Offer.code.regexp_match(IN_AN_ADDRESS))
    .order_by(
        (Offer.kind == "own").desc(),
        (Offer.audience != "everyone").desc(),
        (func.cardinality(Offer.territories) > 0).desc(),
        Offer.id.desc(),
    )
)
_CHANGES = select(
    func.least(
        func.min(Offer.starts_at).filter(Offer.starts_at > _NOW),
        func.min(Offer.ends_at).filter(Offer.ends_at > _NOW),
    )
).where(Offer.active, Offer.on_pages)
_PAYS_STILL = ~Customer.is_former & (
    Customer.deleted_at.is_(None) | (Customer.deleted_at < Subscription.created_at)
)
_BILLED = (
    select(Subscription.currency)
    .outerjoin(Subscription.customer)
    .where(Subscription.member_id == bindparam("member_id"), Customer.id.is_(None) | _PAYS_STILL)
    .order_by(Subscription.id.desc())
    .limit(1)
)


def bound_to(db: Session, member_id: int) -> str | None:
    """The currency that a member's customer at Stripe is held to, or ``None`` where it never was
    billed: one that Stripe has deleted, or that no longer pays after a merger, holds to nothing."""
    return db.scalar(_BILLED, {"member_id": member_id})


def beside(db: Session, sub: Subscription, *, now: datetime) -> list[Offer]:
    """What a subscription can be switched to: ours, of its currency, not what it is, and one that
    fits its member, on pages or not. Whoever had no trial but this one is still new."""
    others = select(Offer).where(
        _FITS,
        Offer.kind == "own",
        Offer.currency == sub.currency,
        (Offer.amount_minor != sub.amount_minor) | (Offer.interval != sub.interval),
    )
    earlier = eligibility.refusal(db, sub.member, beside_subscription_id=sub.id) is not None
    asked = _asked(_territory(sub.member), had_trial=earlier, now=now)
    return list(db.scalars(others.order_by(Offer.id), asked))


def by_code(db: Session, code: str) -> Offer:
    """The offer with this code, active or not. Raises ``NotFound``."""
    offer = db.scalar(select(Offer).where(Offer.code == plain.storable(code)))
    if offer is None:
        raise NotFound
    return offer


def partner_by_code(db: Session, code: str, *, now: datetime) -> Offer:
    """A partner's offer that runs now or did. Raises ``NotFound`` for ours and for one to come."""
    named = (Offer.code == plain.storable(code)) & (Offer.kind == "partner")
    begun = or_(Offer.starts_at.is_(None), Offer.starts_at <= now)
    offer = db.scalar(select(Offer).where(named, begun))
    if offer is None:
        raise NotFound
    return offer


def has_way_in(offer: Offer) -> bool:
    """Whether a button can lead to an offer: a partner's has an address made of its code."""
    return offer.kind == "own" or re.fullmatch(IN_AN_ADDRESS, offer.code) is not None


def is_over(offer: Offer, *, now: datetime) -> bool:
    """Whether an offer that has begun runs no more."""
    return not offer.active or (offer.ends_at is not None and offer.ends_at <= now)
