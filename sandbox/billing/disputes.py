"""Disputes and inquiries: opened by a test card, answered, closed, won or lost."""

from typing import Any

from ..engine import Engine
from . import charges

Obj = dict[str, Any]
DAY = 86_400
FEE = 1_500
EVIDENCE = [
    "access_activity_log",
    "billing_address",
    "cancellation_policy",
    "cancellation_policy_disclosure",
    "cancellation_rebuttal",
    "customer_communication",
    "customer_email_address",
    "customer_name",
    "customer_purchase_ip",
    "customer_signature",
    "duplicate_charge_documentation",
    "duplicate_charge_explanation",
    "duplicate_charge_id",
    "product_description",
    "receipt",
    "refund_policy",
    "refund_policy_disclosure",
    "refund_refusal_explanation",
    "service_date",
    "service_documentation",
    "shipping_address",
    "shipping_carrier",
    "shipping_date",
    "shipping_documentation",
    "shipping_tracking_number",
    "uncategorized_file",
    "uncategorized_text",
]


def open(engine: Engine, charge: Obj, *, inquiry: bool) -> Obj:
    """The cardholder questions a charge; a dispute takes the money at once, an inquiry does not."""
    dispute = engine.new(
        "dispute",
        "du",
        amount=charge["amount"],
        balance_transactions=[],
        charge=charge["id"],
        currency=charge["currency"],
        enhanced_eligibility_types=[],
        evidence={**dict.fromkeys(EVIDENCE), "enhanced_evidence": {}},
        evidence_details={
            "due_by": engine.now + 9 * DAY,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        is_charge_refundable=inquiry,
        metadata={},
        payment_intent=charge["payment_intent"],
        payment_method_details=_card(charge, "inquiry" if inquiry else "chargeback"),
        reason="fraudulent",
        status="warning_needs_response" if inquiry else "needs_response",
    )
    charge["disputed"] = True
    engine.changed("charge.updated", charge)
    engine.emit("charge.dispute.created", dispute)
    if not inquiry:
        _move_money(engine, dispute, -dispute["amount"], FEE)
        engine.emit("charge.dispute.funds_withdrawn", dispute)
    return dispute


def _card(charge: Obj, case: str) -> Obj:
    card = charge["payment_method_details"]["card"]
    shown = {"brand": card["brand"], "network": card["network"]}
    return {"card": {**shown, "case_type": case, "network_reason_code": "10"}, "type": "card"}


def _move_money(engine: Engine, dispute: Obj, amount: int, fee: int = 0) -> None:
    entry = charges.book(engine, dispute["id"], "adjustment", amount, dispute["currency"], fee=fee)
    dispute["balance_transactions"] = [*dispute["balance_transactions"], entry]


def close(engine: Engine, dispute: Obj, *, won: bool) -> None:
    """End a dispute or an inquiry; a dispute that is won brings the money back."""
    inquiry = dispute["status"].startswith("warning")
    dispute["status"] = "warning_closed" if inquiry else "won" if won else "lost"
    if won and not inquiry:
        _move_money(engine, dispute, dispute["amount"])
        engine.emit("charge.dispute.funds_reinstated", dispute)
    engine.emit("charge.dispute.closed", dispute)
