"""Flask-Security at work on our members: sign-up, sign-in, sign-out, passwords.

The library wants classes of its own shape; ``Login`` is a second view of the member's row that
has it, so the rooms know nothing of Flask and everything about accounts stays in one table.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from flask import Flask, current_app, g, request
from flask_security import (
    RegisterFormV2,
    RoleMixin,
    Security,
    SQLAlchemySessionUserDatastore,
    UserMixin,
    user_authenticated,
    user_registered,
)
from sqlalchemy.orm import Mapped, Session, relationship
from werkzeug.local import LocalProxy

from accounts import sign_up, visitors
from accounts.models import Member, MemberRole, Role
from catalog import titles
from core import clock, settings
from core.db import Base
from core.errors import NotFound
from reports import facts
from web.requests import find_visitor_id


class LoginRole(RoleMixin, Base):
    """The library's view of a role."""

    __table__ = Role.__table__


class Login(UserMixin, Base):
    """The library's view of a member: the same row, under the names that it expects."""

    __table__ = Member.__table__

    roles: Mapped[list[LoginRole]] = relationship(  # type: ignore[assignment]  # a narrower list
        secondary=MemberRole.__table__, lazy="selectin", viewonly=True
    )


class _Logins(SQLAlchemySessionUserDatastore):
    """Finds and makes logins in the request's own session; the request commits."""

    def commit(self) -> None:
        self.db.session.flush()

    def create_user(self, **given: Any) -> Login:
        made = super().create_user(**given, **sign_up.fields(given["email"], now=clock.now()))
        self.db.session.flush()  # the id is needed for the visitor and the facts
        return cast(Login, made)


class SignUpForm(RegisterFormV2):
    """E-mail and a password of one's choice; nothing else is asked."""


def start(app: Flask) -> None:
    """Mount the library's pages under ``/account`` with our templates."""
    app.config.update(
        SECURITY_PASSWORD_SALT=settings.current().signing_key,
        SECURITY_PASSWORD_HASH="argon2",
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_PASSWORD_SINGLE_HASH=["argon2"],
        SECURITY_PASSWORD_LENGTH_MIN=12,
        SECURITY_PASSWORD_CONFIRM_REQUIRED=False,
        SECURITY_REGISTERABLE=True,
        SECURITY_USE_REGISTER_V2=True,
        SECURITY_SEND_REGISTER_EMAIL=False,
        SECURITY_CHANGEABLE=True,
        SECURITY_SEND_PASSWORD_CHANGE_EMAIL=False,
        SECURITY_URL_PREFIX="/account",
        SECURITY_LOGIN_URL="/sign-in",
        SECURITY_LOGOUT_URL="/sign-out",
        SECURITY_LOGOUT_METHODS=["POST"],
        SECURITY_REGISTER_URL="/sign-up",
        SECURITY_CHANGE_URL="/password",
        SECURITY_POST_LOGIN_VIEW="/",
        SECURITY_POST_REGISTER_VIEW="/trial",
        SECURITY_POST_LOGOUT_VIEW="/",
        SECURITY_LOGIN_USER_TEMPLATE="account/sign_in.html",
        SECURITY_REGISTER_USER_TEMPLATE="trial/sign_up.html",
        SECURITY_CHANGE_PASSWORD_TEMPLATE="account/password.html",
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False},
        SECURITY_FLASH_MESSAGES=False,
        SECURITY_REDIRECT_VALIDATE_MODE=["regex"],
        SECURITY_DEFAULT_REMEMBER_ME=False,
    )
    logins = _Logins(cast(Any, LocalProxy(lambda: _session())), Login, LoginRole)
    security = Security(app, logins, register_form=SignUpForm)
    security.register_context_processor(_film_to_come)
    user_registered.connect(_welcome, app)
    user_authenticated.connect(_recognise, app)


def _film_to_come() -> dict[str, Any]:
    """The film that the sign-up page names: the one whose trial button led here."""
    there = parse_qs(urlsplit(request.args.get("next", "")).query)
    slug = there.get("film", [""])[0]
    try:
        return {"film": titles.by_slug(g.db, slug) if slug else None}
    except (NotFound, titles.Moved):
        return {"film": None}


def _session() -> Session:
    return cast(Session, g.db)


def _welcome(app: Flask, user: Login, **_: Any) -> None:
    """Join the browser to its new account, once, and note the fact."""
    _join(user, at=clock.now())
    current_app.logger.info("account.made", extra={"member_id": user.id})


def _recognise(app: Flask, user: Login, **_: Any) -> None:
    """Join the browser of somebody who comes back, once; an account that was made without a page
    of ours is noted as of the instant at which it was made."""
    _join(user, at=cast(Any, user).created_at)


def _join(user: Login, *, at: datetime) -> None:
    now, visitor_id = clock.now(), find_visitor_id()
    if visitor_id is not None:
        visitors.join(g.db, visitor_id, user.id, now=now)
    facts.record(
        g.db,
        "account",
        f"member:{user.id}",
        at=at,
        now=now,
        visitor_id=visitor_id,
        member_id=user.id,
    )
