"""Acts about a person's account: e-mails, devices, marks of test and fraud, roles."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from access import playback
from accounts import roles, sessions
from accounts.models import Member
from accounts.roles import Right
from billing import audit, staff
from core import keyset
from notices import ledger, resending
from notices.models import Notice
from reports import marking
from web.desk.acts import Act, BadOrder, Control, Form, Order
from web.filters import full_date

LATELY = 20
MARKED = "Every trial of this person is marked as fraud already."


def _resend_form(db: Session, member: Member, now: datetime) -> Form:
    sent = ledger.of_member(db, member.id, limit=LATELY)
    if not sent:
        return Form((), refused="Nothing was ever sent to this person.")
    told = (
        f"It goes to {member.email}, with what is true now.",
        "An e-mail that is no longer true, such as the reminder of a trial that was cancelled, "
        "is not sent again.",
    )
    choices = [(str(one.id), _notice_words(one)) for one in sent]
    return Form(told, (Control("notice", "E-mail", options=choices, value=choices[0][0]),))


def _notice_words(notice: Notice) -> str:
    name = notice.kind.replace("_", " ").capitalize()
    return f"{name}, {full_date(notice.owed_at)} ({notice.state})"


def _resend(order: Order) -> str:
    number = keyset.number(order.text("notice"))
    notice = order.db.get(Notice, number) if number is not None else None
    if notice is None or notice.member_id != order.member.id:
        raise BadOrder("notice", "Choose one of the e-mails to this person.")
    resending.again(
        order.db, notice, actor=order.actor, reason=order.reason, key=order.key, now=order.now
    )
    return "The e-mail goes out within a minute."


def _sign_out_form(db: Session, member: Member, now: datetime) -> Form:
    signed_in = len(sessions.of_member(db, member.id))
    playing = len(playback.alive_of(db, member.id, now=now))
    if not signed_in and not playing:
        return Form((), refused="This person is signed in nowhere.")
    return Form(
        (
            f"Browsers that are signed in: {signed_in}. Players that are running: {playing}.",
            "All of them are signed out and stopped. The password stays.",
        )
    )


def _sign_out(order: Order) -> str:
    signed_in = len(sessions.of_member(order.db, order.member.id))
    streams = playback.alive_of(order.db, order.member.id, now=order.now)
    sessions.end_all(order.db, order.member.id)
    for stream in streams:
        playback.stop(stream, now=order.now)
    audit.note(
        order.db,
        now=order.now,
        actor=order.actor,
        action="devices.signed_out",
        reason=order.reason,
        member_id=order.member.id,
        before={"signed in": signed_in, "players": len(streams)},
        after={"signed in": 0, "players": 0},
    )
    return "Every device is signed out."


def _test_form(db: Session, member: Member, now: datetime) -> Form:
    stands = "a test account" if member.is_test else "counted like everybody"
    told = (
        f"This person is {stands}.",
        "Test accounts are left out of every report, for the past as well.",
    )
    choices = (("yes", "A test account"), ("no", "Counted like everybody"))
    value = "no" if member.is_test else "yes"
    return Form(told, (Control("test", "From now on", options=choices, value=value),))


def _mark_test(order: Order) -> str:
    chosen = order.text("test")
    if chosen not in ("yes", "no"):
        raise BadOrder("test", "Choose how the person is counted.")
    marking.as_test(
        order.db,
        order.member,
        chosen == "yes",
        actor=order.actor,
        reason=order.reason,
        now=order.now,
    )
    return "This is a test account now." if chosen == "yes" else "This person is counted now."


def _fraud_form(db: Session, member: Member, now: datetime) -> Form:
    if not marking.unmarked(db, member.id):
        marked = marking.fraudulent(db, member.id)
        return Form((), refused=MARKED if marked else marking.NoTrialToMark.sentence)
    return Form(
        (
            "The person's trials move to the line of fraud in every report, from now on.",
            "It refunds nothing and ends nothing. The mark can be taken back; reports drawn for an "
            "instant before that keep it.",
        )
    )


def _mark_fraud(order: Order) -> str:
    found = marking.as_fraud(
        order.db, order.member.id, actor=order.actor, reason=order.reason, now=order.now
    )
    return f"Trials marked as fraud: {found}."


def _honest_form(db: Session, member: Member, now: datetime) -> Form:
    marked = len(marking.fraudulent(db, member.id))
    if not marked:
        return Form((), refused=marking.NoMark.sentence)
    told = (
        f"Trials that are counted again from now on: {marked}.",
        "Reports drawn for an instant before now keep the mark. What was refunded or ended stays "
        "so.",
    )
    return Form(told)


def _mark_honest(order: Order) -> str:
    found = marking.as_honest(
        order.db, order.member.id, actor=order.actor, reason=order.reason, now=order.now
    )
    return f"Trials that are counted again: {found}."


def _roles_form(db: Session, member: Member, now: datetime) -> Form:
    held = {role.name for role in member.roles}
    told = (
        "Roles hold from the next request on. Staff are left out of every report.",
        "Viewer: figures. Support: people, days, e-mails, devices. Finance: refunds, evidence, "
        "drift, the audit. Admin: everything, films and roles too.",
    )
    ticks = [(name, name.capitalize(), name in held) for name in roles.NAMES]
    return Form(told, (Control("role", "Roles", ticks=ticks),))


def _set_roles(order: Order) -> str:
    names = set(order.given.getlist("role"))
    if not names <= set(roles.NAMES):
        raise BadOrder("role", "Choose among the roles that there are.")
    staff.set_roles(
        order.db, order.member, names, actor=order.actor, reason=order.reason, now=order.now
    )
    return "The roles hold from the next request on."


MARKS = (Right.CARE, Right.MONEY)
RESEND = Act("Send an e-mail again", "Send it again", (Right.CARE,), _resend_form, _resend)
SIGN_OUT = Act(
    "Sign out every device", "Sign out every device", (Right.CARE,), _sign_out_form, _sign_out
)
TEST = Act("Mark as a test account", "Keep this", MARKS, _test_form, _mark_test, is_of_money=True)
FRAUD = Act(
    "Mark as fraud",
    "Mark as fraud",
    (Right.MONEY,),
    _fraud_form,
    _mark_fraud,
    is_grave=True,
    is_of_money=True,
)
HONEST = Act(
    "Take back the mark of fraud",
    "Count them again",
    (Right.MONEY,),
    _honest_form,
    _mark_honest,
    is_of_money=True,
)
ROLES = Act("Change roles", "Change roles", (Right.ROLES,), _roles_form, _set_roles)
