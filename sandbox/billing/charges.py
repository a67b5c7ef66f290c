"""Charges and what they put on the account's balance."""

from typing import Any

from ..engine import Engine
from .cards import DECLINES
from .payment_methods import billing_details, card_of

Obj = dict[str, Any]
DAY = 86_400
SELLER_MESSAGE = "The bank did not return any further details with this decline."


def charge(engine: Engine, intent: Obj, method: Obj, *, failure: str | None, captured: bool) -> Obj:
    """Put one attempt to collect a payment intent on record, succeeded or failed."""
    amount: int = intent["amount"]
    made = engine.new(
        "charge",
        "ch",
        amount=amount,
        amount_captured=amount if captured and not failure else 0,
        amount_refunded=0,
        billing_details=billing_details(method["billing_details"]),
        calculated_statement_descriptor=engine.settings.account_name.upper()[:22],
        captured=captured and not failure,
        currency=intent["currency"],
        customer=intent["customer"],
        description=intent["description"],
        disputed=False,
        fraud_details={},
        metadata=dict(intent["metadata"]),
        outcome=_outcome(method, failure),
        paid=failure is None,
        payment_intent=intent["id"],
        payment_method=method["id"],
        payment_method_details=_details(method, amount),
        receipt_email=intent["receipt_email"],
        receipt_url=f"{engine.settings.public_url}/receipts/{intent['id']}",
        refunded=False,
        shipping=intent["shipping"],
        status="failed" if failure else "succeeded",
        statement_descriptor=intent["statement_descriptor"],
        statement_descriptor_suffix=intent["statement_descriptor_suffix"],
    )
    if failure:
        decline = DECLINES[failure]
        made.update(failure_code=decline.code, failure_message=decline.message)
    elif captured:
        enter_balance(engine, made)
    return made


def enter_balance(engine: Engine, charge: Obj) -> None:
    """Book a captured charge, less the fee, on the account's balance."""
    amount = charge["amount_captured"]
    fee = round(amount * 0.029) + 30
    entry = book(engine, charge["id"], "charge", amount, charge["currency"], fee=fee)
    charge["balance_transaction"] = entry["id"]


def book(
    engine: Engine, source: str, type: str, amount: int, currency: str, *, fee: int = 0
) -> Obj:
    """One entry of the account's balance."""
    details = {
        "amount": fee,
        "application": None,
        "currency": currency,
        "description": "Stripe processing fees",
        "type": "stripe_fee",
    }
    return engine.new(
        "balance_transaction",
        "txn",
        amount=amount,
        available_on=engine.now + 2 * DAY,
        balance_type="payments",
        currency=currency,
        fee=fee,
        fee_details=[details] if fee else [],
        net=amount - fee,
        reporting_category=type if type != "adjustment" else "dispute",
        source=source,
        status="pending",
        type=type,
    )


def _outcome(method: Obj, failure: str | None) -> Obj:
    card = card_of(method)
    elevated = card is not None and card.after == "review"
    if failure is None:
        return {
            "advice_code": None,
            "network_advice_code": None,
            "network_decline_code": None,
            "network_status": "approved_by_network",
            "reason": "elevated_risk_level" if elevated else None,
            "risk_level": "elevated" if elevated else "normal",
            "risk_score": 65 if elevated else 20,
            "seller_message": "Payment complete.",
            "type": "manual_review" if elevated else "authorized",
        }
    decline = DECLINES[failure]
    return {
        "advice_code": "try_again_later" if failure == "insufficient_funds" else None,
        "network_advice_code": None,
        "network_decline_code": "51" if failure == "insufficient_funds" else "05",
        "network_status": "declined_by_network",
        "reason": decline.decline_code,
        "risk_level": "normal",
        "risk_score": 20,
        "seller_message": SELLER_MESSAGE,
        "type": "issuer_declined",
    }


def _details(method: Obj, amount: int) -> Obj:
    if method["type"] != "card":
        debit = method["sepa_debit"]
        return {
            "type": "sepa_debit",
            "sepa_debit": {
                **{k: debit[k] for k in ("bank_code", "branch_code", "country", "fingerprint")},
                "last4": debit["last4"],
                "mandate": None,
            },
        }
    card = method["card"]
    names = ("brand", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4")
    return {
        "type": "card",
        "card": {
            **{name: card[name] for name in names},
            "amount_authorized": amount,
            "checks": dict(card["checks"]),
            "extended_authorization": {"status": "disabled"},
            "incremental_authorization": {"status": "unavailable"},
            "multicapture": {"status": "unavailable"},
            "network": card["brand"],
            "network_token": {"used": False},
            "overcapture": {"maximum_amount_capturable": amount, "status": "unavailable"},
            "regulated_status": "unregulated",
        },
    }
