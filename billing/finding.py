"""A member found by what somebody has in hand: the start of an address, or an id of Stripe's."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import EmailChange, Member
from billing.models import Customer, Invoice, StripeEvent, Subscription
from core import keyset
from core.errors import NotFound
from core.keyset import Page, Place

MOST = 50
STRIPE = ("cus_", "sub_", "in_", "ch_", "py_", "pi_", "re_", "du_", "dp_", "cs_", "evt_", "issfr_")


def by_id(db: Session, member_id: int) -> Member:
    """The member with this number. Raises ``NotFound``."""
    found = db.get(Member, member_id) if member_id <= keyset.LARGEST else None
    if found is None:
        raise NotFound
    return found


def newest(db: Session, place: Place) -> Page[Member]:
    """One page of everybody, the newest account first."""
    return keyset.page(db, select(Member), Member.id, place)


def like(db: Session, text: str) -> list[Member]:
    """Who is meant by ``text``, at most fifty: the owner of one of Stripe's ids, ``member 12``,
    or everybody whose address starts so, in the order of addresses, and who has left that very
    address for another."""
    if text.startswith(STRIPE):
        found = _of_stripe(db, text)
        return [found] if found else []
    number = keyset.number(text.lower().removeprefix("member").strip())
    if number is not None:
        one = db.get(Member, number)
        return [one] if one else []
    left = select(EmailChange.member_id).where(
        EmailChange.former == text.lower(), EmailChange.done_at.is_not(None)
    )
    starts = Member.email.startswith(text.lower(), autoescape=True) | Member.id.in_(left)
    return list(db.scalars(select(Member).where(starts).order_by(Member.email).limit(MOST)))


def _of_stripe(db: Session, stripe_id: str) -> Member | None:
    """By our mirror; an id that it does not keep is looked for among the stored deliveries."""
    told = select(StripeEvent.customer_id).where(
        (StripeEvent.object_id == stripe_id) | (StripeEvent.stripe_id == stripe_id)
    )
    owners = (
        select(Customer.member_id).where(Customer.stripe_id == stripe_id),
        select(Subscription.member_id).where(Subscription.stripe_id == stripe_id),
        select(Subscription.member_id).join(Invoice).where(Invoice.stripe_id == stripe_id),
        select(Customer.member_id).where(Customer.stripe_id.in_(told)),
    )
    for query in owners:
        member_id = db.scalar(query.limit(1))
        if member_id is not None:
            return db.get(Member, member_id)
    return None
