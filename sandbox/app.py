"""The WSGI application: Stripe's paths, the hosted pages and the control paths on one engine."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from werkzeug.wrappers import Request, Response

from . import api, control, deliveries, pages, resources
from .clock import Clock
from .engine import Engine, Settings
from .faults import Faults
from .resources.webhook_endpoints import new_endpoint
from .store import Store

Obj = dict[str, Any]
Deliver = Callable[[bytes, dict[str, str]], int]
Observer = Callable[[Request, Response], None]
REGISTERED = (resources, pages)


@dataclass
class Sandbox:
    """A sandbox to call: ``engine`` is its state, ``clock`` its time.

    ``deliver`` takes the body and headers of a webhook and returns the status it was answered
    with; ``flush`` hands it everything that is owed. ``observers`` see every API exchange.
    """

    engine: Engine
    deliver: deliveries.Deliver
    faults: Faults = field(default_factory=Faults)
    observers: list[Observer] = field(default_factory=list)

    @property
    def clock(self) -> Clock:
        """The sandbox's clock."""
        return self.engine.clock

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        return self.respond(Request(environ))(environ, start_response)

    def respond(self, request: Request) -> Response:
        """The response to a request, by the room its path belongs to."""
        if request.path.startswith("/v1/"):
            return self._call(request)
        if request.path.startswith("/_sandbox/"):
            return control.answer(self, request)
        return pages.answer(self.engine, request)

    def _call(self, request: Request) -> Response:
        planned = self.faults.next_for(request)
        if planned is not None:
            return self.faults.suffer(
                planned,
                lambda: api.answer(self.engine, request),
                lambda failure: api.remember(self.engine, request, failure),
            )
        response = api.answer(self.engine, request)
        for observe in self.observers:
            observe(request, response)
        return response

    def advance(self, seconds: int) -> int:
        """Move time forward and run what falls due; the number of events that happened."""
        return self.engine.advance(seconds)

    def flush(self) -> int:
        """Deliver everything that is owed, also what that brings about; how many went through."""
        return deliveries.flush(self.engine, self.deliver)

    def close(self) -> None:
        """Let go of the store."""
        self.engine.store.close()


def create(
    data: str = ":memory:",
    *,
    frozen_at: int | None = None,
    seed: int | None = None,
    settings: Settings | None = None,
    webhook: str | None = None,
    webhook_secret: str | None = None,
    deliver: Deliver | None = None,
) -> Sandbox:
    """A sandbox on a file, or in memory for tests.

    ``frozen_at`` stops its clock at an instant, ``seed`` makes its ids repeatable. With
    ``webhook_secret`` there is one endpoint for all events, at ``webhook`` or, in process, at
    ``deliver``.
    """
    engine = Engine(Store(data, seed), Clock(frozen_at), settings or Settings())
    engine.recall_offset()
    sandbox = Sandbox(engine, _only_here(deliver) if deliver else deliveries.post)
    if webhook_secret is not None:
        _listen(engine, webhook or "http://in-process.invalid/", webhook_secret)
    return sandbox


def _only_here(deliver: Deliver) -> deliveries.Deliver:
    return lambda url, body, headers: deliver(body, headers)


def _listen(engine: Engine, url: str, secret: str) -> None:
    """One endpoint per address; starting again with another secret changes the secret."""
    with engine.work():
        for known in engine.store.all("webhook_endpoint"):
            if known["url"] == url:
                endpoint = engine.get("webhook_endpoint", known["id"])
                endpoint["_secret"] = secret
                engine.store.put(endpoint)
                return
        new_endpoint(engine, url, secret)
