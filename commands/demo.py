"""The people and the offer of the demo: who can sign in, and what is sold."""

from __future__ import annotations

import secrets
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import passwords, sign_up
from accounts.models import Member
from billing.models import Offer
from core import clock, settings
from core.db import transaction

OPERATOR = "operator@matinee.example"
MEMBER = "ada@matinee.example"
ROLES = ("viewer", "support", "finance", "admin")


def password_file() -> Path:
    """Where the password of both demo accounts is kept."""
    return settings.current().home / "secrets" / "demo_password"


def seed_people() -> None:
    """Make the demo's accounts and its offer where there are none. Repeatable."""
    with transaction() as db:
        _offer(db)
        for name in ROLES:
            sign_up.role(db, name)
        _person(db, OPERATOR, ("admin",))
        _person(db, MEMBER, ())


def _offer(db: Session) -> None:
    if db.scalar(select(Offer.id).limit(1)) is None:
        db.add(
            Offer(
                code="monthly-2026",
                name="Matinee, every film",
                amount_minor=699,
                currency="gbp",
                interval="month",
                trial_days=30,
                banner="Unlimited streaming with {brand}: try {days} days free",
            )
        )
        db.add(
            Offer(
                code="yearly-2026",
                name="Matinee, every film for a year",
                amount_minor=6900,
                currency="gbp",
                interval="year",
                trial_days=30,
                on_pages=False,
            )
        )


def _person(db: Session, email: str, roles: tuple[str, ...]) -> None:
    if db.scalar(select(Member.id).where(Member.email == email)) is None:
        hashed = passwords.hashed(_password())
        sign_up.member(db, email, hashed, now=clock.now(), roles=roles)


def _password() -> str:
    """One password for both, made for this installation the first time it is asked for."""
    path = password_file()
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(9))
    return path.read_text().strip()
