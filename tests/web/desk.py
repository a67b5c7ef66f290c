"""What stories of the desk share: staff of each role, and forms pressed as they press them."""

from __future__ import annotations

import html
import re
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from accounts import sign_up
from accounts.models import Member
from tests import factories
from tests.web.forms import TOKEN

PRESS = re.compile(r'name="press" value="([^"]+)"')


def staff(db: Session, *names: str) -> Member:
    """Somebody of the staff with these roles."""
    made = factories.member(db)
    made.roles.extend(sign_up.role(db, name) for name in names)
    db.flush()
    return made


def filled(browser: FlaskClient, address: str, **fields: Any) -> dict[str, Any]:
    """What the form at ``address`` would send: its hidden fields, and what is filled in."""
    shown = browser.get(address).text
    token, press = TOKEN.search(shown), PRESS.search(shown)
    assert token is not None and press is not None, f"{address} shows no form"
    return {"csrf_token": token[1], "press": html.unescape(press[1]), **fields}


def press(browser: FlaskClient, address: str, **fields: Any) -> TestResponse:
    """Load the form at ``address``, fill it in, and send it once."""
    return browser.post(address, data=filled(browser, address, **fields))


def cells(page: str, start: str) -> list[str]:
    """The cells of a page's table whose words start so, in order."""
    found = re.findall(r"<t[dh][^>]*>\s*([^<]*?)\s*</t[dh]>", page)
    return [html.unescape(words) for words in found if words.startswith(start)]


def link_to(page: str, rel: str) -> str:
    """The address of the page before (``prev``) or behind (``next``); empty where there is none."""
    found = re.search(rf'<a href="([^"]+)" rel="{rel}"', page)
    return html.unescape(found[1]) if found else ""


def rows_named(page: str) -> list[str]:
    """The names of a page's rows: ``row-007`` wherever it stands, each once a page."""
    return sorted(set(re.findall(r"row-\d+", page)))
