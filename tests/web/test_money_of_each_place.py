"""One sum in one currency, with its tax: on the page, the invoice and in every e-mail."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Member
from billing.models import CheckoutAttempt
from core import settings
from tests import factories
from tests.web.forms import send, signed_in, text
from tests.web.presses import welcome
from tests.world import World

DAYS = timedelta(days=1)


def plain(world: World, kind: str) -> str:
    """The text of the one e-mail of this kind."""
    [sent] = world.mailbox.of_kind(kind)
    part = sent.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def start_over_the_web(world: World) -> tuple[str, Member]:
    """Somebody reads the terms, presses the button and gives a card; what the page said."""
    assert world.title.slug
    ada = world.member()
    client = signed_in(world, ada)
    shown = text(client.get("/trial"))
    assert send(client, "/trial").status_code == 303
    [attempt] = world.rows(CheckoutAttempt)
    world.pay(attempt)
    world.deliver()
    return shown, ada


def live_until_charged(world: World) -> None:
    """To the reminder, and behind the first charge."""
    world.advance(days=23, step=23 * DAYS - timedelta(hours=6))
    world.advance(days=8, step=2 * DAYS)


@pytest.mark.parametrize(
    ("currency", "amount_minor", "interval", "said"),
    [
        ("jpy", 900, "month", "JP¥900"),
        ("eur", 6990, "year", "€69.90"),
        ("usd", 899, "month", "US$8.99"),
    ],
)
def test_an_offer_in_any_currency_is_told_charged_and_written_about_in_it(
    world: World, currency: str, amount_minor: int, interval: str, said: str
) -> None:
    # given an offer in the currency of the place, by the month or the year
    money = {"currency": currency, "amount_minor": amount_minor, "interval": interval}
    world.offer = factories.offer(world.db, **money)

    # when a trial is started from the page and lived until its charge
    shown, ada = start_over_the_web(world)
    live_until_charged(world)

    # then page, reminder, invoice and receipt name one sum
    [charge] = [one for one in world.subscription(ada).invoices if one.total_minor]
    assert (charge.total_minor, charge.currency) == (amount_minor, currency)
    assert f"then {said} a {interval}" in shown
    for kind in ("trial_started", "trial_ending", "receipt"):
        assert said in plain(world, kind)


def test_tax_is_added_where_the_member_lives_and_every_word_agrees(world: World) -> None:
    # given tax by Stripe, for an operator who is registered in Germany
    settings.use(settings.current().model_copy(update={"stripe_tax": True}))
    world.at_stripe(
        "post",
        "/v1/tax/registrations",
        country="DE",
        country_options={"de": {"type": "standard"}},
        active_from="now",
    )
    money = {"currency": "eur", "amount_minor": 1000}
    world.offer = factories.offer(world.db, **money)

    # when somebody there starts a trial and is charged
    shown, ada = start_over_the_web(world)
    customer = world.at_stripe("get", "/v1/customers")["data"][0]["id"]
    address = {"country": "DE", "line1": "Weg 1", "postal_code": "10115", "city": "Berlin"}
    world.at_stripe("post", f"/v1/customers/{customer}", address=address)
    live_until_charged(world)

    # then the page said that tax comes on top, the reminder how much, and that was charged
    assert "then €10.00 a month, plus tax where due" in shown
    assert "€11.90 in all, of which €1.90 is tax" in plain(world, "trial_ending")
    [charge] = [one for one in world.subscription(ada).invoices if one.total_minor]
    assert (charge.total_minor, charge.tax_minor) == (1190, 190)
    assert "€11.90" in plain(world, "receipt")


def test_a_price_that_holds_its_tax_is_never_said_to_have_tax_added(world: World) -> None:
    # given an offer whose price holds its tax, and a trial that began from its page
    world.offer = factories.offer(world.db, currency="eur", amount_minor=1190, tax="inclusive")
    shown, ada = start_over_the_web(world)

    # then page, welcome, account and every e-mail up to the charge say so, and nothing else
    client = signed_in(world, ada)
    pages = [shown, text(client.get(welcome(world, ada))), text(client.get("/account"))]
    live_until_charged(world)
    mails = [plain(world, kind) for kind in ("trial_started", "trial_ending")]
    later = signed_in(world, ada)
    pages += [text(later.get("/account")), text(later.get("/account/plan"))]
    assert [page for page in [*pages[:-1], *mails] if "tax included" not in page] == []
    assert [page for page in [*pages, *mails] if "plus tax" in page] == []
    assert world.subscription(ada).tax == "inclusive"
