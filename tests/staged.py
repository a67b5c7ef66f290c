"""A seeded product in which somebody stands in every state, for pictures of all its pages."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

from flask import abort
from pydantic import SecretStr
from sqlalchemy import select

from accounts import sessions
from accounts.models import Member
from billing.models import Offer
from catalog import seeding, similar_finding
from catalog.models import Title
from commands import demo
from core import clock, db, ports, settings
from tests import databases, factories
from tests import world as worlds
from tests.serving import served
from tests.world import World

REFUSALS = (429, 500, 503)
FAILING_CARD = "4000000000000341"
FILM = "leaving-las-vegas"


@dataclass(frozen=True)
class Stage:
    """Where the product is, and the session of whoever stands in a state."""

    address: str
    sessions: dict[str, str]
    welcome: str
    """The address to which the payment page led the one who is trialing."""


@contextmanager
def staged() -> Iterator[Stage]:
    """Start it on embedded services; everything is gone at the end of the block."""
    with (
        tempfile.TemporaryDirectory() as folder,
        databases.server() as server,
        databases.clone(server, "staged") as url,
    ):
        port, home = ports.free(), Path(folder)
        settings.use(_settings(home, url, port))
        from web.app import create_app  # the import reads the settings

        db.connect()
        with db.session() as session, worlds.made(session, home, stands=False) as world:
            found, welcome = _seeded(world)
            app = create_app(stripe=world.stripe)
            for status in REFUSALS:
                app.add_url_rule(f"/refusals/{status}", str(status), _refusing(status))
            with served(app, port) as address:
                yield Stage(address, found, welcome)
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


def _seeded(world: World) -> tuple[dict[str, str], str]:
    """The demo's films, and a member in each state; their sessions by its name."""
    demo.seed_people()
    seeding.load(world.db, now=clock.now())
    similar_finding.refresh(world.db, now=clock.now())
    world.db.commit()
    world.offer = world.db.scalars(select(Offer).order_by(Offer.id)).first()  # type: ignore[assignment]  # the demo has one
    world.title = world.db.scalars(select(Title).where(Title.slug == FILM)).one()
    gone = factories.title(world.db, name="Gone")
    gone.status = "withdrawn"
    world.db.commit()
    world.site.application.config["WTF_CSRF_ENABLED"] = False
    people = _people(world)
    operator = select(Member).where(Member.email == demo.OPERATOR)
    people["operator"] = world.db.scalars(operator).one()
    attempt = world.open_checkout(people["trialing"])
    world.pay(attempt)
    world.deliver()
    found = {state: _session(world, member) for state, member in people.items()}
    return found, f"/trial/welcome?film={FILM}&session_id={attempt.stripe_session_id}"


def _people(world: World) -> dict[str, Member]:
    """Whoever began early enough; the trial that is running now is begun by the caller."""
    names = ("active", "past_due", "ended", "ending", "cancelled", "trialing", "member")
    people = {name: world.member(email=f"{name}@example.org") for name in names}
    world.start_trial(people["active"])
    world.start_trial(people["past_due"], FAILING_CARD)
    world.start_trial(people["ended"])
    _cancel(world, people["ended"])
    world.advance(days=7, step=timedelta(days=1))
    world.start_trial(people["ending"])
    world.advance(days=24, step=timedelta(days=1))
    world.start_trial(people["cancelled"])
    _cancel(world, people["cancelled"])
    return people


def _cancel(world: World, member: Member) -> None:
    answer = world.signed_in(member).post("/account/cancellation")
    assert answer.status_code == 303, answer.status
    world.deliver()


def _session(world: World, member: Member) -> str:
    token = sessions.new_token()
    name = member.fs_uniquifier
    data = {"_user_id": name, "_fresh": True}
    sessions.keep(world.db, token, data, fs_uniquifier=name, device="", now=clock.now())
    world.db.commit()
    return token
