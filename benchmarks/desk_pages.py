"""How long the desk's own pages take to answer over a history that is already there."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Iterator, Mapping

from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy import select

from accounts import sessions
from accounts.models import Member
from commands import demo
from core import clock, settings
from core import db as core_db
from reports.questions import Question

TURNS = 9
PAGES = {"funnel": "/desk", "conversion": "/desk/conversion", "films": "/desk/films"}
GOAL_MS = 300


def told(url: str, questions: Mapping[str, Question]) -> Iterator[str]:
    """One line a page, each asked in turns as the operator of the demo, whole and as HTML."""
    settings.use(settings.current().model_copy(update={"database_url": SecretStr(url)}))
    core_db.connect()
    browser = _operator()
    gc.freeze()  # as the server does
    for name, question in questions.items():
        address = f"{PAGES[name]}?from={question.first}&to={question.last}"
        _asked(browser, address)  # the first is cold
        took = [_asked(browser, address) * 1e3 for _ in range(TURNS)]
        told = f"{statistics.median(took):.0f} ms, at most {max(took):.0f}"
        yield f"{PAGES[name]}, warm: {told}; wanted: {GOAL_MS}."
    gc.unfreeze()


def _operator() -> FlaskClient:
    from web.app import create_app  # the import reads the settings

    demo.seed_people()
    token = sessions.new_token()
    with core_db.transaction() as db:
        found = db.scalars(select(Member).where(Member.email == demo.OPERATOR)).one()
        named = {"_user_id": found.fs_uniquifier, "_fresh": True}
        sessions.keep(
            db, token, named, fs_uniquifier=found.fs_uniquifier, device="", now=clock.now()
        )
    browser = create_app().test_client()
    browser.set_cookie("session", token)
    return browser


def _asked(browser: FlaskClient, address: str) -> float:
    began = time.perf_counter()
    answer = browser.get(address)
    took = time.perf_counter() - began
    if answer.status_code != 200:
        raise SystemExit(f"{address} answered {answer.status}.")
    return took
