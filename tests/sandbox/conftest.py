"""A sandbox in this process with its clock stopped, and a shop that sells one film plan on it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
import stripe

from sandbox.app import Sandbox, create
from tests.stripe_in_process import client, complete_checkout

from . import contract

START = int(datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp())
SECRET = "whsec_tests"


@dataclass
class Shop:
    """What most stories begin with: a customer, a monthly price, and somebody who buys."""

    sandbox: Sandbox
    api: stripe.StripeClient
    price: str
    customer: str

    def start_trial(self, card: str = "4242424242424242", **data: Any) -> stripe.Subscription:
        """Begin a 30-day trial through the payment page."""
        complete_checkout(self.sandbox, self.open_checkout(**data).id, card)
        found = self.api.v1.subscriptions.list({"customer": self.customer, "status": "all"})
        return found.data[0]

    def open_checkout(self, *, days: int = 30, **data: Any) -> stripe.checkout.Session:
        """Open the payment page of a trial; ``data`` goes into ``subscription_data``."""
        wanted: Any = {
            "mode": "subscription",
            "customer": self.customer,
            "line_items": [{"price": self.price, "quantity": 1}],
            "subscription_data": {"trial_period_days": days, **data},
            "success_url": "https://shop.test/done?session={CHECKOUT_SESSION_ID}",
            "cancel_url": "https://shop.test/film",
        }
        return self.api.v1.checkout.sessions.create(wanted)

    def subscribe(self, **params: Any) -> stripe.Subscription:
        """Begin a subscription through the API."""
        wanted: Any = {"customer": self.customer, "items": [{"price": self.price}], **params}
        return self.api.v1.subscriptions.create(wanted)

    def save_card(self, name: str = "pm_card_visa") -> str:
        """Save a card to the customer and make it the default."""
        method = self.api.v1.payment_methods.attach(name, {"customer": self.customer})
        self.api.v1.customers.update(
            self.customer, {"invoice_settings": {"default_payment_method": method.id}}
        )
        return method.id

    def subscription(self, id: str) -> stripe.Subscription:
        """A subscription as it is now."""
        return self.api.v1.subscriptions.retrieve(id)

    def invoices(self) -> list[stripe.Invoice]:
        """All invoices of the customer, oldest first."""
        found = self.api.v1.invoices.list({"customer": self.customer, "limit": 100})
        return list(found.data)[::-1]

    def events(self, *skip: str) -> list[str]:
        """The types of all events so far, oldest first."""
        found = self.api.v1.events.list({"limit": 100}).auto_paging_iter()
        return [str(event.type) for event in found if not event.type.startswith(skip)][::-1]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """An empty sandbox in memory, its clock stopped at noon on 22 November 2026.

    Where Stripe's contract lies beside the project, everything said is checked against it.
    """
    made = create(frozen_at=START, seed=1)
    judge = contract.judge()
    if judge is not None:
        judge.listen(made)
    yield made
    if judge is not None:
        assert judge.problems(made) == []
    made.close()


@pytest.fixture
def api(sandbox: Sandbox) -> stripe.StripeClient:
    """The official library, speaking to the sandbox."""
    return client(sandbox)


@pytest.fixture
def shop(sandbox: Sandbox, api: stripe.StripeClient) -> Shop:
    """A shop with one customer and one price of 6.99 pounds a month."""
    product = api.v1.products.create({"name": "Matinee"})
    price = api.v1.prices.create(
        {
            "product": product.id,
            "currency": "gbp",
            "unit_amount": 699,
            "recurring": {"interval": "month"},
        }
    )
    customer = api.v1.customers.create({"email": "ada@example.org"})
    return Shop(sandbox, api, price.id, customer.id)
