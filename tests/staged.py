"""A seeded product in which somebody stands in every state, for pictures of all its pages."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn

from flask import abort
from pydantic import SecretStr
from sqlalchemy import delete, select

from access import gate, playback, standing
from access.gate import Answer
from access.standing import State
from accounts import email_changes, sessions, sign_in_links, sign_up_requests
from accounts.models import Member
from billing.case_models import Termination, Withdrawal
from billing.models import Offer
from catalog import encoding, reviews, scores, seeding, similar_finding
from catalog.models import CollectionTitle, Review, Title, Trailer
from commands import demo
from core import clock, db, ports, settings, tokens
from notices import words
from notices.ways_in import EMAIL_CHANGE_LINK, SIGN_IN_LINK, SIGN_UP_LINK
from tests import databases, factories, sites, staged_people
from tests import world as worlds
from tests.serving import served
from tests.world import World

REFUSALS = (413, 429, 500, 503)
FILM, HELD_BACK = "leaving-las-vegas", "held-back"
NOT_YET, BARE, LONG, FROM_RIGHT = "the-last-reel", "m", "a-long-name", "right-to-left"
# Visitors by the country that they chose: what we sell is sold in neither.
COUNTRIES = {"nothing_for_sale": "FR", "partner_alone": "AT"}


@dataclass(frozen=True)
class Stage:
    """Where the product is, the session of whoever stands in a state, and the pages by name that
    are that person's alone: the way back from payment, the links of e-mails. ``met`` is where
    somebody stands, and what the watch gate answers somebody."""

    address: str
    sessions: dict[str, str]
    pages: dict[str, dict[str, str]]
    met: frozenset[State | Answer] = frozenset()


def staged() -> AbstractContextManager[Stage]:
    """Start it on embedded services; everything is gone at the end of the block."""
    return _started(_seeded)


def empty() -> AbstractContextManager[Stage]:
    """The same before there is a film: the offer is there, and nothing to watch."""
    return _started(_without_films)


def uncollected() -> AbstractContextManager[Stage]:
    """The same with films that nobody has put into collections, as after an import."""
    return _started(_without_collections)


@contextmanager
def _started(seeded: Callable[[World], Stage]) -> Iterator[Stage]:
    with (
        tempfile.TemporaryDirectory() as folder,
        databases.server() as server,
        databases.clone(server, "staged") as url,
    ):
        port, home = ports.free(), Path(folder)
        settings.use(_settings(home, url, port))
        db.connect()
        with db.session() as session, worlds.made(session, home, stands=False) as world:
            stage = seeded(world)
            app = sites.made(stripe=world.stripe)
            for status in REFUSALS:
                app.add_url_rule(f"/refusals/{status}", str(status), _refusing(status))
            with served(app, port) as address:
                yield replace(stage, address=address)
        db.Sessions.kw["bind"].dispose()


def _refusing(status: int) -> Callable[[], NoReturn]:
    """A view that answers ``status``; it has a name, as the site wants of every view."""

    def refuse() -> NoReturn:
        abort(status)

    return refuse


def _settings(home: Path, url: str, port: int) -> settings.Settings:
    return settings.Settings(
        _env_file=None,
        home=home,
        port=port,
        database_url=SecretStr(url),
        broker_url=SecretStr("memory://"),
        trials_per_card=100,
    )


def _without_films(_: World) -> Stage:
    demo.seed_people()
    return Stage("", {}, {})


def _without_collections(world: World) -> Stage:
    demo.seed_people()
    seeding.load(world.db, now=clock.now())
    world.db.execute(delete(CollectionTitle))
    world.db.commit()
    return Stage("", {}, {})


def _seeded(world: World) -> Stage:
    """The demo's films, and a member in each state; their sessions, and pages, by its name."""
    demo.seed_people()
    seeding.load(world.db, now=clock.now())
    encoding.attach(world.db, world.home, now=clock.now(), film_seconds=12, trailer_seconds=6)
    _odd_films(world)
    similar_finding.refresh(world.db, now=clock.now())
    world.db.commit()
    world.offer = world.db.scalars(select(Offer).order_by(Offer.id)).first()  # type: ignore[assignment]  # the demo has one
    world.title = world.db.scalars(select(Title).where(Title.slug == FILM)).one()
    gone = factories.title(world.db, name="Gone")
    gone.status = "withdrawn"
    world.db.commit()
    world.site.application.config["WTF_CSRF_ENABLED"] = False
    people = staged_people.made(world)
    operator = select(Member).where(Member.email == demo.OPERATOR)
    people["operator"] = world.db.scalars(operator).one()
    attempt = world.open_checkout(people["trialing"])
    world.pay(attempt)
    world.deliver()
    _watching(world, people["active"])
    _moderated(world, reporter=people["member"])
    _partnered(world, people["member"])
    met = _met(world, people.values())
    found = {state: _session(world, _of(member)) for state, member in people.items()}
    found["asking"], links = _asking(world)
    found["come_by_link"], proved = _come_by_link(world, people["member"])
    pages = _pages(world, people, welcome=attempt.stripe_session_id or "")
    return Stage("", found, {**pages, "asking": links, "come_by_link": proved}, met)


