"""Flask-Security at work on our members: sign-in, sign-out, passwords.

The library wants classes of its own shape; ``Login`` is a second view of the member's row that
has it, so the rooms know nothing of Flask and everything about accounts stays in one table.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from flask import Flask, Response, current_app, flash, g, request, session
from flask_security import (
    LoginForm,
    PasswordUtil,
    RoleMixin,
    Security,
    SQLAlchemySessionUserDatastore,
    UserMixin,
    login_user,
    password_changed,
    user_authenticated,
)
from flask_security.changeable import change_user_password
from flask_security.utils import validate_redirect_url, verify_password
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Mapped, Session, aliased, joinedload, relationship
from werkzeug.local import LocalProxy

from accounts import passwords, sign_in_links, visitors
from accounts.models import Member, MemberRole, Role
from core import clock, settings
from core.db import Base
from reports import facts
from web import sessions
from web.password_form import NOT_THE_PRESENT_ONE, THE_SAME, OneNewPassword
from web.requests import find_visitor_id

CAME_BY_LINK = "came_by_link"
LEAVING = ("security.logout", "deletions.delete")
PROVED_FOR = timedelta(minutes=10)
LONGEST_PASSWORD = 128
EASY_TO_GUESS = (
    "This password is easy to guess. Take a few words that have nothing to do with each other."
)


class LoginRole(RoleMixin, Base):
    """The library's view of a role."""

    __table__ = Role.__table__


class Login(UserMixin, Base):
    """The library's view of a member: the same row, under the names that it expects."""

    __table__ = Member.__table__

    roles: Mapped[list[LoginRole]] = relationship(  # type: ignore[assignment]  # a narrower list
        secondary=MemberRole.__table__, lazy="selectin", viewonly=True
    )


class _Reader(UserMixin):
    """A member on a page that changes nothing, as the library asks for them there."""

    roles: list[RoleMixin] = []  # what they open is asked of the member, by ``web/rights.py``

    def __init__(self, member: Member) -> None:
        self.id, self.fs_uniquifier, self.active = member.id, member.fs_uniquifier, member.active


class _SignIn(LoginForm):
    """The library's form, which minds only what was typed. Without its field ``remember``, which
    would have whoever sends it signed in for a year, beside the sessions that can be ended."""

    remember = None

    def validate_next(self, field: Any) -> None:
        """A way back that leads to another site is forgotten; the sign-in holds all the same."""
        if not validate_redirect_url(field.data):
            field.data = ""


class _Passwords(PasswordUtil):
    """The library's rules for a new password, and ours: not too long, not easy to guess."""

    def validate(
        self, password: str, is_register: bool, **kwargs: Any
    ) -> tuple[list[str] | None, str]:
        """What is wrong with a password, in sentences, and the password normalised."""
        told, normal = super().validate(password, is_register, **kwargs)
        if len(normal) > LONGEST_PASSWORD:
            return [f"Choose a password of at most {LONGEST_PASSWORD} characters."], normal
        email = kwargs["user"].email if "user" in kwargs else kwargs.get("email", "")
        about = (settings.current().site_name, "matinee", email)
        if not told and passwords.is_easy_to_guess(normal, *about):
            return [EASY_TO_GUESS], normal
        return told, normal


class _Logins(SQLAlchemySessionUserDatastore):
    """Finds and makes logins in the request's own session; the request commits."""

    def find_user(self, case_insensitive: bool = False, **by: Any) -> Login | _Reader | None:
        """A login; the one of a signed-in request brings its member along, in the same query.
        Whoever only reads was found together with their session."""
        if set(by) != {"fs_uniquifier"}:
            return cast("Login | None", super().find_user(case_insensitive, **by))
        reader = sessions.member_named(by["fs_uniquifier"]) if g.get("only_reads") else None
        if reader is not None:
            return _Reader(reader)
        found = self.db.session.execute(_SIGNED_IN, by).unique().first()
        if found is None:
            return None
        g.known = found[1]  # the session holds what it has read only as long as somebody else does
        return cast(Login, found[0])

    def commit(self) -> None:
        self.db.session.flush()


_Known = aliased(Member)
_SIGNED_IN = (
    select(Login, _Known)
    .join(_Known, _Known.id == Login.__table__.c.id)
    .options(joinedload(Login.roles), joinedload(_Known.roles))
    .where(_Known.fs_uniquifier == bindparam("fs_uniquifier"))
)


