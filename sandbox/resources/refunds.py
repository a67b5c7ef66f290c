"""Refunds: money that goes back."""

from typing import Any

from ..billing import charges, payment_methods
from ..engine import Engine, job
from ..errors import invalid
from ..lists import listing
from ..operations import Call, apply_metadata, operation, referred, subject

Obj = dict[str, Any]
FAILS_AFTER = 60
listing("refund", "/v1/refunds", "Refund.list")


@operation("POST /v1/refunds", "Refund.create")
def create(call: Call) -> Obj:
    """Pay back a charge, whole or in part."""
    engine, params = call.engine, call.params
    charge = _charge(engine, params)
    return pay_back(engine, charge, params.get("amount"), params)


def pay_back(engine: Engine, charge: Obj, wanted: int | None, params: Obj) -> Obj:
    """Pay back a charge, all that is left of it unless an amount is wanted."""
    left = charge["amount_captured"] - charge["amount_refunded"]
    amount = left if wanted is None else wanted
    _check(engine, charge, amount, left)
    refund = _new(engine, charge, amount, params)
    _count(engine, charge, amount)
    engine.emit("refund.created", refund)
    engine.emit("charge.refunded", charge)
    engine.emit("charge.refund.updated", refund)
    return refund


def _check(engine: Engine, charge: Obj, amount: int, left: int) -> None:
    if charge["status"] != "succeeded":
        raise invalid("Charge cannot be refunded: it did not succeed.", "charge")
    disputes = engine.store.where("dispute", "charge", charge["id"])
    if not all(dispute["is_charge_refundable"] for dispute in disputes):
        raise invalid(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.",
            "charge",
            "charge_disputed",
        )
    if left == 0:
        raise invalid(
            f"Charge {charge['id']} has already been refunded.", "charge", "charge_already_refunded"
        )
    if not 0 < amount <= left:
        raise invalid(
            f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})",
            "amount",
        )


def _charge(engine: Engine, params: Obj) -> Obj:
    if params.get("charge"):
        return referred(engine, "charge", params["charge"], "charge")
    if not params.get("payment_intent"):
        raise invalid(
            "One of the following params should be provided for this request: payment_intent or "
            "charge.",
            "charge",
            "parameter_missing",
        )
    intent = referred(engine, "payment_intent", params["payment_intent"], "payment_intent")
    if intent["latest_charge"] is None:
        raise invalid(
            f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.",
            "payment_intent",
        )
    return referred(engine, "charge", intent["latest_charge"], "payment_intent")


def _new(engine: Engine, charge: Obj, amount: int, params: Obj) -> Obj:
    refund = engine.new(
        "refund",
        "re",
        amount=amount,
        charge=charge["id"],
        currency=charge["currency"],
        destination_details={
            "card": {
                "reference_status": "pending",
                "reference_type": "acquirer_reference_number",
                "type": "refund",
            },
            "type": "card",
        },
        metadata=dict(params.get("metadata") or {}),
        payment_intent=charge["payment_intent"],
        reason=params.get("reason"),
        status="succeeded",
    )
    entry = charges.book(engine, refund["id"], "refund", -amount, charge["currency"])
    refund["balance_transaction"] = entry["id"]
    method = engine.store.get("payment_method", charge["payment_method"] or "")
    card = payment_methods.card_of(method) if method else None
    if card is not None and card.after == "refund_fails":
        engine.schedule("fail_refund", refund["id"], engine.now + FAILS_AFTER)
    return refund


def _count(engine: Engine, charge: Obj, amount: int) -> None:
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
    engine.store.put(charge)


@job("fail_refund")
def fail(engine: Engine, id: str) -> None:
    """The bank sends a refund back some time later."""
    refund = engine.get("refund", id)
    charge = engine.get("charge", refund["charge"])
    refund.update(status="failed", failure_reason="expired_or_canceled_card")
    entry = charges.book(engine, id, "refund_failure", refund["amount"], refund["currency"])
    refund["failure_balance_transaction"] = entry["id"]
    _count(engine, charge, -refund["amount"])
    engine.emit("refund.updated", refund)
    engine.emit("refund.failed", refund)


@operation("GET /v1/refunds/{id}", "Refund.retrieve")
def retrieve(call: Call) -> Obj:
    """One refund."""
    return subject(call, "refund")


@operation("POST /v1/refunds/{id}", "Refund.update")
def update(call: Call) -> Obj:
    """Change what is noted on a refund."""
    refund = subject(call, "refund")
    apply_metadata(refund, call.params)
    if call.engine.changed("refund.updated", refund):
        call.engine.emit("charge.refund.updated", refund)
    return refund


@operation("POST /v1/refunds/{id}/cancel", "Refund.cancel")
def cancel(call: Call) -> Obj:
    """Stop a refund that still waits for the customer."""
    refund = subject(call, "refund")
    if refund["status"] != "requires_action":
        raise invalid(
            f"This refund ({refund['id']}) cannot be canceled because it has a status of "
            f"{refund['status']}."
        )
    refund["status"] = "canceled"
    call.engine.changed("refund.updated", refund)
    return refund


@operation("POST /v1/test_helpers/refunds/{id}/expire", "test_helpers.Refund.expire")
def expire(call: Call) -> Obj:
    """Let a refund that waits for the customer run out."""
    refund = subject(call, "refund")
    if refund["status"] != "requires_action":
        raise invalid("You can only expire a refund that requires action.")
    fail(call.engine, refund["id"])
    return refund
