"""What some test cards bring after a successful charge: disputes, warnings, reviews."""

from typing import Any

from ..engine import Engine
from . import disputes
from .payment_methods import card_of

Obj = dict[str, Any]


def follow(engine: Engine, charge: Obj, method: Obj) -> None:
    """Do what the card is known for once its charge has gone through."""
    card = card_of(method)
    if card is None or card.after is None:
        return
    if card.after in ("dispute", "inquiry"):
        disputes.open(engine, charge, inquiry=card.after == "inquiry")
    elif card.after == "early_fraud_warning":
        warning = engine.new(
            "radar.early_fraud_warning",
            "issfr",
            actionable=True,
            charge=charge["id"],
            fraud_type="made_with_stolen_card",
            payment_intent=charge["payment_intent"],
        )
        engine.emit("radar.early_fraud_warning.created", warning)
    elif card.after == "review":
        _review(engine, charge)


def _review(engine: Engine, charge: Obj) -> None:
    review = engine.new(
        "review",
        "prv",
        charge=charge["id"],
        open=True,
        opened_reason="rule",
        payment_intent=charge["payment_intent"],
        reason="rule",
    )
    charge["review"] = review["id"]
    engine.store.put(charge)
    intent = engine.get("payment_intent", charge["payment_intent"])
    intent["review"] = review["id"]
    engine.store.put(intent)
    engine.emit("review.opened", review)
