"""An act for a person: its form with what will happen, and the press that does it once."""

from __future__ import annotations

import logging
import secrets
from typing import cast

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.models import Member
from accounts.roles import Right
from billing import finding, presses
from billing.gateway import StripeRefused, StripeUnavailable
from core import clock
from core.db import keep
from core.errors import DomainError, NotFound
from web.desk.acts import Act, BadOrder, Order
from web.desk.people import ACTS
from web.looking import gateway
from web.rights import insist, staff_with
from workers import news

log = logging.getLogger(__name__)
pages = Blueprint("desk_pressing", __name__, url_prefix="/desk/person/<int:member_id>")

LONGEST_REASON = 500
LONGEST_KEY = 64
DONE_BEFORE = "This was done already, at the first press."


@pages.get("/<act_name>")
@staff_with(Right.PEOPLE)
def form(member_id: int, act_name: str) -> ResponseReturnValue:
    """What the act will do, what must be filled in, and the reason that it needs."""
    member = finding.by_id(g.db, member_id)
    return _form(_act(act_name, member), member, _fresh_key(), [])


@pages.post("/<act_name>")
@staff_with(Right.PEOPLE)
def press(member_id: int, act_name: str) -> ResponseReturnValue:
    """Do it, keep who and why, and show the person as they stand then; a second press of the same
    form changes nothing."""
    member = finding.by_id(g.db, member_id)
    act = _act(act_name, member)
    order = _order(member)
    if not order.reason:
        wrong = BadOrder("reason", "Write why you do this. It is kept with your name.")
        return _form(act, member, order.key, [wrong]), 422
    try:
        flash(_done(act, act_name, order), "ok")
    except DomainError as refused:
        key = order.key if isinstance(refused, StripeUnavailable) else _fresh_key()
        return _form(act, member, key, [refused]), refused.status
    return redirect(url_for("desk_people.person", member_id=member_id), 303)


class PartOfAnother(DomainError):
    """Nothing is done for an account that is no more; what it had is the survivor's."""

    status = 409
    sentence = "This account has become part of another one. Open that one, and act there."


class Deleted(DomainError):
    """Whoever deleted their account is given nothing and written to no more."""

    status = 409
    sentence = "Its owner has deleted this account. Only what is about its payments can be done."


def _act(name: str, member: Member) -> Act:
    """The act of this name, if the reader may. Raises ``NotFound``, ``Forbidden``,
    ``PartOfAnother`` and ``Deleted``."""
    if name not in ACTS:
        raise NotFound
    insist(*ACTS[name].rights)
    if member.merged_into_id is not None:
        raise PartOfAnother
    if not ACTS[name].suits(member):
        raise Deleted
    return ACTS[name]


def _order(member: Member) -> Order:
    return Order(
        db=g.db,
        stripe=gateway(),
        member=member,
        by=g.member,
        given=request.form,
        reason=request.form.get("reason", "").strip()[:LONGEST_REASON],
        key=request.form.get("press", "")[:LONGEST_KEY] or _fresh_key(),
        now=clock.now(),
    )


def _done(act: Act, name: str, order: Order) -> str:
    """Do the act unless this press was met before; then see what became of it."""
    key = f"{name}:{order.member.id}:{order.key}"
    if not presses.is_first(g.db, key, actor=order.actor, now=order.now):
        return DONE_BEFORE
    said = act.do(order)
    if act.at_stripe:
        keep(g.db)  # it is done at Stripe, whatever becomes of the look that follows
        said += _look(order)
    return said


def _look(order: Order) -> str:
    try:
        news.look(g.db, order.stripe, order.member.id, now=order.now)
    except (StripeUnavailable, StripeRefused) as away:
        g.db.rollback()
        log.warning("look.failed", extra={"error": type(away).__name__})
        return " This page will show it when Stripe's news arrives."
    return ""


def _form(act: Act, member: Member, key: str, refused: list[DomainError]) -> str:
    errors = [(cast(str, getattr(one, "name", "reason")), one.sentence) for one in refused]
    return render_template(
        "desk/act.html",
        act=act,
        person=member,
        form=act.form(g.db, member, clock.now()),
        given=request.values,
        key=key,
        errors=errors,
        wrong=dict(errors),
        longest=LONGEST_REASON,
    )


def _fresh_key() -> str:
    return secrets.token_urlsafe(18)
