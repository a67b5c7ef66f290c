"""Refunds, disputes, warnings, reviews, credit notes, balance: money that comes back."""

from typing import Any

import pytest
import stripe
from werkzeug.test import Client

from .conftest import Shop


def charge(shop: Shop, card: str = "pm_card_visa") -> stripe.Charge:
    intent = shop.api.v1.payment_intents.create(
        {"amount": 2000, "currency": "gbp", "confirm": True, "payment_method": card}
    )
    return shop.api.v1.charges.retrieve(str(intent.latest_charge), {"expand": ["refunds"]})


def test_a_refund_in_two_parts_gives_back_no_more_than_came(shop: Shop) -> None:
    paid = charge(shop)

    shop.api.v1.refunds.create({"charge": paid.id, "amount": 500})
    rest = shop.api.v1.refunds.create({"payment_intent": str(paid.payment_intent)})

    assert rest.amount == 1500
    again = shop.api.v1.charges.retrieve(paid.id, {"expand": ["refunds"]})
    assert (again.amount_refunded, again.refunded) == (2000, True)
    assert again.refunds is not None and len(again.refunds.data) == 2
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        shop.api.v1.refunds.create({"charge": paid.id})
    assert refusal.value.code == "charge_already_refunded"


def test_a_refund_can_fail_later(shop: Shop) -> None:
    paid = charge(shop, "pm_card_refundFail")
    refund = shop.api.v1.refunds.create({"charge": paid.id})

    shop.sandbox.advance(120)

    assert shop.api.v1.refunds.retrieve(refund.id).status == "failed"
    assert shop.api.v1.charges.retrieve(paid.id).amount_refunded == 0
    assert shop.events()[-2:] == ["refund.updated", "refund.failed"]


@pytest.mark.parametrize(("evidence", "status"), [("winning", "won"), ("losing", "lost")])
def test_a_dispute_is_decided_by_its_evidence(shop: Shop, evidence: str, status: str) -> None:
    paid = charge(shop, "pm_card_createDispute")
    dispute = shop.api.v1.disputes.list({"charge": paid.id}).data[0]
    assert (dispute.status, shop.api.v1.charges.retrieve(paid.id).disputed) == (
        "needs_response",
        True,
    )

    shop.api.v1.disputes.update(
        dispute.id, {"evidence": {"uncategorized_text": f"{evidence}_evidence"}}
    )

    assert shop.api.v1.disputes.retrieve(dispute.id).status == status
    assert shop.events()[-1] == "charge.dispute.closed"


def test_an_inquiry_takes_no_money(shop: Shop) -> None:
    charge(shop, "pm_card_createDisputeInquiry")

    dispute = shop.api.v1.disputes.list().data[0]

    assert (dispute.status, list(dispute.balance_transactions)) == ("warning_needs_response", [])
    refund = shop.api.v1.refunds.create({"charge": str(dispute.charge)})
    assert refund.status == "succeeded"


def test_an_early_fraud_warning_names_its_charge(shop: Shop) -> None:
    paid = charge(shop, "pm_card_createIssuerFraudRecord")

    warnings = shop.api.v1.radar.early_fraud_warnings.list({"charge": paid.id})

    assert [(w.charge, w.actionable) for w in warnings.data] == [(paid.id, True)]


def test_a_risky_payment_waits_for_review(shop: Shop) -> None:
    paid = charge(shop, "pm_card_riskLevelElevated")
    assert paid.outcome is not None and paid.outcome.risk_level == "elevated"

    review = shop.api.v1.reviews.approve(shop.api.v1.reviews.list().data[0].id)

    assert (review.open, review.closed_reason) == (False, "approved")


def test_a_credit_note_lowers_an_open_invoice_until_it_is_paid(shop: Shop) -> None:
    shop.subscribe(payment_behavior="default_incomplete")
    invoice = shop.invoices()[0]

    shop.api.v1.credit_notes.create({"invoice": str(invoice.id), "amount": 200})
    assert shop.invoices()[0].amount_remaining == 499
    shop.api.v1.credit_notes.create({"invoice": str(invoice.id), "amount": 499})

    assert (shop.invoices()[0].status, shop.invoices()[0].amount_paid) == ("paid", 0)


def test_a_credit_note_on_a_paid_invoice_becomes_balance_for_the_next(shop: Shop) -> None:
    shop.save_card()
    id = shop.subscribe().id
    paid = shop.invoices()[0]

    note = shop.api.v1.credit_notes.create(
        {"invoice": str(paid.id), "amount": 300, "credit_amount": 300}
    )
    assert (note.type, shop.api.v1.customers.retrieve(shop.customer).balance) == (
        "post_payment",
        -300,
    )
    end = shop.subscription(id)["items"].data[0].current_period_end
    shop.sandbox.advance(end - shop.sandbox.clock.now() + 7200)

    renewal = shop.invoices()[-1]
    assert (renewal.total, renewal.amount_due, renewal.amount_paid) == (699, 399, 399)
    assert shop.api.v1.customers.retrieve(shop.customer).balance == 0


def test_a_balance_is_the_sum_of_its_entries(shop: Shop) -> None:
    entries = shop.api.v1.customers.balance_transactions
    entries.create(shop.customer, {"amount": -500, "currency": "gbp"})
    entries.create(shop.customer, {"amount": 200, "currency": "gbp", "description": "late fee"})

    found = entries.list(shop.customer).data

    assert [(entry.amount, entry.ending_balance) for entry in found] == [(200, -300), (-500, -500)]


def test_the_bank_renews_a_card_without_the_customer(shop: Shop) -> None:
    card = shop.save_card()

    Client(shop.sandbox).post("/_sandbox/cards/renew", json={"payment_method": card})

    renewed = shop.api.v1.payment_methods.retrieve(card).card
    assert renewed is not None
    assert (renewed.last4, renewed.exp_year) == ("0077", 2038)
    assert shop.events()[-1] == "payment_method.automatically_updated"


def test_an_authorised_payment_is_captured_in_part(shop: Shop) -> None:
    wanted: Any = {
        "amount": 2000,
        "currency": "gbp",
        "confirm": True,
        "capture_method": "manual",
        "payment_method": "pm_card_visa",
    }
    intent = shop.api.v1.payment_intents.create(wanted)
    assert (intent.status, intent.amount_capturable) == ("requires_capture", 2000)

    done = shop.api.v1.payment_intents.capture(intent.id, {"amount_to_capture": 1500})

    assert (done.status, done.amount_received, done.amount_capturable) == ("succeeded", 1500, 0)
