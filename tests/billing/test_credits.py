"""Credit is money: it is given back, taken back and spoken of as such."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from billing import plan_changes, withdrawals
from billing.case_models import Withdrawal
from billing.models import Audit, CheckoutAttempt, Subscription
from core import settings
from tests import factories
from tests.web.forms import send, signed_in, text
from tests.web.reading import text_of
from tests.world import World

ADA = "ada@example.org"


def paying(world: World, **over: Any) -> Subscription:
    """What Ada pays for from the first day."""
    world.offer = factories.offer(world.db, trial_days=0, **over)
    ada = world.member(email=ADA)
    world.start_trial(ada)
    return world.subscription(ada)


def changed(world: World, sub: Subscription, **over: Any) -> Subscription:
    """The same, changed for another offer."""
    offer = factories.offer(world.db, code="other", trial_days=0, on_pages=False, **over)
    shown = plan_changes.preview(world.db, world.stripe, sub, offer, now=world.now)
    said: Any = {"shown_at": shown.at, "actor": "member", "now": world.now}
    plan_changes.start(world.db, world.stripe, sub.member_id, offer, **said)
    world.db.commit()
    world.deliver()
    return world.subscription(sub.member)


def withdraw(world: World, sub: Subscription) -> Withdrawal:
    """Ada withdraws now; a second call of the same changes nothing."""
    said: Any = {"name": "Ada", "email": ADA, "contract": "", "by": sub.member}
    row = withdrawals.declare(world.db, **said, now=world.now)
    for _ in range(2):
        withdrawals.carry_out(world.db, world.stripe, row, actor="member", now=world.now)
        world.db.commit()
        world.deliver()
    return row


def balance(world: World) -> int:
    """What Ada owes by Stripe's balance: credit is below zero."""
    found = world.at_stripe("get", "/v1/customers")["data"][0]["balance"]
    assert isinstance(found, int)
    return found


def gift(world: World, amount: int) -> None:
    """Credit that has nothing to do with the contract."""
    customer = world.at_stripe("get", "/v1/customers")["data"][0]["id"]
    path = f"/v1/customers/{customer}/balance_transactions"
    world.at_stripe("post", path, amount=-amount, currency="gbp")
    world.deliver()


def test_who_changed_from_a_year_to_a_month_has_their_money_back_once(world: World) -> None:
    # given a year that was changed for a month, whose rest is credit, beside a gift of £1
    sub = paying(world, amount_minor=6900, interval="year")
    sub = changed(world, sub, amount_minor=699)
    gift(world, 100)
    assert balance(world) < -6000

    # when they withdraw
    row = withdraw(world, sub)

    # then the card has all of it back, and the credit is that of the gift alone
    assert (row.state, row.refunded_minor) == ("done", 6900)
    assert balance(world) == -100
    [kept] = world.rows(Audit, action="credit.changed")
    assert (kept.reason, kept.after) == ("withdrawal", {"credit": "£1.00"})


def test_who_paid_from_credit_has_the_credit_back(world: World) -> None:
    # given somebody who comes back with credit, by which a month is paid
    ada = world.member(email=ADA)
    world.start_trial(ada)
    send(signed_in(world, ada), "/account/cancellation")
    world.leap(days=31)
    gift(world, 1000)
    client = signed_in(world, ada)
    send(client, "/trial")
    world.pay(world.rows(CheckoutAttempt)[-1])
    world.deliver()
    sub = world.subscription(ada)
    assert (balance(world), [one.charged_minor for one in sub.invoices]) == (-301, [0])

    # when they withdraw
    page = text_of(text(send(client, "/withdraw", name="Ada", email=ADA)))
    world.deliver()
    world.tick()

    # then the credit is theirs again, and page and e-mail say so
    assert balance(world) == -1000
    assert "Nothing had been charged to a card." in page
    [mail] = world.mailbox.of_kind("withdrawal")
    body = mail.get_body(("plain",))
    for said in (page, body.get_content() if body else ""):
        assert "What was paid from credit is credit again." in said
        assert "nothing to give back" not in said


def test_of_a_plan_that_left_credit_the_used_days_alone_are_kept(world: World) -> None:
    settings.use(settings.current().model_copy(update={"withdrawal_refund": "unused"}))
    sub = paying(world, amount_minor=6900, interval="year")
    sub = changed(world, sub, amount_minor=699)
    world.leap(days=3)

    row = withdraw(world, world.subscription(sub.member))

    assert row.refunded_minor == pytest.approx(6900 - 699 * 3 / 31, abs=25)
    assert balance(world) == 0


def test_whoever_leaves_with_credit_reads_that_it_stays_theirs(world: World) -> None:
    # given a subscription with credit from a change of plan
    sub = paying(world, amount_minor=6900, interval="year")
    sub = changed(world, sub, amount_minor=699)
    sub.member.password = "kept"
    client = signed_in(world, sub.member)
    credit = f"Your credit of £{sub.credit_minor / 100:.2f}"

    # when it is cancelled, and ends
    before = [
        text_of(text(client.get(page))) for page in ("/account/cancellation", "/account/plan")
    ]
    invoices = text_of(text(client.get("/account/invoices")))
    deleting = text_of(text(client.get("/account/deletion")))
    send(client, "/account/cancellation")
    world.deliver()
    world.tick()
    world.advance(days=31, step=timedelta(days=31))

    # then pages and e-mails name the credit before and after, and so does who comes back
    assert f"{credit} stays yours: it is used first if you subscribe again." in before[0]
    assert f"{credit} is used before your card." in before[1]
    assert f"{credit} goes with the account." in deleting
    assert f"-£{sub.credit_minor / 100:.2f}" in invoices and "Kept as credit" in invoices
    for kind in ("cancelled", "ended"):
        [mail] = world.mailbox.of_kind(kind)
        body = mail.get_body(("plain",))
        assert f"{credit} stays yours" in (body.get_content() if body else "")
    client = signed_in(world, sub.member)
    assert f"{credit} stays yours" in text_of(text(client.get("/account")))
    assert f"{credit} is used before your card." in text_of(text(client.get("/trial")))