def _met(world: World, people: Iterable[Member]) -> frozenset[State | Answer]:
    """Where these people and a visitor stand, and what the gates of a film and of a trailer that
    is held back answer them."""
    held_back = select(Trailer).join(Title).where(Title.slug == HELD_BACK)
    trailer, now, met = world.db.scalars(held_back).one(), clock.now(), set[State | Answer]()
    for one in (None, *people):
        met |= {
            standing.of(world.db, one, now=now).state,
            gate.may_watch(world.db, one, world.title, now=now),
            gate.may_see_trailer(world.db, one, trailer, now=now),
        }
    return frozenset(met)


def _pages(world: World, people: dict[str, Member], *, welcome: str) -> dict[str, dict[str, str]]:
    """The pages that are there for one state alone; ``welcome`` is the session of the payment."""
    review = world.db.scalars(select(Review.id).where(Review.title_id == world.title.id)).first()
    merger = f"/desk/person/{people['active'].id}/merger"
    links_of = {"trialing": people["trialing"], "cancelled": people["cancelled"]}
    return {
        "anonymous": _mailed_links(world, **links_of),
        "trialing": {
            "welcome": f"/trial/welcome?film={FILM}&session_id={welcome}",
            "review-report": f"/film/{FILM}/reviews/{review}/report",
            "film-not-yet": f"/film/{NOT_YET}",
            "watch-not-yet": f"/watch/{NOT_YET}",
        },
        "active": {"watch-too-many": f"/watch/{FILM}"},
        "operator": {
            "desk-merger": merger,
            "desk-merger-told": f"{merger}?other={people['member'].email}",
        },
    }


def _odd_films(world: World) -> None:
    """Films of which little is known or much: without a video, without any fact, with a name that
    fills the page; one whose trailer is for members, and one that has left, as the last of a
    genre."""
    video = world.db.scalars(select(Title.video_id).where(Title.slug == FILM)).one()
    factories.title(world.db, name="The Last Reel", slug=NOT_YET, genres=["Drama"], popularity=-1)
    factories.title(world.db, name="M", slug=BARE, year=None, video_id=video, popularity=-1)
    name = "The Long and Winding Name of a Film that Would not End " * 7
    factories.title(world.db, name=name.strip(), slug=LONG, video_id=video, popularity=-1)
    name = "نوسفراتو: سيمفونية الرعب"
    factories.title(world.db, name=name, slug=FROM_RIGHT, genres=["Drama"], popularity=-1)
    held_back = factories.title(world.db, name="Held Back", slug=HELD_BACK, popularity=-1)
    factories.trailer(world.db, held_back, gate="signed in", video_id=video)
    factories.title(world.db, name="Left", genres=["Westerns"], status="withdrawn", popularity=-1)


def _moderated(world: World, *, reporter: Member) -> None:
    """A review that was reported, and one that was hidden."""
    reported = factories.review(
        world.db, world.title, name="Bob", text="My number is 0115 496 0000."
    )
    reviews.report(world.db, reported.id, reporter, "A telephone number.", now=clock.now())
    long = world.db.scalars(select(Title).where(Title.slug == LONG)).one()
    factories.review(world.db, long, name="Bob", text="Call me.", status="hidden")
    scores.refresh(world.db, world.title.id)
    world.db.commit()


