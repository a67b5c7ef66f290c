"""A world for stories about money: product, Stripe sandbox and mailbox with one clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import time_machine
from flask.testing import FlaskClient
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

import sandbox.app
from access import gate
from access.models import Entitlement
from accounts import sessions
from accounts.models import Member
from billing import alarms, customers, events, trials
from billing.gateway import PatientRetries, Stripe
from billing.models import (
    Audit,
    CheckoutAttempt,
    Invoice,
    Milestone,
    Offer,
    StripeEvent,
    Subscription,
    TrialRedemption,
)
from billing.upkeep_models import Alarm
from catalog.models import Title
from core import clock, settings
from core.db import Base
from notices.models import Notice
from reports.models import Fact
from sandbox.app import Sandbox
from tests import factories, sites, stripe_in_process
from tests.mailbox import MemoryMailbox
from workers import news, services, tasks

STEP = timedelta(days=1)  # far rarer than any timetable goes round
HALF_DAY = timedelta(hours=12)  # for what is due within less than a day of another thing
BACK = trials.Return(
    "http://matinee.test/welcome?session_id={CHECKOUT_SESSION_ID}", "http://m.test"
)
AGREED = trials.Agreement(text="the terms", button="Start", locale="en-GB", network="192.0.2.0")

MIRRORED = (Fact, Notice, Milestone, TrialRedemption, Entitlement, Audit, Invoice, Subscription)
Row = TypeVar("Row", bound=Base)
Postman = Callable[[bytes, dict[str, str]], int]


class Transport(PatientRetries, stripe_in_process.InProcessStripe):
    """The library's way into the sandbox: tries again as over the network, without the waiting.

    ``calls`` is everything that the product asked, in order. ``passes`` is told of each "call"
    that leaves and each "answer" that comes, and may raise.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(sandbox)
        self.calls: list[str] = []
        self.passes: Callable[[str], None] | None = None

    def request(self, method: str, url: str, *rest: Any, **more: Any) -> Any:
        self.calls.append(f"{method.upper()} {urlsplit(url).path}")
        if self.passes is None:
            return super().request(method, url, *rest, **more)
        self.passes("call")
        answer = super().request(method, url, *rest, **more)
        self.passes("answer")
        return answer

    def _sleep_time_seconds(self, num_retries: int) -> float:
        return 0


