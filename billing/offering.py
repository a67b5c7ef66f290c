"""How an operator adds, changes and ends an offer: checked, and kept in the audit."""

from __future__ import annotations

import re
import string
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from babel.numbers import list_currencies
from sqlalchemy import select
from sqlalchemy.orm import Session

from billing import audit, offers
from billing.models import Offer
from billing.offer_models import BANNER, WORDS
from core import money, territories
from core.errors import DomainError, NotFound

CODE = re.compile("[A-Za-z0-9_-]{1,60}")
UNFIT_FOR_ADDRESS = re.compile(r"[\s\x00-\x1f\x7f]")
MAY_BE_NAMED = {"brand", "days", "price"}
SHOWN = ("name", "brand", "words", "banner", "partner_url", "partner_code")
RULED = ("territories", "audience", "starts_at", "ends_at", "on_pages")
STANDING = ("active",)
# Visitors' pages are kept until the next quarter (docs/decisions/0007): an offer keeps to them.
WHOLE_QUARTERS = "An offer begins and ends on a quarter of an hour, such as 12:15."
CHANGEABLE = frozenset({*SHOWN, *RULED})
USUAL: dict[str, Any] = {"kind": "own", "words": WORDS, "banner": BANNER, "tax": "exclusive"}
USUAL |= {"audience": "everyone", "territories": [], "active": True, "on_pages": True}
AGREED = ("code", "kind", "amount_minor", "currency", "interval", "trial_days", "tax")


class BadOffer(DomainError):
    """An offer that cannot be sold as it was described; the sentence says what is wrong."""

    status = 422

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def listed(db: Session) -> list[Offer]:
    """Every offer there ever was, the newest first."""
    return list(db.scalars(select(Offer).order_by(Offer.id.desc())))


def add(db: Session, *, actor: str, reason: str, now: datetime, **said: Any) -> Offer:
    """Put up a new offer. Raises ``BadOffer``.

    Stripe hears of it with the first checkout; a partner's offer is never charged here. Its code
    stands in addresses, so it is checked here alone: one with an odd code can still be ended.
    """
    if not CODE.fullmatch(said["code"]):
        raise BadOffer(
            "A code is at most 60 letters from A to Z, digits, hyphens and underscores, such as "
            "summer-2026: it stands in an address."
        )
    if db.scalar(select(Offer.id).where(Offer.code == said["code"])) is not None:
        raise BadOffer(f"There is an offer {said['code']} already. End it, or choose another code.")
    offer = Offer(**{**USUAL, **said})
    _check(offer, now)
    db.add(offer)
    _note(db, "offer.add", offer, {}, actor, reason, now)
    return offer


def change(db: Session, code: str, *, actor: str, reason: str, now: datetime, **said: Any) -> Offer:
    """Change how an offer reads or to whom it is shown. Raises ``BadOffer``.

    Price, days and tax stay: people have agreed to them, and an open checkout names them. Another
    price is another offer: end this one and add that.
    """
    fixed = sorted(set(said) - CHANGEABLE)
    if fixed:
        raise BadOffer(f"{', '.join(fixed)} cannot be changed: end this offer and add another.")
    offer = _named(db, code)
    before = described(offer)
    for name, value in said.items():
        setattr(offer, name, value)
    _check(offer, now)
    _note(db, "offer.change", offer, before, actor, reason, now)
    return offer


def end(db: Session, code: str, *, at: datetime, actor: str, reason: str, now: datetime) -> Offer:
    """Show an offer no longer from ``at`` on. Who has agreed to it keeps it.

    One that would not have begun by then is taken off at once, and is never shown. Raises
    ``BadOffer``.
    """
    offer = _named(db, code)
    before = described(offer)
    if offer.starts_at and offer.starts_at > now and at <= offer.starts_at:
        offer.active = False
    else:
        offer.ends_at = at
        _check(offer, now)
    _note(db, "offer.end", offer, before, actor, reason, now)
    return offer


def described(offer: Offer) -> dict[str, Any]:
    """What an offer says, as the audit and the command line print it."""
    found = {name: getattr(offer, name) for name in (*AGREED, *SHOWN, *RULED, *STANDING)}
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in found.items()
        if value not in (None, [])
    }


def _named(db: Session, code: str) -> Offer:
    try:
        return offers.by_code(db, code)
    except NotFound:
        raise BadOffer(f"There is no offer {code}.") from None


def _check(offer: Offer, now: datetime) -> None:
    """What the table cannot say by itself."""
    for words in (offer.words, offer.banner):
        _check_words(words)
    if offer.amount_minor < 1:
        raise BadOffer("The price is at least one hundredth; something free needs no offer.")
    if offer.amount_minor > money.MOST:
        most = money.formatted(money.MOST, offer.currency)
        raise BadOffer(f"The price is at most {most}, which is the most that can be charged.")
    if offer.currency.upper() not in list_currencies():
        raise BadOffer(f"{offer.currency} is not a currency.")
    if not 1 <= offer.trial_days <= 730:
        raise BadOffer("A trial has from 1 to 730 days.")
    if set(offer.territories) - set(territories.names()):
        raise BadOffer("Territories are countries by their two capital letters, such as GB.")
    if offer.starts_at and offer.ends_at and offer.ends_at < offer.starts_at:
        raise BadOffer("The offer would end before it starts.")
    edges = [at for at in (offer.starts_at, offer.ends_at) if at and at > now]
    if any(at.timestamp() % 900 for at in edges):
        raise BadOffer(WHOLE_QUARTERS)
    if offer.kind == "partner":
        _check_partner(offer)
    elif offer.partner_url is not None:
        raise BadOffer("A partner's address is for a partner's offer, and this is one of ours.")


def _check_words(words: str) -> None:
    try:
        parts = [part for part in string.Formatter().parse(words) if part[1] is not None]
        named = {"?" if how or told else name for _, name, how, told in parts}
    except ValueError:
        named = {"?"}
    if not words.strip() or not named <= MAY_BE_NAMED:
        raise BadOffer("Words may name {brand}, {days} and {price}, and nothing else in braces.")


def _check_partner(offer: Offer) -> None:
    offer.partner_url = (offer.partner_url or "").strip()
    if not _leads_somewhere(offer.partner_url):
        raise BadOffer("A partner's offer needs the partner's https address.")
    if not (offer.brand or "").strip():
        raise BadOffer("A partner's offer needs the partner's name as its brand.")


def _leads_somewhere(address: str) -> bool:
    """Whether a browser can be sent there: by https, with a name and a port as there may be."""
    if UNFIT_FOR_ADDRESS.search(address):
        return False
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").encode("idna"), parts.port
    except ValueError:  # a bracket that nothing closes, two points in a row, a port beyond the last
        return False
    return parts.scheme == "https" and bool(host) and port != 0


def _note(
    db: Session,
    action: str,
    offer: Offer,
    before: dict[str, Any],
    actor: str,
    reason: str,
    now: datetime,
) -> None:
    if not reason.strip():
        raise BadOffer("Give the reason: it is kept beside your name.")
    db.flush()  # a rule of the table that is broken shows here, not at the commit
    after = described(offer)
    audit.note(db, now=now, actor=actor, action=action, reason=reason, before=before, after=after)
