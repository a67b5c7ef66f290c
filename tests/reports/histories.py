"""Random histories of a small service, written as facts: people who look, join, merge, try, pay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from accounts.models import FormerMark, Member, MemberRole, Role, Visitor
from reports.facts import Noted
from tests import factories

START = datetime(2026, 3, 20, tzinfo=UTC)  # clocks change in Europe some days later
MINUTE = timedelta(minutes=1)
DAYS = 70
AGENTS = ("Mozilla/5.0", "Mozilla/5.0", "Mozilla/5.0 Firefox", "Examplebot/2.1", "python-requests")


@dataclass(frozen=True, slots=True)
class Cast:
    """Who there is: visitors (some never joined), members (some merged, tests, staff), films."""

    visitors: tuple[int, ...]
    members: tuple[int, ...]
    titles: tuple[int, ...]
    slugs: tuple[str, ...]


def instant(chance: Random) -> datetime:
    """Some instant of the history; often one of few, so that things fall together."""
    if chance.random() < 0.3:
        return START + timedelta(days=chance.randrange(DAYS), hours=12)
    if chance.random() < 0.3:
        return START + timedelta(days=20, minutes=chance.randrange(600))
    return START + timedelta(microseconds=chance.randrange(DAYS * 86_400 * 10**6))


def cast(db: Session, chance: Random) -> Cast:
    """People and films without any history."""
    titles = [factories.title(db) for _ in range(3)]
    members = [factories.member(db) for _ in range(chance.randint(1, 4))]
    visitors = [
        Visitor(
            token_hash=str(number),
            first_seen_at=START,
            source=chance.choice([None, "", "newsletter", "search"]),
        )
        for number in range(chance.randint(1, 6))
    ]
    db.add_all(visitors)
    db.flush()
    return Cast(
        tuple(v.id for v in visitors),
        tuple(m.id for m in members),
        tuple(t.id for t in titles),
        tuple(t.slug for t in titles),
    )


def mark(db: Session, found: Cast, chance: Random) -> None:
    """Join some browsers, merge some accounts, and mark some as tests or staff, at instants."""
    for visitor_id in found.visitors:
        if chance.random() < 0.6:
            joined = {"member_id": chance.choice(found.members), "joined_at": instant(chance)}
            db.execute(update(Visitor).where(Visitor.id == visitor_id).values(**joined))
    for place, member_id in enumerate(found.members):
        what = chance.choice(["", "", "", "merged", "test", "staff", "former"])
        since = chance.choice([None, instant(chance)])
        if what == "merged" and place:
            merged = {"merged_into_id": found.members[place - 1], "merged_at": since}
            db.execute(update(Member).where(Member.id == member_id).values(**merged))
        if what == "test":
            test = {"is_test": True, "test_since": since}
            db.execute(update(Member).where(Member.id == member_id).values(**test))
        if what == "former":
            first, last = sorted((since or START, instant(chance)))
            if first < last:
                db.add(FormerMark(member_id=member_id, since=since and first, until=last))
        if what == "staff":
            role = Role(name=f"role {place}")
            db.add(role)
            db.flush()
            db.add(MemberRole(member_id=member_id, role_id=role.id, since=since))
    db.flush()


def facts(found: Cast, chance: Random, number: int) -> list[Noted]:
    """``number`` strokes of fate, some of which are several facts."""
    made: list[Noted] = []
    for stroke in range(number):
        made += chance.choice(STROKES)(found, chance, str(stroke))
    return made


def _who(found: Cast, chance: Random) -> dict[str, Any]:
    """A browser nobody is signed in with, one with somebody, somebody, or one from elsewhere."""
    visitor, member = chance.choice(found.visitors), chance.choice(found.members)
    return chance.choice(
        [
            *([{"visitor_id": visitor}] * 4),
            {"visitor_id": visitor, "member_id": member},
            {"member_id": member},
        ]
    )


def _looks(found: Cast, chance: Random, key: str) -> list[Noted]:
    who, at, title = _who(found, chance), instant(chance), chance.choice((*found.titles, None))
    data = {"agent": chance.choice(AGENTS)}
    made = [Noted(kind="visit", key=key, at=at, title_id=title, data=data, **who)]
    for kind in ("cta_seen", "cta_click"):
        at += chance.choice([timedelta(), MINUTE, timedelta(days=chance.randrange(9))])
        if chance.random() < 0.7:
            made.append(Noted(kind=kind, key=key, at=at, title_id=title, **who))
    return made


def _crawls(found: Cast, chance: Random, key: str) -> list[Noted]:
    who, at = _who(found, chance), instant(chance)
    pace = chance.choice([timedelta(seconds=1), timedelta(seconds=2)])
    pages = chance.choice([59, 60, 61])
    return [
        Noted(kind="visit", key=f"{key}.{page}", at=at + page * pace, data={}, **who)
        for page in range(pages)
    ]


def _goes_the_way(found: Cast, chance: Random, key: str) -> list[Noted]:
    """The steps in their order, a few of them left out, from a look to a payment."""
    visitor, member = chance.choice(found.visitors), chance.choice(found.members)
    title, at = chance.choice(found.titles), instant(chance)
    browser = {"visitor_id": visitor, "title_id": title}
    account = {"member_id": member}
    ends = (at + timedelta(days=chance.choice([7, 30]))).isoformat()
    steps: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
        ("visit", browser, {"agent": "Mozilla/5.0"}),
        ("cta_seen", browser, {}),
        ("cta_click", browser, {}),
        ("account", account, {}),
        ("checkout_open", account, {"code_film": chance.choice([None, *found.slugs])}),
        ("trial", account, {"subscription": key, "trial_ends_at": ends, "kind": "trial"}),
        ("play", {**account, "title_id": title}, {"seconds": chance.choice([60, 120, 500])}),
        ("payment", account, {**_money(chance), "subscription": key}),
    ]
    made: list[Noted] = []
    for kind, who, data in steps:
        if chance.random() < 0.95:
            cut = kind in ("trial", "payment")
            when = at.replace(microsecond=0) if cut else at
            made.append(Noted(kind=kind, key=key, at=when, data=data, **who))
        at += chance.choice([timedelta(), MINUTE, timedelta(hours=30), timedelta(milliseconds=300)])
    return made


def _money(chance: Random) -> dict[str, Any]:
    return {
        "gross_minor": chance.choice([-6189, 0, 699, 9990]),
        "tax_minor": 0,
        "currency": chance.choice(["gbp", "usd"]),
        "interval": chance.choice(["month", "year"]),
        "price_minor": chance.choice([None, None, 699]),
    }


def _trial(found: Cast, chance: Random, key: str) -> list[Noted]:
    at = instant(chance).replace(microsecond=0)
    ends = (at + timedelta(days=chance.choice([7, 30]))).isoformat()
    who = _subscriber(found, chance)
    data = {
        **who["data"],
        "subscription": _subscription(who, chance),
        "trial_ends_at": ends,
        "charge_at": ends,
        "carded": chance.random() < 0.7,
        "film": chance.choice([None, "brought-along"]),
        "kind": chance.choice(["trial"] * 6 + ["retention", "staff"]),
    }
    return [Noted(kind="trial", key=key, at=at, **{**who, "data": data})]


def _subscription(who: dict[str, Any], chance: Random) -> str:
    """One of two that somebody may have; nobody shares one."""
    return f"{who.get('member_id', who['data'].get('person'))} {chance.choice('AB')}"


def _subscriber(found: Cast, chance: Random) -> dict[str, Any]:
    if chance.random() < 0.2:
        return {"data": {"person": chance.choice(["ada", "ben"])}}
    return {"data": {}, "member_id": chance.choice(found.members)}


def _later(found: Cast, chance: Random, key: str) -> list[Noted]:
    """Something that may befall a trial: a change, or an end."""
    at, who = instant(chance), _subscriber(found, chance)
    change = chance.choice(
        ["cancel set", "cancel unset", "extended", "ended early", "fraud", "fraud unset"]
    )
    moved = None if change.startswith(("cancel", "fraud")) else at + timedelta(days=4)
    happened: list[tuple[str, dict[str, Any]]] = [
        ("ended", {"cause": chance.choice(["voluntary", "payment", "no_method", "operator"])}),
        ("pause", {}),
        ("trial_change", {"change": change, "trial_ends_at": moved and moved.isoformat()}),
    ]
    kind, data = chance.choice(happened)
    data |= {**who["data"], "subscription": _subscription(who, chance)}
    return [Noted(kind=kind, key=key, at=at, **{**who, "data": data})]


def _pays(found: Cast, chance: Random, key: str) -> list[Noted]:
    """Money, some of which goes back."""
    at, who = instant(chance), _subscriber(found, chance)
    data = {**who["data"], **_money(chance), "subscription": _subscription(who, chance)}
    made = [Noted(kind="payment", key=key, at=at, **{**who, "data": data})]
    back = at + timedelta(days=chance.randrange(40))
    about = {**who["data"], "payment": key}
    refund = {**about, "refunded_minor": chance.choice([100, 9990])}
    dispute = {**about, "status": chance.choice(["open", "lost", "won"])}
    if chance.random() < 0.3:
        made.append(Noted(kind="refund", key=key, at=back, **{**who, "data": refund}))
    if chance.random() < 0.3:
        made.append(Noted(kind="dispute", key=key, at=back, **{**who, "data": dispute}))
    return made


STROKES = [_looks] * 8 + [_crawls] + [_goes_the_way] * 6 + [_trial] * 3 + [_later] * 4 + [_pays] * 4


def parts(made: Sequence[Noted], chance: Random) -> list[list[Noted]]:
    """The same facts in any order, some twice, in a few lots."""
    mixed = [*made, *chance.sample(made, len(made) // 5)]
    chance.shuffle(mixed)
    size = max(1, len(mixed) // 3)
    return [mixed[first : first + size] for first in range(0, len(mixed), size)]
