"""A member who may review a film, and what they write into its form."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.models import Member
from tests import factories
from tests.factories import NOW

TYPED = {"name": "Ada", "score": "9", "text": "Slow, and\r\nworth it.", "spoiler": "1"}


@pytest.fixture
def ada(db: Session, signed_in_as: Callable[[Member], FlaskClient]) -> FlaskClient:
    """A member on a trial, and a film to review."""
    member = factories.member(db)
    factories.title(db, name="Wings")
    factories.entitlement(db, member, NOW + timedelta(days=9))
    client = signed_in_as(member)
    client.application.config["WTF_CSRF_ENABLED"] = False
    return client
