"""What the e-mails say that prove an address: the link of a sign-up, and the one to sign in by."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from sqlalchemy.orm import Session

from accounts import sign_in_links, sign_up_requests
from accounts.models import SignInLink, SignUpRequest
from core import settings, tokens
from notices.models import Notice

SIGN_UP_LINK = "sign-up"
SIGN_IN_LINK = "sign-in"
KINDS = ("sign_up", "sign_in_link")


def told(db: Session, notice: Notice) -> dict[str, Any]:
    """Where the link leads, and whether somebody has an account with the address. Nothing for
    other e-mails."""
    if notice.kind not in KINDS:
        return {}
    named = int(notice.facts["object_id"])
    return _of_sign_up(db, named) if notice.kind == "sign_up" else _of_sign_in(db, named)


def _of_sign_up(db: Session, request_id: int) -> dict[str, Any]:
    asked = db.get(SignUpRequest, request_id)
    return {
        "known": asked is not None and sign_up_requests.is_known(db, asked),
        "sign_up_url": _address("sign-up", SIGN_UP_LINK, request_id),
        "sign_in_url": _page("sign-in", asked),
    }


def _of_sign_in(db: Session, link_id: int) -> dict[str, Any]:
    asked = db.get(SignInLink, link_id)
    return {
        "known": asked is not None and sign_in_links.owner(db, asked) is not None,
        "link_url": _address("sign-in/link", SIGN_IN_LINK, link_id),
        "sign_up_url": _page("sign-up", asked),
    }


def _address(page: str, purpose: str, named: int) -> str:
    return f"{settings.current().origin}/account/{page}/{tokens.sign(purpose, named)}"


def _page(name: str, asked: SignUpRequest | SignInLink | None) -> str:
    there = quote(asked.there) if asked else ""
    return f"{settings.current().origin}/account/{name}?next={there}"
