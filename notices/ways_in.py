"""What the e-mails say that prove an address: of a sign-up, to sign in by, of an account's own."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from sqlalchemy.orm import Session

from accounts import email_changes, sign_in_links, sign_up_requests
from accounts.models import EmailChange, SignInLink, SignUpRequest
from core import settings, tokens
from notices.models import Notice

SIGN_UP_LINK = "sign-up"
SIGN_IN_LINK = "sign-in"
EMAIL_CHANGE_LINK = "email-change"


def told(db: Session, notice: Notice) -> dict[str, Any]:
    """Where the link leads, and whether somebody has an account with the address. Nothing for
    other e-mails."""
    of_kind = OF_KIND.get(notice.kind)
    return of_kind(db, int(notice.facts["object_id"])) if of_kind else {}


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


def _of_change(db: Session, change_id: int) -> dict[str, Any]:
    asked = db.get(EmailChange, change_id)
    return {
        "known": asked is not None and email_changes.is_known(db, asked),
        "change_url": _address("email", EMAIL_CHANGE_LINK, change_id),
        "sign_in_url": _page("sign-in", None),
    }


OF_KIND = {"sign_up": _of_sign_up, "sign_in_link": _of_sign_in, "email_change": _of_change}
KINDS = tuple(OF_KIND)
OF_CHANGES = ("email_change", "email_changed")
"""What is told of another address: to it, and to the former one."""


def _address(page: str, purpose: str, named: int) -> str:
    return f"{settings.current().origin}/account/{page}/{tokens.sign(purpose, named)}"


def _page(name: str, asked: SignUpRequest | SignInLink | None) -> str:
    there = quote(asked.there) if asked else ""
    return f"{settings.current().origin}/account/{name}?next={there}"
