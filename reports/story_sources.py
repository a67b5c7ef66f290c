"""What a person's story is told from: each table that keeps something of them, in words.

What was watched is told as minutes, never as a film: support needs no more.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from access import explanation
from access.models import PlaybackSession
from accounts import merges
from accounts.models import Visitor
from billing import audit_pages
from billing.case_models import Withdrawal
from billing.models import Audit, Consent, Customer, Invoice, Milestone, StripeEvent
from catalog.models import Title
from core import money, zones
from notices.models import Notice
from reports.models import Fact
from reports.story import Cut, Line, Source

FACTS = {
    "visit": "Film page seen",
    "cta_seen": "Offer seen",
    "cta_click": "Offer pressed",
    "account": "Account made",
    "checkout_open": "Payment page opened",
}
MILESTONES = {
    "trial_started": "Trial started",
    "subscribed": "Subscription started",
    "ended": "Subscription ended",
    "failing": "Payment failed",
    "extended": "Trial extended",
    "ended early": "Trial ended early",
    "cancel set": "Set to cancel",
    "cancel unset": "Cancelling taken back",
    "paused": "Paused",
    "unpaused": "Pause ended",
    "switched": "Plan changed",
    "paid": "Charged",
    "refunded": "Refunded",
    "disputed": "Charge disputed",
    "refused": "Second trial refused",
}
STATES = {
    "owed": "waits to be sent",
    "sending": "is being sent",
    "accepted": "accepted by the mail server",
    "refused": "refused by the mail server",
    "dropped": "not sent, because it was no longer true",
    "unclear": "nobody knows whether it arrived",
}


def _facts(db: Session, member_id: int, cut: Cut) -> Iterator[Line]:
    whole = merges.everyone(member_id)
    browsers = select(Visitor.id).where(Visitor.member_id.in_(whole))
    mine = or_(Fact.member_id.in_(whole), Fact.visitor_id.in_(browsers))
    query = (
        select(Fact, Title.name)
        .outerjoin(Title, Title.id == Fact.title_id)
        .where(mine, Fact.kind.in_(FACTS), cut.where(Fact.at, Fact.id))
    )
    for fact, film in db.execute(query.order_by(*cut.order(Fact.at, Fact.id)).limit(cut.size)):
        yield Line(fact.at, cut.source, fact.id, "visit", FACTS[fact.kind], film or "")


def _consents(db: Session, member_id: int, cut: Cut) -> Iterator[Line]:
    query = select(Consent).where(Consent.member_id == member_id, cut.where(Consent.at, Consent.id))
    for row in db.scalars(query.order_by(*cut.order(Consent.at, Consent.id)).limit(cut.size)):
        yield Line(row.at, cut.source, row.id, "consent", f"Agreed by “{row.button}”", row.text)


def _notices(db: Session, member_id: int, cut: Cut) -> Iterator[Line]:
    query = select(Notice).where(
        Notice.member_id == member_id, cut.where(Notice.owed_at, Notice.id)
    )
    rows = query.order_by(*cut.order(Notice.owed_at, Notice.id)).limit(cut.size)
    for row in db.scalars(rows):
        words = f"E-mail “{row.kind.replace('_', ' ')}”"
        note = STATES[row.state] + (f": {row.error}" if row.error else "")
        if row.accepted_at is not None and row.accepted_at - row.owed_at > timedelta(minutes=5):
            note += f" on {zones.day_and_time(row.accepted_at, 'UTC')}"
        if row.bounced_at is not None:
            note += f", and came back on {zones.day_and_time(row.bounced_at, 'UTC')}"
        yield Line(row.owed_at, cut.source, row.id, "e-mail", words, note)


def _events(db: Session, member_id: int, cut: Cut) -> Iterator[Line]:
    theirs = select(Customer.stripe_id).where(Customer.member_id == member_id)
    at, key = StripeEvent.created_at, StripeEvent.id
    query = select(StripeEvent).where(StripeEvent.customer_id.in_(theirs), cut.where(at, key))
    for row in db.scalars(query.order_by(*cut.order(at, key)).limit(cut.size)):
        late = max(timedelta(), row.received_at - row.created_at)
        note = f"{row.state}, heard after {_length(late)}"
        yield Line(row.created_at, cut.source, row.id, "Stripe", row.type, note, event_id=row.id)


def _milestones(db: Session, member_id: int, cut: Cut) -> Iterator[Line]:
    at, key = Milestone.at, Milestone.id
    query = (
        select(Milestone, Invoice)
        .outerjoin(Invoice, Invoice.stripe_id == Milestone.object_id)
        .where(Milestone.member_id == member_id, cut.where(at, key))
    )
    for row, invoice in db.execute(query.order_by(*cut.order(at, key)).limit(cut.size)):
        name, _, value = row.fact.partition(":")
        words, note = MILESTONES.get(name, name.capitalize()), ""
        if invoice is not None:
            sum_ = int(value) if name == "refunded" and value.isdecimal() else invoice.total_minor
            words = f"{words} {money.formatted(sum_, invoice.currency)}"
            note = invoice.number or invoice.stripe_id
        elif name in ("extended", "ended early"):
            note = f"to {zones.day_and_time(datetime.fromisoformat(value), 'UTC')}"
        yield Line(row.at, cut.source, row.id, "money" if invoice else "trial", words, note)


def _plays(db: Session, member_id: int, cut: Cut) -> Iterator[Line]:
    at, key = PlaybackSession.started_at, PlaybackSession.id
    query = select(PlaybackSession).where(
        PlaybackSession.member_id == member_id, cut.where(at, key)
    )
    for row in db.scalars(query.order_by(*cut.order(at, key)).limit(cut.size)):
        words = f"A film played for {_length(timedelta(seconds=row.seconds_played))}"
        yield Line(row.started_at, cut.source, row.id, "play", words)


def _acts(db: Session, member_id: int, cut: Cut) -> Iterator[Line]:
    query = select(Audit).where(
        Audit.member_id.in_(merges.everyone(member_id)),
        Audit.actor != "stripe",  # what Stripe reported is told by its milestones
        cut.where(Audit.at, Audit.id),
    )
    for row in db.scalars(query.order_by(*cut.order(Audit.at, Audit.id)).limit(cut.size)):
        if row.action == "access.changed":
            yield _gate(row, cut)
        else:
            words = audit_pages.words(row.action)
            yield Line(row.at, cut.source, row.id, "act", words, row.reason, row.actor)


def _gate(row: Audit, cut: Cut) -> Line:
    """What the watch gate answers from now on, as the log of the right to watch has it."""
    why, until = row.after.get("why", ""), row.after.get("until")
    if why == "ended" or until is None:
        note = f"because the right ended ({row.reason})"
        return Line(row.at, cut.source, row.id, "gate", "Watch gate closes", note)
    ends = zones.day_and_time(datetime.fromisoformat(until), "UTC")
    note = f"because {explanation.open_words(why)}"
    return Line(row.at, cut.source, row.id, "gate", f"Watch gate open until {ends}", note)


def _withdrawals(db: Session, member_id: int, cut: Cut) -> Iterator[Line]:
    at, key = Withdrawal.declared_at, Withdrawal.id
    query = select(Withdrawal).where(Withdrawal.member_id == member_id, cut.where(at, key))
    for row in db.scalars(query.order_by(*cut.order(at, key)).limit(cut.size)):
        yield Line(row.declared_at, cut.source, row.id, "act", "Withdrawal declared", row.state)


def _length(time: timedelta) -> str:
    """``1.2 s``, ``42 min``, ``3.5 h``: about how long something took."""
    seconds = time.total_seconds()
    if seconds < 60:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


SOURCES: dict[str, Source] = {
    "act": _acts,
    "consent": _consents,
    "event": _events,
    "fact": _facts,
    "milestone": _milestones,
    "notice": _notices,
    "play": _plays,
    "withdrawal": _withdrawals,
}
