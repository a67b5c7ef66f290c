"""The facts that follow from the mirror of Stripe and the ledger of e-mails, noted once each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session

from accounts import merges
from billing import pauses, subscriptions
from billing.models import Invoice, Milestone, Subscription
from notices.models import Notice
from reports import causes, facts
from reports.models import Fact

BOUNCED = "bounced"
CHANGES = frozenset({"cancel set", "cancel unset", "extended", "ended early", "paused", "unpaused"})
LATELY = timedelta(days=2)


def note(db: Session, member_id: int, *, now: datetime) -> None:
    """Note everything that the rows of ``member_id`` say has happened. Repeatable."""
    theirs = subscriptions.of_member(db, member_id)
    for sub in theirs:
        if sub.cancel_reason == "second_trial":
            continue  # it was refused before anybody could watch by it
        _note_trial(db, sub, now)
        for invoice in sub.invoices:
            _note_invoice(db, sub, invoice, now)
        _note_pause(db, sub, now)
    resumes = {sub.id: sub.pause_resumes_at for sub in theirs}
    for change in _changes(db, member_id):
        _note_change(db, change, resumes.get(change.subscription_id or 0), now)
    _note_notices(db, member_id, now)


def _note_trial(db: Session, sub: Subscription, now: datetime) -> None:
    about: dict[str, Any] = {
        "member_id": sub.member_id,
        "subscription_id": sub.id,
        "title_id": sub.title_id,
    }
    if sub.trial_started_at and sub.trial_ends_at and sub.has_begun:
        ends = sub.trial_ends_at.isoformat()
        data = {
            "kind": "trial",
            "offer": sub.offer.code if sub.offer else None,
            "interval": sub.interval,
            "carded": sub.carded,
            "trial_ends_at": ends,
            "charge_at": ends,
            "price_minor": sub.amount_minor,
            "currency": sub.currency,
        }
        at = sub.trial_started_at
        facts.record(db, "trial", sub.stripe_id, at=at, now=now, data=data, **about)
    if sub.ended_at:
        data = {**causes.told(db, sub)}
        facts.record(db, "ended", sub.stripe_id, at=sub.ended_at, now=now, data=data, **about)


def _note_invoice(db: Session, sub: Subscription, invoice: Invoice, now: datetime) -> None:
    about: dict[str, Any] = {"member_id": sub.member_id, "subscription_id": sub.id}
    if invoice.status == "paid" and invoice.paid_at and not _opens_a_trial(invoice):
        data = {
            "gross_minor": invoice.total_minor,
            "tax_minor": invoice.tax_minor,
            "currency": invoice.currency,
            "interval": sub.interval,
            "price_minor": _price(db, sub, invoice),
        }
        facts.record(
            db, "payment", invoice.stripe_id, at=invoice.paid_at, now=now, data=data, **about
        )
    if invoice.refunded_at:
        data = {"payment": invoice.stripe_id, "refunded_minor": invoice.refunded_minor}
        key = f"{invoice.stripe_id}:{invoice.refunded_minor}"
        facts.record(db, "refund", key, at=invoice.refunded_at, now=now, data=data, **about)
    if invoice.disputed_at:
        data = {"payment": invoice.stripe_id, "status": _dispute(invoice.dispute_status)}
        key = f"{invoice.stripe_id}:{data['status']}"
        facts.record(db, "dispute", key, at=invoice.disputed_at, now=now, data=data, **about)


def _note_pause(db: Session, sub: Subscription, now: datetime) -> None:
    """A pause is a fact once what was paid for is over: from the first period left uncharged."""
    if not sub.pause_behavior or not sub.period_starts_at or not pauses.is_unpaid(sub):
        return
    last = max((i.created_at for i in sub.invoices if i.status == "paid"), default=sub.created_at)
    since = [i.created_at for i in sub.invoices if i.created_at > last]
    at = min([sub.period_starts_at, *since])
    facts.record(
        db,
        "pause",
        f"{sub.stripe_id}:{last.isoformat()}",
        at=at,
        now=now,
        member_id=sub.member_id,
        subscription_id=sub.id,
    )


def _price(db: Session, sub: Subscription, invoice: Invoice) -> int | None:
    """What the subscription costs an interval, without tax: after a code that lasts for ever, and
    whatever a passing one takes off this invoice. ``None`` where the tax of it is not known."""
    if sub.offer is not None and sub.offer.tax == "exclusive":
        return _lasting(db, sub)
    if invoice.total_minor <= 0:
        return _lasting(db, sub) if not sub.offer or not invoice.tax_minor else None
    net = Fraction(invoice.total_minor - invoice.tax_minor, invoice.total_minor)
    return round(_lasting(db, sub) * net)


def _lasting(db: Session, sub: Subscription) -> int:
    """The price after a code for ever, as the checkout kept it; a change of plan leaves it."""
    opened = db.scalar(
        select(Fact.data)
        .where(
            Fact.kind == "checkout_open",
            Fact.member_id.in_(merges.everyone(sub.member_id)),
        )
        .order_by(Fact.at.desc())
        .limit(1)
    )
    kept = opened or {}
    same = kept.get("amount_minor") == sub.amount_minor
    return int(kept["lasting_minor"]) if same else sub.amount_minor


def _opens_a_trial(invoice: Invoice) -> bool:
    """The invoice of zero that Stripe makes when a trial begins is nobody's payment."""
    return invoice.billing_reason == "subscription_create" and invoice.total_minor == 0


