"""Pages of members and staff are sound HTML, and ask nothing of another host."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from billing.models import StripeEvent
from core import settings
from tests.web import desk, playing
from tests.web.reading import parsed
from tests.world import World

TABS = ("", "/invoices", "/devices", "/emails", "/profile", "/plan", "/cancellation")
REPORTS = ("", "/conversion", "/films", "/watching", "/origins", "/revenue", "/calendar")
UPKEEP = ("/reminders", "/experiments", "/alarms", "/events", "/drift", "/audit")
SHELVES = ("/find", "/reviews", "/catalogue")
FETCHED = {"src", "srcset", "poster", "data-source", "action", "formaction"}


@pytest.fixture
def film(world: World) -> str:
    """A film with a file behind it, and the offer that opens it; no clock stands on a second."""
    world.leap(microseconds=508_372)
    assert world.offer.active
    slug = playing.film(world.db, world.home, name="Nosferatu").slug
    world.db.commit()
    return slug


def test_each_step_of_a_trial_the_player_and_the_account_are_sound_and_our_own(
    world: World, film: str
) -> None:
    # given somebody before their trial
    ada = world.member(email="ada@example.org")
    browser = world.signed_in(ada)
    _look(world.site, "/account/sign-up?next=/trial")
    _look(browser, f"/trial?film={film}")

    # when it has begun
    attempt = world.open_checkout(ada)
    world.pay(attempt)
    world.deliver()

    # then everything that they meet is sound
    _look(browser, f"/trial/welcome?film={film}&session_id={attempt.stripe_session_id}")
    for path in (f"/watch/{film}", f"/film/{film}/trailer", *(f"/account{tab}" for tab in TABS)):
        _look(browser, path)


def test_every_page_of_the_desk_is_sound_and_our_own(world: World, film: str) -> None:
    ada = world.member(email="ada@example.org")
    world.start_trial(ada)
    browser = world.signed_in(desk.staff(world.db, "admin"))
    event = world.db.scalars(select(StripeEvent.id)).first()

    for path in (*REPORTS, *UPKEEP, *SHELVES, f"/person/{ada.id}", f"/events/{event}"):
        _look(browser, f"/desk{path}")


def _look(browser: FlaskClient, path: str) -> None:
    """Read a page strictly; nothing that a browser would fetch for it is of another host."""
    answer = browser.get(path)
    assert answer.status_code == 200, (path, answer.status, answer.location)
    others = [one for element in parsed(answer.text).iter() for one in _foreign(element)]
    assert (path, others) == (path, [])


def _foreign(element: Any) -> list[str]:
    names = FETCHED | ({"href"} if element.tag == "link" else set())
    told = [str(element.get(name)) for name in names if element.get(name)]
    own = settings.current().origin
    return [one for one in told if "//" in one.replace(f"{own}/", "/")]
