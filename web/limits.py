"""How often one person or one address may ask for what costs us or helps a thief."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from flask import Flask, Response, current_app, g, request
from flask_limiter import Limiter
from limits.storage import Storage
from sqlalchemy import case, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError

from accounts.models import RequestCount
from core import clock
from core.db import epoch, transaction
from web import networks

SIGN_IN = "10 per 5 minutes"
SIGN_UP = "5 per hour"
CHECKOUT = "5 per 10 minutes"
REVIEW = "10 per hour"
REACTION = "60 per hour"
LEAVING = "10 per hour"
SENT_BACK = ("signing_up.ask", "storefront.reviewing.publish", "storefront.reviewing.report")
WITHOUT_A_STORE = "20 per minute"


class PostgresStorage(Storage):
    """Counts in an unlogged table, so that every process of ours counts together."""

    STORAGE_SCHEME = ["postgresql-counts"]

    @property
    def base_exceptions(self) -> type[Exception]:
        """What means that the store is away: a small limit in this process stands in."""
        return SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count once more; a span that is over begins anew."""
        now = clock.now()
        ends = epoch(int(now.timestamp()) + expiry)
        is_over = RequestCount.ends_at <= now
        counted = insert(RequestCount).values(key=key, count=amount, ends_at=ends)
        counted = counted.on_conflict_do_update(
            index_elements=["key"],
            set_={
                "count": case((is_over, amount), else_=RequestCount.count + amount),
                "ends_at": case((is_over, ends), else_=RequestCount.ends_at),
            },
        )
        with transaction() as db:
            return int(db.scalar(counted.returning(RequestCount.count)) or 0)

    def get(self, key: str) -> int:
        """How often it was counted in the running span."""
        running = select(RequestCount.count).where(
            RequestCount.key == key, RequestCount.ends_at > clock.now()
        )
        with transaction() as db:
            return db.scalar(running) or 0

    def get_expiry(self, key: str) -> float:
        """When the running span ends, in seconds since 1970."""
        with transaction() as db:
            ends = db.scalar(select(RequestCount.ends_at).where(RequestCount.key == key))
        return (ends or clock.now()).timestamp()

    def check(self) -> bool:
        """Whether the table answers."""
        try:
            self.get("")
        except SQLAlchemyError:
            return False
        return True

    def reset(self) -> int | None:
        """Forget every count."""
        with transaction() as db:
            db.execute(delete(RequestCount))
        return None

    def clear(self, key: str) -> None:
        """Forget one count."""
        with transaction() as db:
            db.execute(delete(RequestCount).where(RequestCount.key == key))


def start(app: Flask) -> None:
    """Limit signing in, checkouts and writing: by account and by client, whoever claims what."""
    limiter = Limiter(
        _client,
        app=app,
        storage_uri="postgresql-counts://",
        headers_enabled=True,
        in_memory_fallback=[WITHOUT_A_STORE],
    )
    limited = {
        "security.login": (SIGN_IN, _named_account),
        "security.change_password": (SIGN_IN, _member),
        "security.verify": (SIGN_IN, _member),
        "signing_up.ask": (SIGN_UP, _named_account),
        "signing_up.prove_by_password": (SIGN_IN, _link),
        "sign_in_links.ask": (SIGN_IN, _named_account),
        "sign_in_links.use": (SIGN_IN, _link),
        "sign_in_links.send_again": (SIGN_IN, _link),
        "email_changes.ask": (SIGN_IN, _member),
        "email_changes.use": (SIGN_IN, _link),
        "deletions.delete": (SIGN_IN, _member),
        "profile.download": (CHECKOUT, _member),
        "trials.start": (CHECKOUT, _member),
        "withdrawals.declare": (LEAVING, _named_account),
        "terminations.declare": (LEAVING, _named_account),
        "cancellations.send_link": (LEAVING, _named_account),
        "storefront.reviewing.publish": (REVIEW, _member),
        "storefront.reviewing.take_down": (REVIEW, _member),
        "storefront.reviewing.report": (REVIEW, _member),
        "storefront.reviewing.react": (REACTION, _member),
    }
    for endpoint, (often, who) in limited.items():
        _limit(app, limiter, endpoint, often, who)

    @limiter.request_filter
    def _goes_free() -> bool:
        """What stands in for a store that is away would count pages, webhooks and beacons too."""
        return request.method != "POST" or request.endpoint not in limited


def _limit(app: Flask, limiter: Limiter, endpoint: str, often: str, who: Callable[[], str]) -> None:
    view: Any = app.view_functions[endpoint]
    for key in (_client, who):
        view = limiter.limit(
            often, key_func=key, methods=["POST"], scope=endpoint, deduct_when=_is_counted
        )(view)
    app.view_functions[endpoint] = view


def sentence() -> str:
    """What whoever asked too often can do."""
    return f"Wait {wait()}, then go back and try again."


def wait() -> str:
    """How long whoever asked too often has to wait, in whole minutes."""
    (limiter,) = current_app.extensions["limiter"]
    seconds = limiter.current_limit.window.reset_time - clock.now().timestamp()
    minutes = max(math.ceil(seconds / 60), 1)
    return "a minute" if minutes == 1 else f"{minutes} minutes"


def _is_counted(answer: Response) -> bool:
    """What is sent back for a short password or a missing score costs nothing."""
    return not (request.endpoint in SENT_BACK and answer.status_code == 422)


def _link() -> str:
    return f"link:{(request.view_args or {}).get('token', '')[:200]}"


def _client() -> str:
    """The network that the connection comes from; headers that claim another change nothing."""
    reader = networks.of_one_reader(request.remote_addr or "")
    return f"client:{reader}"


def _named_account() -> str:
    """The account as it is signed in to: an address may be spelled in letters of other widths."""
    typed = request.form.get("email", "").strip()[:254]
    with suppress(ValueError):
        typed = current_app.extensions["security"].mail_util.normalize(typed)
    return f"account:{typed.lower()}"


def _member() -> str:
    return f"member:{g.member.id}" if g.get("member") else _client()
