"""Changes of plan: proration, previews, pending updates, schedules, offers, pauses."""

from typing import Any

import pytest
import stripe

from sandbox.clock import DAY, HOUR

from .conftest import START, Shop


def add_price(shop: Shop, amount: int, interval: str = "month", **more: Any) -> str:
    product = shop.api.v1.products.create({"name": f"Plan {amount}"})
    wanted: Any = {
        "product": product.id,
        "currency": "gbp",
        "unit_amount": amount,
        "recurring": {"interval": interval},
        **more,
    }
    return shop.api.v1.prices.create(wanted).id


def switch(shop: Shop, id: str, price: str, **params: Any) -> stripe.Subscription:
    item = shop.subscription(id)["items"].data[0].id
    wanted: Any = {"items": [{"id": item, "price": price}], **params}
    return shop.api.v1.subscriptions.update(id, wanted)


def test_an_upgrade_halfway_bills_half_the_difference_at_the_next_renewal(shop: Shop) -> None:
    shop.save_card()
    id = shop.subscribe().id
    dearer = add_price(shop, 1299)
    shop.sandbox.advance(15 * DAY)

    switch(shop, id, dearer)
    shop.sandbox.advance(15 * DAY + 2 * HOUR)

    renewal = shop.invoices()[-1]
    assert sorted(line.amount for line in renewal.lines.data) == [-350, 650, 1299]
    assert renewal.total == 1599


def test_an_upgrade_can_be_billed_at_once(shop: Shop) -> None:
    shop.save_card()
    id = shop.subscribe().id
    shop.sandbox.advance(15 * DAY)

    switch(shop, id, add_price(shop, 1299), proration_behavior="always_invoice")

    latest = shop.invoices()[-1]
    assert (latest.total, latest.status, latest.billing_reason) == (
        300,
        "paid",
        "subscription_update",
    )


def test_a_plan_switch_in_a_trial_changes_neither_its_end_nor_the_bill(shop: Shop) -> None:
    id = shop.start_trial().id

    switched = switch(shop, id, add_price(shop, 1299))

    assert (switched.status, switched.trial_end) == ("trialing", START + 30 * DAY)
    assert [invoice.total for invoice in shop.invoices()] == [0]
    shop.sandbox.advance(30 * DAY + 2 * HOUR)
    assert shop.invoices()[-1].total == 1299


def test_a_change_to_a_yearly_plan_begins_a_new_period(shop: Shop) -> None:
    shop.save_card()
    id = shop.subscribe().id
    shop.sandbox.advance(15 * DAY)

    switched = switch(shop, id, add_price(shop, 6990, "year"))

    item = switched["items"].data[0]
    assert (item.current_period_end - item.current_period_start) // DAY == 365
    assert shop.invoices()[-1].total == 6990 - 350


def test_an_unpaid_upgrade_waits_and_expires(shop: Shop) -> None:
    shop.save_card()
    id = shop.subscribe().id
    shop.save_card("pm_card_chargeCustomerFail")
    dearer = add_price(shop, 1299)
    shop.sandbox.advance(DAY)

    waiting = switch(
        shop, id, dearer,
        payment_behavior="pending_if_incomplete", proration_behavior="always_invoice",
    )  # fmt: skip
    assert waiting.pending_update is not None
    assert waiting["items"].data[0].price.unit_amount == 699

    shop.sandbox.advance(DAY)
    assert shop.subscription(id).pending_update is None
    assert "customer.subscription.pending_update_expired" in shop.events()
    assert shop.invoices()[-1].status == "void"


def test_a_preview_tells_the_sum_and_changes_nothing(shop: Shop) -> None:
    id = shop.start_trial().id
    before = shop.events()

    preview = shop.api.v1.invoices.create_preview({"subscription": id})
    item = shop.subscription(id)["items"].data[0].id
    dearer = add_price(shop, 1299)
    details: Any = {"items": [{"id": item, "price": dearer}]}
    changed = shop.api.v1.invoices.create_preview(
        {"subscription": id, "subscription_details": details}
    )
    fresh = shop.api.v1.invoices.create_preview(
        {"customer": shop.customer, "subscription_details": {"items": [{"price": dearer}]}}
    )

    assert (preview.total, preview.billing_reason) == (699, "upcoming")
    assert (changed.total, fresh.total) == (1299, 1299)
    assert shop.subscription(id)["items"].data[0].price.unit_amount == 699
    assert len(shop.events()) == len(before) + 2  # the product and price made above
    assert [invoice.total for invoice in shop.invoices()] == [0]


