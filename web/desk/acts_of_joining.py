"""The act that makes two accounts of one person one: chosen, told beforehand, done once."""

from __future__ import annotations

from datetime import datetime

from flask import request
from sqlalchemy.orm import Session

from accounts.models import Member
from accounts.roles import Right
from billing import finding, merging
from web.desk.acts import Act, BadOrder, Control, Form, Order
from workers import merging as joining
from workers.merging import Held

OTHER = Control(
    "other",
    "The other account",
    hint="Its whole address, “member 12”, or an id of Stripe's. It becomes part of this one.",
)
NOBODY = "Enter the whole address of the other account, or its number."


def _form(db: Session, member: Member, now: datetime) -> Form:
    text = request.values.get("other", "").strip()
    told = ("Another account of the same person becomes part of this one.",)
    if not text:
        return Form(told, first=(OTHER,))
    other = _other(db, text)
    if other is None:
        return Form(told, first=(OTHER,), wrong=NOBODY)
    try:
        merging.check(db, other, member)
    except merging.NotOnePerson as no:
        return Form(told, first=(OTHER,), refused=no.sentence)
    return Form(_told(db, other, member), (Control("other", "", "hidden", value=text),))


def _other(db: Session, text: str) -> Member | None:
    """The one account that is meant for certain: half an address is not enough for this."""
    found = [one for one in finding.like(db, text) if len(text) < 254]
    exact = [one for one in found if one.email == text.lower()]
    return exact[0] if exact else found[0] if len(found) == 1 and "@" not in text else None


def _told(db: Session, gone: Member, survivor: Member) -> list[str]:
    theirs, here = joining.held(db, gone.id), joining.held(db, survivor.id)
    shared = joining.shared_films(db, gone.id, survivor.id)
    return [
        f"{gone.email} (member {gone.id}) becomes part of {survivor.email} (member "
        f"{survivor.id}). This cannot be taken back.",
        _subscriptions(theirs, here),
        f"Trials that were used: {theirs.trials} there, {here.trials} here. The person is known "
        "by both, and gets no other.",
        f"Customers at Stripe: {_names(theirs.customers)} there, {_names(here.customers)} here. "
        "Both stay known, and what Stripe says of either comes here.",
        f"Reviews that move: {theirs.reviews - shared}. Of films reviewed by both, this account's "
        f"review stands and the other is hidden: {shared}.",
        f"Consents that move: {theirs.consents}. E-mails that still wait there go to "
        f"{survivor.email}.",
        f"Devices that are signed out there: {theirs.devices}. Nobody signs in with {gone.email} "
        "any more.",
        f"Browsers that were joined there: {theirs.visitors}. From now on they are this person's, "
        "and reports count one person; reports drawn for an earlier instant stay as they were.",
    ]


def _subscriptions(theirs: Held, here: Held) -> str:
    live = theirs.live or here.live
    runs = f" {live[0]} runs on." if live else " None of them runs."
    there, this = len(theirs.subscriptions), len(here.subscriptions)
    return f"Subscriptions there: {there}, which come here with what was paid. Here: {this}.{runs}"


def _names(stripe_ids: list[str]) -> str:
    return ", ".join(stripe_ids) or "none"


def _merge(order: Order) -> str:
    other = _other(order.db, order.text("other"))
    if other is None:
        raise BadOrder("other", NOBODY)
    joining.merge(
        order.db,
        order.stripe,
        other,
        order.member,
        actor=order.actor,
        reason=order.reason,
        now=order.now,
    )
    return f"{other.email} is part of this account now."


MERGER = Act(
    "Merge another account", "Merge for good", (Right.MONEY,), _form, _merge, is_grave=True
)