def start(app: Flask) -> None:
    """Mount the library's pages under ``/account`` with our templates."""
    app.config.update(
        SECURITY_PASSWORD_SALT=settings.current().signing_key,
        SECURITY_PASSWORD_HASH="argon2",
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_PASSWORD_SINGLE_HASH=["argon2"],
        SECURITY_PASSWORD_LENGTH_MIN=12,
        SECURITY_PASSWORD_CONFIRM_REQUIRED=False,
        SECURITY_CHANGEABLE=True,
        SECURITY_SEND_PASSWORD_CHANGE_EMAIL=False,
        SECURITY_URL_PREFIX="/account",
        SECURITY_LOGIN_URL="/sign-in",
        SECURITY_LOGOUT_URL="/sign-out",
        SECURITY_LOGOUT_METHODS=["POST"],
        SECURITY_CHANGE_URL="/password",
        SECURITY_POST_LOGIN_VIEW="/",
        SECURITY_POST_CHANGE_VIEW="/account/profile",
        SECURITY_POST_LOGOUT_VIEW="/",
        SECURITY_LOGIN_USER_TEMPLATE="account/sign_in.html",
        SECURITY_CHANGE_PASSWORD_TEMPLATE="account/password.html",
        SECURITY_VERIFY_TEMPLATE="account/verify.html",
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False},
        SECURITY_FLASH_MESSAGES=False,
        SECURITY_MSG_INVALID_PASSWORD=(NOT_THE_PRESENT_ONE, "error"),
        SECURITY_MSG_PASSWORD_INVALID_LENGTH=(
            "Choose a password of %(length)s characters or more.",
            "error",
        ),
        SECURITY_MSG_PASSWORD_NOT_PROVIDED=("Type the password.", "error"),
        SECURITY_MSG_PASSWORD_IS_THE_SAME=(THE_SAME, "error"),
        SECURITY_REDIRECT_VALIDATE_MODE=["regex"],
        SECURITY_DEFAULT_REMEMBER_ME=False,
    )
    logins = _Logins(cast(Any, LocalProxy(lambda: _session())), Login, LoginRole)
    security = Security(
        app,
        logins,
        login_form=_SignIn,
        change_password_form=OneNewPassword,
        password_util_cls=_Passwords,
    )
    # Nobody signs in by what a request holds: looking for it reads the whole of a JSON body.
    security.login_manager.request_loader(lambda _: None)
    app.after_request(_leave_nothing)
    user_authenticated.connect(_recognise, app)
    password_changed.connect(_end_links, app)
    password_changed.connect(_say_so, app)


def _leave_nothing(answer: Response) -> Response:
    """Whoever signs out, or deletes the account, leaves neither pages nor places in films to who
    comes next at the browser. Its cookies say nothing of them, and are kept."""
    if request.endpoint in LEAVING and answer.status_code < 400:
        answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def normalised(password: str) -> str:
    """``password`` in the form in which the sign-in page compares it."""
    return str(_security().password_util.normalize(password))


def password_errors(password: str, email: str) -> list[str]:
    """What keeps a password from being used by the owner of an address, in sentences."""
    told, _ = _security().password_util.validate(password, True, email=email)
    return [str(one) for one in told or []]


def readable_address(email: str) -> str:
    """An e-mail address as it is kept. Raises ``ValueError`` where it cannot be one."""
    return str(_security().mail_util.validate(email.strip()))


def welcome(member: Member, visitor_id: int | None) -> None:
    """Sign a new member in; the browser that asked for the account is joined to it, once."""
    _join(member.id, visitor_id or find_visitor_id(), at=clock.now())
    login_user(_session().get_one(Login, member.id), authn_via=["email"])
    current_app.logger.info("account.made", extra={"member_id": member.id})


def sign_in(member: Member) -> None:
    """Sign a member in who has opened the link of an e-mail; for a while that is as good as the
    old password where a new one is set."""
    login_user(_session().get_one(Login, member.id), authn_via=["email"])
    session[CAME_BY_LINK] = [member.id, clock.now().timestamp()]


def came_by_link(member: Member, *, within: timedelta) -> bool:
    """Whether it was a link by which ``member`` signed in here, no longer than ``within`` ago."""
    who, at = session.get(CAME_BY_LINK, (None, 0))
    return bool(who == member.id and clock.now().timestamp() - at <= within.total_seconds())


def may_prove(member: Member) -> bool:
    """Whether somebody can say once more that it is them: by a password, or by the link that has
    just signed them in."""
    return bool(member.password) or came_by_link(member, within=PROVED_FOR)


def is_proved(member: Member, password: str) -> bool:
    """Whether it is ``member`` who sends this: by the link of a moment ago, or the ``password``."""
    if came_by_link(member, within=PROVED_FOR):
        return True
    kept = member.password
    return kept is not None and verify_password(normalised(password[:1000]), kept)


def set_password(member: Member, password: str) -> None:
    """Give a member a new password, normalised already; every other browser is signed out."""
    session.pop(CAME_BY_LINK, None)
    change_user_password(_session().get_one(Login, member.id), password, notify=False)


def _end_links(app: Flask, user: Login, **_: Any) -> None:
    """No link of an earlier e-mail signs in after the password was changed."""
    sign_in_links.end(_session(), cast(Any, user).email, now=clock.now())


def _say_so(app: Flask, **_: Any) -> None:
    flash("Your password is changed, and every other browser is signed out.", "ok")


def _security() -> Any:
    return current_app.extensions["security"]


def _session() -> Session:
    return cast(Session, g.db)


def _recognise(app: Flask, user: Login, **_: Any) -> None:
    """Join the browser of somebody who comes back, once; an account that was made without a page
    of ours is noted as of the instant at which it was made."""
    _join(user.id, find_visitor_id(), at=cast(Any, user).created_at)


def _join(member_id: int, visitor_id: int | None, *, at: datetime) -> None:
    now = clock.now()
    if visitor_id is not None:
        visitors.join(g.db, visitor_id, member_id, now=now)
    facts.record(
        g.db,
        "account",
        f"member:{member_id}",
        at=at,
        now=now,
        visitor_id=visitor_id,
        member_id=member_id,
    )
