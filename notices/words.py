"""What an e-mail says: its template filled with what is true at the moment of sending."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import css_inline
from email_validator import EmailNotValidError, validate_email
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from access import entitlements
from access.models import PlaybackSession
from accounts.models import Member
from billing import agreements, changes, coming_payments, credits, ends, subscriptions, terms, turns
from billing.case_models import Termination, Withdrawal
from billing.models import Invoice, Subscription
from catalog.models import Title
from core import money, settings, tokens, zones
from notices import decline_words, second_trials, ways_in
from notices.models import Notice

FOLDER = Path(__file__).resolve().parent.parent / "templates" / "email"
CANCEL_LINK = "cancel"
WITHDRAW_LINK = "withdraw"
KEEP_LINK = "keep"
MOST_NAMED = 5
NOTHING_YET = (
    "Nothing is taken then, because of your discount. Seven days before the first payment that "
    "costs something we remind you."
)


@dataclass(frozen=True)
class Words:
    """A rendered e-mail: subject, plain text and its HTML twin."""

    subject: str
    text: str
    html: str


def of(db: Session, notice: Notice, *, now: datetime) -> Words:
    """Fill the templates of the notice's kind."""
    context = _context(db, notice, now)
    folder = notice.kind
    return Words(
        subject=_render(f"{folder}/subject.txt", context).strip(),
        text=_render(f"{folder}/body.txt", context),
        html=_inliner().inline(_render(f"{folder}/body.html", context)),
    )


def message(notice: Notice, words: Words, *, now: datetime) -> EmailMessage:
    """The message to hand in. Its id is the notice's own, so a repeat is recognised as one."""
    found = settings.current()
    made = EmailMessage()
    name, sender = parseaddr(found.mail_from)
    by = _posted(sender, name=name)
    made["From"] = by
    made["To"] = _posted(notice.member.email if notice.member else notice.address or "")
    made["Subject"] = words.subject
    made["Date"] = format_datetime(now)
    made["Message-ID"] = f"<notice-{notice.id}@{by.domain}>"
    made["Auto-Submitted"] = "auto-generated"
    made["X-Matinee-Kind"] = notice.kind
    made.set_content(words.text)
    made.add_alternative(words.html, subtype="html")
    return made


def _posted(address: str, *, name: str = "") -> Address:
    """An address as mail servers take it: its domain in the letters of ASCII, its mailbox as it
    is. Raises ``ValueError`` for what cannot stand in a message."""
    try:
        found = validate_email(address, check_deliverability=False)
    except EmailNotValidError:
        return Address(display_name=name, addr_spec=address)
    return Address(display_name=name, username=found.local_part, domain=found.ascii_domain)


def cancel_link(member_id: int | None) -> str:
    """The address that cancels a member's trial or subscription without signing in.

    Without a member, the page that sends such a link."""
    if member_id is None:
        return f"{settings.current().origin}/cancel"
    return f"{settings.current().origin}/cancel/{tokens.sign(CANCEL_LINK, member_id)}"


def withdraw_link(withdrawal_id: str) -> str:
    """The address that proves who declared a withdrawal, and carries it out."""
    return f"{settings.current().origin}/withdraw/{tokens.sign(WITHDRAW_LINK, withdrawal_id)}"


def keep_link(termination_id: str) -> str:
    """The address that takes back a cancellation which the form brought for a member."""
    return f"{settings.current().origin}/cancellation/keep/{tokens.sign(KEEP_LINK, termination_id)}"


def _context(db: Session, notice: Notice, now: datetime) -> dict[str, Any]:
    found = settings.current()
    sub = db.get(Subscription, notice.subscription_id) if notice.subscription_id else None
    title = db.get(Title, sub.title_id) if sub and sub.title_id else None
    if title is not None and not title.is_playable:
        title = None
    invoice = db.scalar(select(Invoice).where(Invoice.stripe_id == notice.facts["object_id"]))
    return {
        "site_name": found.site_name,
        "origin": found.origin,
        "postal_address": found.postal_address,
        "member": notice.member,
        "sub": sub,
        "title": title,
        "invoice": invoice,
        "cancel_url": cancel_link(notice.member_id),
        "day": _day_filter(notice.member),
        "money": money.formatted,
        "now": now,
        "ends_in": _ends_in(sub, now),
        "trial_days": _trial(sub).days,
        "trial_length": terms.length(_trial(sub).days),
        "reminded_at_start": terms.is_reminded_at_start(_trial(sub)),
        "follows_trial": _follows_trial(sub, invoice),
        "next_charge": coming_payments.will_come_at(sub) if sub else None,
        "notice": notice,
        "due": notice.facts.get("due"),
        "nothing_yet": NOTHING_YET if sub and not sub.next_minor else "",
        "agreed": agreements.of(db, sub) if sub else None,
        "being_charged": ends.being_charged(sub) if sub else None,
        **_of_access(sub, invoice, now),
        **_of_end(sub),
        "watched": _watched(db, notice) if notice.kind == "halfway" else [],
        **_of_changes(db, notice, sub),
        **ways_in.told(db, notice),
        **second_trials.told(db, notice, title, now=now),
    }


