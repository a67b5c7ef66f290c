"""What an invoice adds up to: coupons, taxes and currencies."""

from typing import Any

import pytest
import stripe

from sandbox.clock import HOUR

from .conftest import Shop
from .test_plan_changes import add_price


def test_a_coupon_for_three_months_counts_from_the_start_of_the_trial(shop: Shop) -> None:
    coupon = shop.api.v1.coupons.create(
        {"percent_off": 50, "duration": "repeating", "duration_in_months": 3}
    )
    shop.save_card()
    id = shop.subscribe(trial_period_days=30, discounts=[{"coupon": coupon.id}]).id

    for _ in range(4):
        end = shop.subscription(id)["items"].data[0].current_period_end
        shop.sandbox.advance(end - shop.sandbox.clock.now() + 2 * HOUR)

    assert [invoice.total for invoice in shop.invoices()] == [0, 349, 349, 699, 699]


def test_a_free_forever_coupon_needs_no_card(shop: Shop) -> None:
    coupon = shop.api.v1.coupons.create({"percent_off": 100, "duration": "forever"})

    made = shop.subscribe(discounts=[{"coupon": coupon.id}])

    assert (made.status, shop.invoices()[0].total) == ("active", 0)


def test_a_used_up_promotion_code_is_refused_before_anything_is_made(shop: Shop) -> None:
    coupon = shop.api.v1.coupons.create({"percent_off": 100, "duration": "forever"})
    promotion: Any = {"type": "coupon", "coupon": coupon.id}
    code = shop.api.v1.promotion_codes.create({"promotion": promotion, "max_redemptions": 1})
    shop.subscribe(discounts=[{"promotion_code": code.id}])

    with pytest.raises(stripe.InvalidRequestError, match="expired"):
        shop.subscribe(discounts=[{"promotion_code": code.id}])

    assert shop.sandbox.engine.store.count("subscription") == 1


def test_tax_is_added_or_contained_as_its_rate_says(shop: Shop) -> None:
    shop.save_card()
    added = shop.api.v1.tax_rates.create(
        {"display_name": "VAT", "inclusive": False, "percentage": 20.0}
    )
    inside = shop.api.v1.tax_rates.create(
        {"display_name": "VAT", "inclusive": True, "percentage": 20.0}
    )

    shop.subscribe(default_tax_rates=[added.id])
    shop.subscribe(default_tax_rates=[inside.id])

    sums = [(i.subtotal, i.total_excluding_tax, i.total) for i in shop.invoices()]
    assert sums == [(699, 699, 839), (699, 582, 699)]


def test_automatic_tax_follows_the_customer_s_address(shop: Shop) -> None:
    shop.save_card()
    options: Any = {"gb": {"type": "standard"}}
    shop.api.v1.tax.registrations.create(
        {"country": "GB", "active_from": "now", "country_options": options}
    )
    shop.api.v1.customers.update(shop.customer, {"address": {"country": "GB"}})

    shop.subscribe(automatic_tax={"enabled": True})

    assert shop.invoices()[0].total == 839


def test_a_customer_stays_with_the_currency_they_were_first_billed_in(shop: Shop) -> None:
    shop.start_trial()
    euros = add_price(shop, 799, currency_options={"usd": {"unit_amount": 899}})
    product = shop.api.v1.products.create({"name": "Euro"})
    wanted: Any = {
        "product": product.id,
        "currency": "eur",
        "unit_amount": 799,
        "recurring": {"interval": "month"},
    }
    foreign = shop.api.v1.prices.create(wanted).id

    with pytest.raises(stripe.InvalidRequestError, match="cannot combine currencies"):
        shop.subscribe(items=[{"price": foreign}])
    found = shop.api.v1.prices.retrieve(euros, {"expand": ["currency_options"]})
    assert found.currency_options is not None
    assert found.currency_options["usd"]["unit_amount"] == 899
