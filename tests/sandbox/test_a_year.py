"""A year of billing: the trial, the first charge, eleven renewals, one failure, the end."""

from sandbox.clock import DAY, HOUR

from .conftest import Shop

TRIAL_STARTED = [
    "setup_intent.created",
    "payment_method.attached",
    "setup_intent.succeeded",
    "customer.subscription.created",
    "invoice.created",
    "invoice.finalized",
    "invoice.updated",
    "invoice.paid",
    "invoice.payment_succeeded",
    "checkout.session.completed",
]
PERIOD_BEGAN = ["customer.subscription.updated", "invoice.created"]
DEMANDED = ["payment_intent.created", "invoice.finalized"]
COLLECTED = [
    "charge.succeeded",
    "payment_intent.succeeded",
    "invoice_payment.paid",
    "invoice.updated",
    "invoice.paid",
    "invoice.payment_succeeded",
]
RENEWED = ["invoice.upcoming", *PERIOD_BEGAN, *DEMANDED, *COLLECTED]
CONVERTED = [
    "invoice.upcoming",
    "customer.subscription.trial_will_end",
    *PERIOD_BEGAN,
    *DEMANDED,
    *COLLECTED,
]
REFUSED = [
    "invoice.upcoming",
    *PERIOD_BEGAN,
    *DEMANDED,
    "charge.failed",
    "payment_intent.payment_failed",
    "invoice.updated",
    "invoice.payment_failed",
    "customer.updated",
    "customer.subscription.updated",
]
CARD_CHANGED = ["payment_method.attached", "customer.subscription.updated"]
RECOVERED = [*COLLECTED, "customer.updated", "customer.subscription.updated"]


def change_card(shop: Shop, subscription: str, name: str) -> None:
    method = shop.api.v1.payment_methods.attach(name, {"customer": shop.customer})
    shop.api.v1.subscriptions.update(subscription, {"default_payment_method": method.id})


def pass_renewals(shop: Shop, subscription: str, count: int) -> None:
    for _ in range(count):
        ends = shop.subscription(subscription)["items"].data[0].current_period_end
        shop.sandbox.advance(ends - shop.sandbox.clock.now() + 2 * HOUR)


def test_a_year_of_billing_tells_the_same_story_every_time(shop: Shop) -> None:
    before = len(shop.events())

    # given a trial that converts and renews five times
    subscription = shop.start_trial().id
    pass_renewals(shop, subscription, 6)

    # when the sixth renewal is refused, the card is replaced and the next try succeeds
    change_card(shop, subscription, "pm_card_chargeCustomerFail")
    pass_renewals(shop, subscription, 1)
    assert shop.subscription(subscription).status == "past_due"
    change_card(shop, subscription, "pm_card_visa")
    shop.sandbox.advance(DAY)
    assert shop.subscription(subscription).status == "active"

    # and five more renewals pass before somebody cancels
    pass_renewals(shop, subscription, 5)
    shop.api.v1.subscriptions.cancel(subscription)

    # then the whole story is this, in this order
    assert shop.events()[before:] == [
        *TRIAL_STARTED,
        *CONVERTED,
        *RENEWED * 5,
        *CARD_CHANGED,
        *REFUSED,
        *CARD_CHANGED,
        *RECOVERED,
        *RENEWED * 5,
        "customer.subscription.deleted",
    ]
    # and the sums are right to the cent: nothing for the trial, then twelve times 6.99
    assert [(i.total, i.amount_paid, i.status) for i in shop.invoices()] == [
        (0, 0, "paid"),
        *[(699, 699, "paid")] * 12,
    ]
    assert sum(invoice.amount_paid for invoice in shop.invoices()) == 83_88
