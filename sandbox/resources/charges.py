"""Charges: one attempt each to take money."""

from typing import Any

from ..billing import payment_methods, payments
from ..engine import Engine
from ..errors import missing
from ..events import public
from ..expand import included
from ..lists import envelope, listing
from ..operations import Call, apply, apply_metadata, operation, referred, subject
from .payment_intents import check_amount

Obj = dict[str, Any]
listing("charge", "/v1/charges", "Charge.list")
listing("balance_transaction", "/v1/balance_transactions", "BalanceTransaction.list")


@operation("POST /v1/charges", "Charge.create")
def create(call: Call) -> Obj:
    """The older way to charge a token or a customer's default method."""
    engine, params = call.engine, call.params
    for name in ("amount", "currency"):
        if name not in params:
            raise missing(name)
    check_amount(params["amount"], params["currency"])
    customer = None
    if params.get("customer"):
        customer = referred(engine, "customer", params["customer"], "customer")
    method = _method(engine, params.get("source"), customer)
    if method is None:
        raise missing("source")
    intent = payments.intent(
        engine,
        params["amount"],
        params["currency"].lower(),
        customer=params.get("customer"),
        description=params.get("description"),
        metadata=dict(params.get("metadata") or {}),
        payment_method=method["id"],
        capture_method="automatic" if params.get("capture", True) else "manual",
    )
    payments.confirm(engine, intent)
    return engine.get("charge", intent["latest_charge"])


def _method(engine: Engine, source: str | None, customer: Obj | None) -> Obj | None:
    if source:
        return payment_methods.from_token(engine, source)
    return payment_methods.default_of(engine, customer) if customer else None


@operation("GET /v1/charges/{id}", "Charge.retrieve")
def retrieve(call: Call) -> Obj:
    """One charge."""
    return subject(call, "charge")


@operation("POST /v1/charges/{id}", "Charge.update")
def update(call: Call) -> Obj:
    """Change what is noted on a charge."""
    charge = subject(call, "charge")
    apply(charge, call.params, "description", "receipt_email", "transfer_group")
    if call.params.get("shipping"):
        charge["shipping"] = payment_methods.shipping(call.params["shipping"])
    if call.params.get("fraud_details"):
        charge["fraud_details"] = dict(call.params["fraud_details"])
    apply_metadata(charge, call.params)
    call.engine.changed("charge.updated", charge)
    return charge


@operation("POST /v1/charges/{id}/capture", "Charge.capture")
def capture(call: Call) -> Obj:
    """Collect an authorised charge."""
    charge = subject(call, "charge")
    intent = call.engine.get("payment_intent", charge["payment_intent"])
    payments.capture(call.engine, intent, call.params.get("amount"))
    return charge


@operation("GET /v1/balance_transactions/{id}", "BalanceTransaction.retrieve")
def retrieve_balance_transaction(call: Call) -> Obj:
    """One entry of the account's balance."""
    return subject(call, "balance_transaction")


@operation("GET /v1/balance", "Balance.retrieve")
def balance(call: Call) -> Obj:
    """What the account holds, by currency; two days after a charge it is available."""
    available: dict[str, int] = {}
    waiting: dict[str, int] = {}
    for entry in call.engine.store.all("balance_transaction"):
        sums = available if entry["available_on"] <= call.engine.now else waiting
        sums[entry["currency"]] = sums.get(entry["currency"], 0) + entry["net"]
    return {
        "object": "balance",
        "available": _amounts(available),
        "livemode": False,
        "pending": _amounts(waiting),
    }


def _amounts(sums: dict[str, int]) -> list[Obj]:
    found = sums or {"usd": 0}
    return [
        {"amount": amount, "currency": currency, "source_types": {"card": amount}}
        for currency, amount in found.items()
    ]


@included("charge", "refunds")
def refunds(engine: Engine, charge: Obj) -> Obj:
    """What was paid back of a charge."""
    rows = [public(r) for r in engine.store.where("refund", "charge", charge["id"])]
    return envelope(rows[::-1][:10], f"/v1/charges/{charge['id']}/refunds", len(rows) > 10)