def _partnered(world: World, member: Member) -> None:
    """What a partner proposes to this member, and where we sell nothing of our own."""
    member.territory = "IE"
    world.offer.territories = [settings.current().territory, "IE"]
    alone = COUNTRIES["partner_alone"]
    partner = {"kind": "partner", "brand": "Popflix", "partner_url": "https://example.org/pop"}
    factories.offer(world.db, code="pop", territories=["IE", alone], **partner)
    world.db.commit()


def _mailed_links(world: World, *, trialing: Member, cancelled: Member) -> dict[str, str]:
    """Pages that open from a mailed link, for whoever is not signed in."""
    world.site.post("/withdraw", data={"name": "Noel", "email": "noel@example.org"})
    later = clock.now().date() + timedelta(days=20)
    termination = {"name": "Noel", "email": cancelled.email, "kind": "ordinary"}
    termination["wished_on"] = later.isoformat()
    world.site.post("/cancellation", data=termination)
    withdrawal = world.db.scalars(select(Withdrawal)).one()
    declared = world.db.scalars(select(Termination)).one()
    links = {
        "cancel-by-link": words.cancel_link(trialing.id),
        "kept-by-link": f"{words.cancel_link(trialing.id)}/kept",
        "withdraw-by-link": words.withdraw_link(str(withdrawal.id)),
        "keep-by-link": words.keep_link(str(declared.id)),
    }
    return {name: link.removeprefix(settings.current().origin) for name, link in links.items()}


def _watching(world: World, member: Member) -> None:
    """Fill the member's places for as long as pictures are taken."""
    for device in ("Firefox on Linux", "Chrome on Android", "Safari on iPad"):
        now = clock.now() + timedelta(days=1)
        playback.start(world.db, member, world.title, device=device, now=now)
    world.db.commit()


def _asking(world: World) -> tuple[str, dict[str, str]]:
    """A browser that has asked for both links, and where they lead: one here, one elsewhere."""
    from web import sign_in_links as by_link
    from web import signing_up  # the import reads the settings

    db, now = world.db, clock.now()
    there = f"/trial?film={FILM}"
    new, stranger, late = (
        sign_up_requests.ask(db, email, "", there=there, zone="", visitor_id=None, now=at)
        for email, at in (
            ("noel@example.org", now),
            ("eve@example.org", now),
            ("late@example.org", now - timedelta(hours=2)),
        )
    )
    known = sign_in_links.ask(db, "member@example.org", there="/", now=now)
    token = _session(world, {signing_up.ASKED: new.id, by_link.ASKED: known.id})
    return token, {
        "sign-up-sent": "/account/sign-up/sent",
        "sign-up-elsewhere": f"/account/sign-up/{tokens.sign(SIGN_UP_LINK, stranger.id)}",
        "sign-up-link-old": f"/account/sign-up/{tokens.sign(SIGN_UP_LINK, late.id)}",
        "sign-in-link-sent": "/account/sign-in/link/sent",
        "sign-in-link-press": f"/account/sign-in/link/{tokens.sign(SIGN_IN_LINK, known.id)}",
    }


def _come_by_link(world: World, member: Member) -> tuple[str, dict[str, str]]:
    """A browser that a link has just signed in, and what it may do without the old password."""
    from web import email_changes as by_email  # the import reads the settings
    from web import identity

    change = email_changes.ask(world.db, member, "ada@new.example", now=clock.now())
    proved = {identity.CAME_BY_LINK: [member.id, clock.now().timestamp()]}
    token = _session(world, {**_of(member), **proved, by_email.ASKED: change.id})
    return token, {
        "new-password": "/account/new-password",
        "email": "/account/email",
        "email-sent": "/account/email/sent",
        "email-link": f"/account/email/{tokens.sign(EMAIL_CHANGE_LINK, change.id)}",
    }


def _of(member: Member) -> dict[str, Any]:
    return {"_user_id": member.fs_uniquifier, "_fresh": True}


def _session(world: World, data: dict[str, Any]) -> str:
    token, name = sessions.new_token(), data.get("_user_id")
    sessions.keep(world.db, token, data, fs_uniquifier=name, device="", now=clock.now())
    world.db.commit()
    return token
