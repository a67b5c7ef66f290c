"""People at the desk: one found by what is in hand, their whole story, and the acts for them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from access import explanation, standing
from accounts import roles, sessions
from accounts.models import Member
from accounts.roles import Right
from billing import customers, finding, giving, refunds
from core import clock
from reports import story, story_sources
from web.desk import naming, paging
from web.desk.acts import Act
from web.desk.acts_of_care import FRAUD, HONEST, RESEND, ROLES, SIGN_OUT, TEST
from web.desk.acts_of_joining import MERGER
from web.desk.acts_of_money import CANCELLATION, REFUND, charges
from web.desk.acts_of_time import EXTENSION, GIFT
from web.rights import staff_with

pages = Blueprint("desk_people", __name__, url_prefix="/desk")

ACTS: dict[str, Act] = {
    "extension": EXTENSION,
    "cancellation": CANCELLATION,
    "refund": REFUND,
    "gift": GIFT,
    "resend": RESEND,
    "sign-out": SIGN_OUT,
    "test": TEST,
    "fraud": FRAUD,
    "fraud-unset": HONEST,
    "merger": MERGER,
    "roles": ROLES,
}
"""Every act by the word that stands in its address."""


@pages.get("/find")
@staff_with(Right.PEOPLE)
def find() -> ResponseReturnValue:
    """A person by the start of an address or an id of Stripe's; without either, the newest."""
    text = paging.said("q")[:254]
    if text:
        found = finding.like(g.db, text)
        if len(found) == 1 and text.lower() in (found[0].email, f"member {found[0].id}"):
            return redirect(url_for("desk_people.person", member_id=found[0].id), 303)
        return render_template("desk/find.html", text=text, people=found, beside=None)
    page = finding.newest(g.db, paging.place())
    return render_template("desk/find.html", text="", people=page.rows, beside=paging.beside(page))


@pages.get("/person/<int:member_id>")
@staff_with(Right.PEOPLE)
def person(member_id: int) -> ResponseReturnValue:
    """One person: where they stand, what the gate says and why, what they paid, their story."""
    member, now = finding.by_id(g.db, member_id), clock.now()
    told = story.page(
        g.db,
        member.id,
        story_sources.SOURCES,
        behind=request.args.get("behind"),
        before=request.args.get("before"),
        oldest_first=request.args.get("order") == paging.OLDEST,
    )
    customer = customers.find_by_member(g.db, member.id)
    return render_template(
        "desk/person.html",
        person=member,
        state=standing.of(g.db, member, now=now),
        gate=explanation.of(g.db, member, now=now),
        stripe_id=customer.stripe_id if customer else None,
        charges=[(one, refunds.left(one)) for one in charges(g.db, member.id)],
        given=giving.of_member(g.db, member.id),
        devices=len(sessions.of_member(g.db, member.id)),
        lines=told.lines,
        beside=paging.beside(told),
        names=naming.of_actors(g.db, [line.actor for line in told.lines]),
        acts=[] if member.merged_into_id else _of_use(member, now),
        now=now,
        survivor=g.db.get(Member, member.merged_into_id or 0),
    )


def _of_use(member: Member, now: datetime) -> list[tuple[str, Act]]:
    """Those of the acts that can be done for ``member`` now."""
    forms = ((name, act, act.form(g.db, member, now)) for name, act in open_acts())
    return [(name, act) for name, act, form in forms if not form.refused and act.suits(member)]


def open_acts() -> list[tuple[str, Act]]:
    """The acts that the reader's roles open, by the word of their address."""
    return [(name, act) for name, act in ACTS.items() if roles.may(g.member, *act.rights)]


@pages.app_context_processor
def _rights() -> dict[str, Any]:
    """Whether the reader may do something, asked by the templates before they print a link."""

    def may(*rights: str) -> bool:
        return g.get("member") is not None and roles.may(g.member, *map(Right, rights))

    return {"may": may}