def _of_access(sub: Subscription | None, invoice: Invoice | None, now: datetime) -> dict[str, Any]:
    """Until when films play, where that is to come, and of a failed payment the sum and why."""
    right = entitlements.right_of([sub]) if sub else None
    owed = invoice.charged_minor if invoice else sub.amount_minor if sub else 0
    return {
        "due_minor": owed,
        "decline": decline_words.of(invoice.decline_reason if invoice else None),
        "must_confirm": invoice is not None and invoice.must_be_confirmed,
        "watch_until": right.until if right and right.until > now else None,
        "leaves_at": entitlements.leaves_at(sub) if sub else None,
    }


def _of_end(sub: Subscription | None) -> dict[str, Any]:
    """What has ended, whether anything was paid for it, the payment that failed where that is why,
    and whether there is anything left to cancel."""
    failed = ends.newest_unpaid(sub) if sub and ends.was_unpaid(sub) else None
    return {
        "ended": "trial" if sub and ends.was_trial(sub) else "subscription",
        "was_paid": sub is not None and ends.was_paid(sub),
        "goes_on": sub is not None and sub.is_live and not changes.is_leaving(sub),
        "failed": money.formatted(failed.charged_minor, failed.currency) if failed else "",
    }


def _of_changes(db: Session, notice: Notice, sub: Subscription | None) -> dict[str, Any]:
    """What the e-mails about a pause, a return and a withdrawal say beside the rest."""
    paused = sub if sub and sub.pause_resumes_at else None
    termination, withdrawal = _termination(db, notice), _withdrawal(db, notice)
    by = withdrawal.member_id if withdrawal and withdrawal.state == "done" else None
    return {
        "what": _what(db, termination, sub),
        "resumes_at": turns.next_payment_at(paused) if paused else None,
        "withdrawal": withdrawal,
        "credit_back": by is not None and credits.is_back(db, by),
        "withdraw_url": withdraw_link(notice.facts["object_id"]),
        "termination": termination,
        "plays_on": _plays_on(db, termination),
        "keep_url": keep_link(notice.facts["object_id"]),
    }


def _watched(db: Session, notice: Notice) -> list[str]:
    """The films that the member has played, the latest first, each once."""
    last = func.max(PlaybackSession.started_at)
    played = (
        select(Title.name)
        .join(PlaybackSession, PlaybackSession.title_id == Title.id)
        .where(PlaybackSession.member_id == notice.member_id, PlaybackSession.kind == "film")
        .group_by(Title.id, Title.name)
        .order_by(last.desc())
    )
    return list(db.scalars(played.limit(MOST_NAMED)))


def _withdrawal(db: Session, notice: Notice) -> Withdrawal | None:
    named = notice.facts["object_id"] if notice.kind == "withdrawal" else ""
    return db.get(Withdrawal, int(named)) if named.isdigit() else None


def _termination(db: Session, notice: Notice) -> Termination | None:
    named = notice.facts["object_id"] if notice.kind == "termination" else ""
    return db.get(Termination, int(named)) if named.isdigit() else None


def _what(db: Session, ended: Termination | None, sub: Subscription | None) -> str:
    """What an e-mail is about: a trial or a subscription; the form ends what its member has."""
    if ended is not None and ended.member_id is not None:
        sub = next(reversed(subscriptions.of_member(db, ended.member_id)), None)
    return "trial" if sub and sub.status == "trialing" else "subscription"


def _plays_on(db: Session, ended: Termination | None) -> bool:
    """Whether films play until a contract ends that was cancelled by the form."""
    if ended is None or ended.member_id is None or ended.ends_at is None:
        return False
    right = entitlements.right_of(subscriptions.of_member(db, ended.member_id))
    return right is not None and right.until >= ended.ends_at


def _day_filter(member: Member | None) -> Any:
    zone = member.zone if member else settings.current().zone

    def day(instant: datetime, *, full: bool = False, locale: str = zones.LOCALE) -> str:
        if full:
            return zones.day_and_time(instant, zone, locale=locale)
        return zones.day(instant.astimezone(ZoneInfo(zone)).date(), locale=locale)

    return day


def _ends_in(sub: Subscription | None, now: datetime) -> str:
    """When a trial ends, as it is said: ``in 7 days``."""
    ends = sub.trial_ends_at if sub else None
    days = round((ends - now) / timedelta(days=1)) if ends else 0
    return f"in {terms.length(days)}" if days > 0 else "within a day"


def _trial(sub: Subscription | None) -> timedelta:
    """How long the trial is, in whole days; nothing where there is none."""
    if sub is None or sub.trial_ends_at is None or sub.trial_started_at is None:
        return timedelta()
    return timedelta(days=round((sub.trial_ends_at - sub.trial_started_at) / timedelta(days=1)))


def _follows_trial(sub: Subscription | None, invoice: Invoice | None) -> bool:
    """Whether an invoice is the first that was paid after the free days."""
    if sub is None or not _trial(sub):
        return False
    paid = {one.paid_at: one for one in sub.invoices if one.paid_at and one.total_minor > 0}
    return bool(paid) and paid[min(paid)] is invoice


def _render(name: str, context: dict[str, Any]) -> str:
    return _environment().get_template(name).render(context)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=select_autoescape(["html"], default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
