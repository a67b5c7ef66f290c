"""A change of plan after the trial: the sum, the credit and the day shown are those that come."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from billing import plan_changes, refunds
from billing.models import Audit, Subscription
from core import settings
from tests import factories
from tests.web.forms import send, signed_in, text
from tests.world import World

ADA = "ada@example.org"
TURNS = datetime(2027, 1, 22, 12, tzinfo=UTC)  # the end of the month that was paid


def paid_month(world: World, **over: Any) -> Subscription:
    """Half of a month that was paid after the trial."""
    world.offer = factories.offer(world.db, **over)
    ada = world.member(email=ADA)
    world.start_trial(ada)
    world.pass_the_first_charge()
    world.advance(days=14, step=timedelta(days=14))
    return world.subscription(ada)


def previewed(world: World, sub: Subscription, **over: Any) -> plan_changes.Preview:
    offer = factories.offer(world.db, code="other", on_pages=False, **over)
    return plan_changes.preview(world.db, world.stripe, sub, offer, now=world.now)


def change(world: World, sub: Subscription, shown: plan_changes.Preview) -> Subscription:
    said: Any = {"shown_at": shown.at, "actor": "member", "now": world.now}
    plan_changes.start(world.db, world.stripe, sub.member_id, shown.offer, **said)
    world.db.commit()
    world.deliver()
    return world.subscription(sub.member)


def worded(world: World, kind: str) -> list[str]:
    """What the e-mails of a kind say, in order."""
    bodies = [mail.get_body(("plain",)) for mail in world.mailbox.of_kind(kind)]
    return [body.get_content() for body in bodies if body is not None]


def sums(sub: Subscription) -> list[int]:
    return [invoice.total_minor for invoice in sub.invoices if invoice.total_minor]


def test_an_upgrade_is_charged_on_the_day_it_is_shown_for_and_the_rest_as_before(
    world: World,
) -> None:
    sub = paid_month(world)

    shown = previewed(world, sub, amount_minor=999)
    sub = change(world, sub, shown)

    assert 0 < shown.now_minor < 300
    assert (shown.credit_minor, shown.next_at) == (0, TURNS)
    assert (sums(sub), sub.period_ends_at) == ([699, shown.now_minor], TURNS)
    world.advance(days=18)
    assert sums(world.subscription(sub.member)) == [699, shown.now_minor, 999]


def test_a_downgrade_costs_nothing_today_and_its_credit_pays_what_follows(world: World) -> None:
    sub = paid_month(world, amount_minor=999)

    shown = previewed(world, sub, amount_minor=99)
    sub = change(world, sub, shown)

    assert (shown.now_minor, shown.next_at) == (0, TURNS)
    assert 0 < shown.credit_minor < 900
    assert sums(sub) == [999, -shown.credit_minor]
    customer = world.at_stripe("get", "/v1/customers")["data"][0]
    assert customer["balance"] == -shown.credit_minor
    back = plan_changes.preview(world.db, world.stripe, sub, world.offer, now=world.now)
    assert (back.now_minor, back.credit_minor) == (0, 0)


@pytest.mark.parametrize(
    ("before", "after", "first_on"),
    [
        ("month", "year", datetime(2028, 1, 6, 12, tzinfo=UTC)),
        ("year", "month", datetime(2027, 2, 6, 12, tzinfo=UTC)),
    ],
)
def test_another_interval_begins_now_and_is_first_renewed_at_its_own_end(
    world: World, before: str, after: str, first_on: datetime
) -> None:
    sub = paid_month(world, interval=before)

    shown = previewed(world, sub, interval=after, amount_minor=1999)
    sub = change(world, sub, shown)

    assert (shown.next_at, sub.period_ends_at) == (first_on, first_on)
    assert sum(sums(sub)) == 699 + shown.now_minor - shown.credit_minor


def test_tax_is_in_the_sum_that_is_shown_and_in_the_charge(world: World) -> None:
    settings.use(settings.current().model_copy(update={"stripe_tax": True}))
    details: Any = {"type": "standard"}
    more: Any = {"country_options": {"de": details}, "active_from": "now"}
    world.at_stripe("post", "/v1/tax/registrations", country="DE", **more)
    sub = paid_month(world)
    customer = world.at_stripe("get", "/v1/customers")["data"][0]["id"]
    address = {"country": "DE", "line1": "Weg 1", "postal_code": "10115", "city": "Berlin"}
    world.at_stripe("post", f"/v1/customers/{customer}", address=address)

    shown = previewed(world, sub, amount_minor=999)
    charged = change(world, sub, shown).invoices[-1]

    assert (charged.total_minor, charged.tax_minor) == (shown.now_minor, shown.tax_minor)
    assert shown.tax_minor > 0


def test_the_page_names_the_sum_of_today_and_the_invoice_of_today_repeats_it(world: World) -> None:
    sub = paid_month(world)
    factories.offer(world.db, code="dear", amount_minor=999, on_pages=False)
    world.db.commit()
    client = signed_in(world, sub.member)

    page = text(client.get("/account/plan"))
    kept = page.split('name="preview" value="')[1].split('"')[0]
    send(client, "/account/plan", preview=kept)
    world.deliver()

    charged = world.subscription(sub.member).invoices[-1]
    assert charged.created_at > world.now - timedelta(hours=1)
    assert f"£{charged.total_minor / 100:.2f}" in page
    assert "22 January 2027" in page
    assert "You pay £6.99 a month, plus tax where due." in page


def test_a_credit_is_named_before_the_payments_that_it_meets_and_in_their_receipts(
    world: World,
) -> None:
    # given a dear month changed for a cheap one, whose credit is worth two months and a part
    sub = paid_month(world, amount_minor=999)
    client = signed_in(world, sub.member)
    world.tick()
    world.mailbox.messages.clear()
    shown = previewed(world, sub, amount_minor=250)
    sub = change(world, sub, shown)
    world.tick()
    said = f"Your credit of £{shown.credit_minor / 100:.2f} is used before your card."

    # then the account and the e-mail name it
    assert (sub.credit_minor, said in text(client.get("/account"))) == (shown.credit_minor, True)
    assert said in worded(world, "plan_changed")[-1]

    # when the next months are paid by it
    months = [world.subscription(sub.member)]
    while months[-1].credit_minor:
        world.advance(days=31)
        months.append(world.subscription(sub.member))

    # then no receipt and no list says that the card paid what it did not
    paid = [one for one in months[-1].invoices if one.total_minor == 250]
    met = [(one.credited_minor, one.charged_minor) for one in paid]
    rest = shown.credit_minor % 250
    assert met == [(250, 0)] * (shown.credit_minor // 250) + [(rest, 250 - rest)]
    receipts = worded(world, "receipt")
    assert "from your credit, nothing from your card" in receipts[0]
    assert f"from the card ending 4242, £{rest / 100:.2f} of it from your credit" in receipts[-1]
    client = signed_in(world, sub.member)
    assert text(client.get("/account/invoices")).count("Paid from your credit") == len(paid) - 1
    assert [refunds.left(one) for one in paid] == [0] * (len(paid) - 1) + [250 - rest]
    assert said.partition("£")[0] not in text(client.get("/account"))


def yearly(world: World) -> None:
    factories.offer(
        world.db, code="yearly", amount_minor=6900, interval="year", on_pages=False, trial_days=30
    )
    world.db.commit()


def test_an_old_plan_page_charges_nothing_that_it_does_not_show(world: World) -> None:
    # given the page of other plans, and a change in another tab
    sub = paid_month(world)
    yearly(world)
    ada = sub.member
    client = signed_in(world, ada)
    [kept] = re.findall(r'name="preview" value="([^"]+)"', text(client.get("/account/plan")))
    change(world, sub, previewed(world, sub, amount_minor=999))
    before = sums(world.subscription(ada))

    # when its button is pressed
    answer = send(client, "/account/profile", "/account/plan", preview=kept)

    # then the page is shown anew with what is due now
    assert answer.location == "/account/plan"
    assert "The sum has changed since you opened this page." in text(client.get("/account/plan"))
    assert sums(world.subscription(ada)) == before


def test_no_plan_is_changed_while_a_payment_is_on_its_way(world: World) -> None:
    world.offer = factories.offer(world.db)
    yearly(world)
    ada = world.member(email=ADA)
    ends = world.start_trial(ada).trial_ends_at or world.now
    told = text(signed_in(world, ada).get("/account/plan"))
    assert "After your trial you pay £6.99 a month" in told
    world.tick()
    world.advance(seconds=(ends - world.now).total_seconds() + 300)

    answer = signed_in(world, ada).get("/account/plan")

    assert answer.status_code == 409
    assert "A payment is on its way and is charged within the hour." in text(answer)
    world.advance(hours=2)
    assert "£69.00 a year" in text(signed_in(world, ada).get("/account/plan"))


def test_what_a_change_of_plan_agrees_to_is_on_its_button_and_kept(world: World) -> None:
    # given a page of plans that somebody in Germany reads in German
    sub = paid_month(world)
    factories.offer(world.db, code="dear", amount_minor=999, on_pages=False)
    world.db.commit()
    client = signed_in(world, sub.member)
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "de-DE,de"

    # when they press its button
    page = text(client.get("/account/plan"))
    kept = page.split('name="preview" value="')[1].split('"')[0]
    send(client, "/account/plan", preview=kept)
    world.deliver()

    # then what was agreed to, word for word, is kept with who pressed
    charged = f"£{world.subscription(sub.member).invoices[-1].total_minor / 100:.2f}"
    promise = f"{charged} today, then £9.99 a month, plus tax where due, first on 22 January 2027"
    assert promise in page
    [row] = world.rows(Audit, action="subscription.switch")
    assert row.actor == f"member:{sub.member_id}"
    assert promise in row.reason
    assert f"[Zahlungspflichtig bestellen: Pay {charged} now and change to £9.99 a month]" in (
        row.reason
    )
    assert '<span lang="de">Zahlungspflichtig bestellen</span>: Pay ' in page
