"""Whether this process and what it stands on are up; no more than that is said."""

from __future__ import annotations

from flask import Blueprint, g
from flask.typing import ResponseReturnValue
from sqlalchemy import text

pages = Blueprint("health", __name__)


@pages.get("/healthz")
def healthz() -> ResponseReturnValue:
    """This process answers."""
    return {"status": "up"}


@pages.get("/readyz")
def readyz() -> ResponseReturnValue:
    """This process answers and its database does."""
    g.db.execute(text("select 1"))
    return {"status": "up"}