@dataclass
class World:
    """Everything that a trial's life touches. What one part commits, the others see."""

    db: Session
    home: Path
    sandbox: Sandbox
    transport: Transport
    stripe: Stripe
    mailbox: MemoryMailbox = field(default_factory=MemoryMailbox)
    postman: Postman | None = None

    @property
    def now(self) -> datetime:
        """The time, here and at Stripe."""
        return clock.now()

    @property
    def calls(self) -> list[str]:
        """What the product has asked of Stripe, in order."""
        return self.transport.calls

    @cached_property
    def site(self) -> FlaskClient:
        """A browser that nobody is signed in with; Stripe's deliveries come through it too."""
        return sites.made(stripe=self.stripe).test_client()

    def signed_in(self, member: Member) -> FlaskClient:
        """A browser in which ``member`` is signed in."""
        token, name = sessions.new_token(), member.fs_uniquifier
        data = {"_user_id": name, "_fresh": True}
        sessions.keep(self.db, token, data, fs_uniquifier=name, device="", now=self.now)
        self.db.commit()
        browser = self.site.application.test_client()
        browser.set_cookie("session", token)
        return browser

    @cached_property
    def offer(self) -> Offer:
        """What is sold: thirty days free, then £6.99 a month."""
        return factories.offer(self.db)

    @cached_property
    def title(self) -> Title:
        """The film that people come for."""
        video_id = factories.video(self.db).id
        return factories.title(self.db, name="Leaving Las Vegas", video_id=video_id)

    def member(self, **over: Any) -> Member:
        """Somebody with an account."""
        made = factories.member(self.db, **over)
        self.db.commit()
        return made

    def known(self, email: str) -> Member:
        """Who has an account under this address already."""
        return self.db.scalars(select(Member).where(Member.email == email)).one()

    # --- what people do ---

    def open_checkout(
        self, member: Member, offer: Offer | None = None, *, agreed: trials.Agreement = AGREED
    ) -> CheckoutAttempt:
        """Press the button and stand before the payment page."""
        attempt = trials.start(
            self.db,
            self.stripe,
            member,
            offer or self.offer,
            title_id=self.title.id,
            agreement=agreed,
            back=BACK,
            now=self.now,
        )
        self.db.commit()
        return attempt

    def pay(self, attempt: CheckoutAttempt, card: str = "4242424242424242") -> None:
        """Give a card on the payment page. Stripe's news are not delivered yet."""
        assert attempt.stripe_session_id is not None
        stripe_in_process.complete_checkout(self.sandbox, attempt.stripe_session_id, card)

    def start_trial(self, member: Member, card: str = "4242424242424242") -> Subscription:
        """From the button to the subscription, with Stripe's news delivered and worked on."""
        self.pay(self.open_checkout(member), card)
        self.deliver()
        return self.subscription(member)

    def pay_and_look(self, member: Member, card: str) -> Subscription:
        """As ``start_trial``, learnt on the return from the payment page instead of by news."""
        self.pay(self.open_checkout(member), card)
        customer = customers.find_by_member(self.db, member.id)
        assert customer is not None and customer.stripe_id is not None
        news.fetch(self.db, self.stripe, customer.stripe_id, now=self.now)
        self.db.commit()
        return self.subscription(member)

    # --- what machines do ---

    def deliver(self) -> None:
        """Bring everything that Stripe has to tell, and let a worker read it."""
        self.sandbox.flush()
        self.work()

    def receive(self, body: bytes, headers: dict[str, str]) -> int:
        """One delivery at the webhook's door; returns the status of the answer."""
        return self.site.post("/webhooks/stripe", data=body, headers=headers).status_code

    def work(self) -> None:
        """What a worker does with the bells that have rung."""
        waiting = select(StripeEvent.id).where(
            StripeEvent.state == "new", StripeEvent.next_try_at <= self.now
        )
        for event_id in self.db.scalars(waiting.order_by(StripeEvent.id)).all():
            tasks.apply_stripe_event(event_id)
        self.db.expire_all()

    def tick(self) -> None:
        """Once round the timetable."""
        for task in tasks.FALLS_DUE:
            task()
        self.db.expire_all()

    def leap(self, **by: float) -> None:
        """Time passes, and nobody works."""
        length = timedelta(**by)
        clock.advance(self.home, length)
        self.sandbox.advance(int(length.total_seconds()))

    def advance(self, *, step: timedelta = STEP, **by: float) -> None:
        """Time passes while everything runs: deliveries, workers and the timetable."""
        left = timedelta(**by)
        while left > timedelta():
            self.leap(seconds=min(step, left).total_seconds())
            self.deliver()
            self.tick()
            left -= step

    def pass_the_first_charge(self, *, by: timedelta = STEP) -> None:
        """The thirty days of a trial and ``by`` more, past reminder and first payment, for stories
        that begin there: machines work on the days on which something is due alone."""
        for length in (timedelta(days=23), timedelta(days=7) + by):
            self.advance(seconds=length.total_seconds(), step=length)

    def replay_everything(self) -> None:
        """Handle every stored event once more, as an operator may."""
        for event_id in self.db.scalars(select(StripeEvent.id)).all():
            events.replay(self.db, event_id, now=self.now)
        self.db.commit()
        self.work()

    def forget_mirror(self) -> None:
        """Lose everything that was mirrored and followed from it; the customers stay known."""
        for name in ("fact", "audit"):  # else these are for ever
            self.db.execute(text(f"alter table {name} disable trigger user"))
        for table in MIRRORED:
            self.db.execute(delete(table))
        for name in ("fact", "audit"):
            self.db.execute(text(f"alter table {name} enable trigger user"))
        self.db.commit()
        self.db.expire_all()

    # --- what one may look at ---

    def subscription(self, member: Member) -> Subscription:
        """The member's newest subscription as our mirror has it."""
        self.db.expire_all()
        mine = select(Subscription).where(Subscription.member_id == member.id)
        return self.db.scalars(mine.order_by(Subscription.created_at.desc())).first() or _none()

    def gate(self, member: Member) -> gate.Answer:
        """The watch gate's answer for the film."""
        return gate.may_watch(self.db, member, self.title, now=self.now)

    def rows(self, table: type[Row], **where: Any) -> list[Row]:
        """The rows of a table with these values, as they are now, oldest first."""
        self.db.expire_all()
        found = select(table).filter_by(**where).order_by(table.__table__.c.id)
        return list(self.db.scalars(found))

    def alarms(self) -> list[Alarm]:
        """What an operator is called to."""
        self.db.expire_all()
        return alarms.waiting(self.db)

    def at_stripe(self, method: str, path: str, **said: Any) -> dict[str, Any]:
        """Call the sandbox as somebody at Stripe's dashboard would."""
        client = stripe_in_process.client(self.sandbox)
        return dict(client.raw_request(method, path, **said).data)


def _none() -> Subscription:
    raise LookupError("the member has no subscription here")


@contextmanager
def made(db: Session, home: Path, *, stands: bool = True) -> Iterator[World]:
    """A world on a database. It is noon on 22 November 2026 until somebody moves the clock.

    Where time does not stand, it is the time of other processes too.
    """
    standing = time_machine.travel(factories.NOW, tick=False)
    with standing if stands else nullcontext():
        world: list[World] = []

        def postman(body: bytes, headers: dict[str, str]) -> int:
            return (world[0].postman or world[0].receive)(body, headers)

        secret = settings.current().webhook_secrets[0]
        there = sandbox.app.create(seed=7, webhook_secret=secret, deliver=postman)
        transport = Transport(there)
        world.append(World(db, home, there, transport, _gateway(transport)))
        services.use(world[0].stripe, world[0].mailbox)
        yield world[0]
        services.use(None, None)


def _gateway(transport: Transport) -> Stripe:
    address = stripe_in_process.ADDRESS
    return Stripe(stripe_in_process.KEY, base_url=address, http_client=transport, retries=2)