def _dispute(status: str | None) -> str:
    return status if status in ("lost", "won") else "open"


def _changes(db: Session, member_id: int) -> Iterator[Milestone]:
    kept = select(Milestone).where(
        Milestone.member_id == member_id, Milestone.fact.contains(":", autoescape=True)
    )
    return iter(db.scalars(kept.order_by(Milestone.id)))


def _note_change(
    db: Session, change: Milestone, resumes_at: datetime | None, now: datetime
) -> None:
    name, _, value = change.fact.partition(":")
    if name not in CHANGES:
        return
    data = {"change": name}
    if name in ("extended", "ended early"):
        data["trial_ends_at"] = value
    if name == "paused" and resumes_at is not None:
        data["until"] = resumes_at.isoformat()
    facts.record(
        db,
        "trial_change",
        f"{change.object_id}:{change.fact}",
        at=change.at,
        now=now,
        member_id=change.member_id,
        subscription_id=change.subscription_id,
        data=data,
    )


def members_behind(db: Session, *, now: datetime) -> list[int]:
    """Members to whom an e-mail was handed in lately of which no fact was noted: whoever sent it
    ended before it could."""
    noted = facts.is_noted("notice", cast(Notice.id, String))
    behind = select(Notice.member_id).where(
        Notice.member_id.is_not(None), Notice.accepted_at > now - LATELY, ~noted
    )
    return list(db.scalars(behind.distinct()))


def _sum(due: dict[str, Any] | None) -> dict[str, Any]:
    """What an e-mail said would be charged, where Stripe had told."""
    return {"charge_minor": due["total"], "currency": due["currency"]} if due else {}


def _note_notices(db: Session, member_id: int, now: datetime) -> None:
    sent = select(Notice).where(Notice.member_id == member_id, Notice.accepted_at.is_not(None))
    for notice in db.scalars(sent):
        assert notice.accepted_at is not None
        data = {"kind": notice.kind, "state": "accepted"}
        if notice.kind == "trial_ending":
            data |= {"charge_at": notice.facts["object_id"], **_sum(notice.facts.get("due"))}
        about: dict[str, Any] = {
            "member_id": member_id,
            "subscription_id": notice.subscription_id,
        }
        key, at = str(notice.id), notice.accepted_at
        facts.record(db, "notice", key, at=at, now=now, data=data, **about)
        if notice.bounced_at is not None:
            key, at, data = f"{key}:{BOUNCED}", notice.bounced_at, data | {"state": BOUNCED}
            facts.record(db, "notice", key, at=at, now=now, data=data, **about)