def test_a_schedule_moves_a_subscription_through_its_phases(shop: Shop) -> None:
    shop.save_card()
    dearer = add_price(shop, 1299)
    month: Any = {"interval": "month", "interval_count": 1}
    schedule = shop.api.v1.subscription_schedules.create(
        {
            "customer": shop.customer,
            "start_date": "now",
            "end_behavior": "cancel",
            "phases": [
                {"items": [{"price": shop.price, "quantity": 1}], "duration": month},
                {"items": [{"price": dearer, "quantity": 1}], "duration": month},
            ],
        }
    )

    shop.sandbox.advance(31 * DAY + 2 * HOUR)
    found = shop.api.v1.subscription_schedules.retrieve(schedule.id)
    assert found.current_phase is not None
    assert found.current_phase.start_date == schedule.phases[1].start_date
    assert shop.invoices()[-1].lines.data[-1].amount == 1299

    shop.sandbox.advance(31 * DAY)
    assert shop.api.v1.subscription_schedules.retrieve(schedule.id).status == "completed"
    gone = shop.api.v1.subscriptions.list({"customer": shop.customer, "status": "canceled"})
    assert len(gone.data) == 1


def test_a_trial_offer_moves_on_to_the_full_price(shop: Shop) -> None:
    shop.save_card()
    cheap = add_price(shop, 99)
    offer = shop.api.v1.product_catalog.trial_offers.create(
        {
            "price": cheap,
            "duration": {"type": "relative", "relative": {"iterations": 2}},
            "end_behavior": {"transition": {"price": shop.price}},
        }
    )
    id = shop.subscribe(items=[{"current_trial": {"trial_offer": offer.id}}]).id

    for _ in range(3):
        end = shop.subscription(id)["items"].data[0].current_period_end
        shop.sandbox.advance(end - shop.sandbox.clock.now() + 2 * HOUR)

    assert [invoice.total for invoice in shop.invoices()] == [99, 99, 699, 699]


def test_pausing_collection_voids_what_would_have_been_charged(shop: Shop) -> None:
    shop.save_card()
    id = shop.subscribe().id
    shop.api.v1.subscriptions.update(id, {"pause_collection": {"behavior": "void"}})

    shop.sandbox.advance(31 * DAY + 2 * HOUR)

    assert [invoice.status for invoice in shop.invoices()] == ["paid", "void"]
    assert shop.subscription(id).status == "active"


def test_a_paused_subscription_resumes_with_a_new_period(shop: Shop) -> None:
    ending: Any = {"end_behavior": {"missing_payment_method": "pause"}}
    id = shop.subscribe(trial_period_days=7, trial_settings=ending).id
    shop.sandbox.advance(20 * DAY)
    shop.save_card()

    resumed = shop.api.v1.subscriptions.resume(id)

    assert resumed.status == "active"
    assert resumed["items"].data[0].current_period_start == START + 20 * DAY
    assert [(i.total, i.status) for i in shop.invoices()] == [(0, "paid"), (699, "paid")]
    assert "customer.subscription.resumed" in shop.events()


def test_an_incomplete_subscription_expires_after_23_hours(shop: Shop) -> None:
    id = shop.subscribe(payment_behavior="default_incomplete").id

    shop.sandbox.advance(23 * HOUR)

    assert shop.subscription(id).status == "incomplete_expired"
    assert shop.invoices()[0].status == "void"


@pytest.mark.parametrize("ending", ["cancel", "unpaid", "past_due"])
def test_retries_end_as_the_account_is_set(shop: Shop, ending: str) -> None:
    shop.sandbox.engine.settings.after_retries = ending
    id = shop.start_trial("4000000000000341").id

    shop.sandbox.advance(50 * DAY)

    assert shop.subscription(id).status == {"cancel": "canceled"}.get(ending, ending)
    assert shop.invoices()[1].attempt_count == 9


@pytest.mark.parametrize(("percent_off", "totals"), [(50, [-175, 325]), (100, [0, 0])])
def test_what_a_code_took_off_is_neither_given_back_nor_billed_for_the_rest(
    shop: Shop, percent_off: int, totals: list[int]
) -> None:
    # given a month that was paid with a code for ever
    coupon = shop.api.v1.coupons.create({"percent_off": percent_off, "duration": "forever"})
    shop.save_card()
    id = shop.subscribe(discounts=[{"coupon": coupon.id}]).id
    shop.sandbox.advance(15 * DAY)

    # when the plan changes halfway
    switch(shop, id, add_price(shop, 1299), proration_behavior="always_invoice")

    # then the unused half is that of what was paid, and the other half has the code too
    latest = shop.invoices()[-1]
    assert sorted(line.amount for line in latest.lines.data) == totals
    assert latest.total == sum(totals)
