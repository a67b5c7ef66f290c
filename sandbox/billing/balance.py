"""A customer's balance with the account: below zero is credit, above zero is owed."""

from typing import Any

from ..engine import Engine

Obj = dict[str, Any]


def change_balance(
    engine: Engine, customer: Obj, amount: int, type: str, currency: str, **members: Any
) -> Obj:
    """Move a customer's balance and keep the entry."""
    customer["balance"] += amount
    customer["currency"] = customer["currency"] or currency
    entry = engine.new(
        "customer_balance_transaction",
        "cbtxn",
        amount=amount,
        currency=currency,
        customer=customer["id"],
        ending_balance=customer["balance"],
        metadata={},
        type=type,
        **members,
    )
    engine.changed("customer.updated", customer)
    return entry
