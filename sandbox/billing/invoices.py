"""Invoices: drafted, added up, finalised, settled, given up."""

import hashlib
from typing import Any

from ..engine import Engine
from . import demands, totals
from .balance import change_balance

Obj = dict[str, Any]
SUMS = (
    "amount_due", "amount_overpaid", "amount_paid", "amount_remaining", "amount_shipping",
    "attempt_count", "post_payment_credit_notes_amount", "pre_payment_credit_notes_amount",
    "starting_balance", "subtotal", "total",
)  # fmt: skip
PAYMENT_SETTINGS = ("default_mandate", "payment_method_options", "payment_method_types")
TRANSITIONS = ("finalized_at", "marked_uncollectible_at", "paid_at", "voided_at")
CUSTOMER_FIELDS = ("address", "email", "name", "phone", "shipping")


def draft(
    engine: Engine, customer: Obj, currency: str, *, subscription: Obj | None = None, **members: Any
) -> Obj:
    """A new draft without lines; nothing is announced yet."""
    id = engine.store.new_id("in")
    method = (subscription or {}).get("collection_method", "charge_automatically")
    return engine.new(
        "invoice",
        "in",
        **{
            "id": id,
            "account_country": "US",
            "account_name": engine.settings.account_name,
            **dict.fromkeys(SUMS, 0),
            "attempted": False,
            "auto_advance": True,
            "automatic_tax": automatic_tax(subscription),
            "billing_reason": "manual",
            "collection_method": method,
            "currency": currency,
            **_of_customer(engine, customer),
            "default_tax_rates": [],
            "discounts": [],
            "issuer": {"type": "self"},
            "lines": _no_lines(id),
            "metadata": {},
            "parent": parent_of(subscription),
            "payment_settings": dict.fromkeys(PAYMENT_SETTINGS),
            "period_start": engine.now,
            "period_end": engine.now,
            "status": "draft",
            "status_transitions": dict.fromkeys(TRANSITIONS),
            "_tax_rates": {},
            "_default_tax_rates": [],
            **members,
        },
    )


def _of_customer(engine: Engine, customer: Obj) -> Obj:
    """What an invoice copies from its customer."""
    settings = customer.get("invoice_settings") or {}
    return {
        "customer": customer["id"],
        **{f"customer_{name}": customer.get(name) for name in CUSTOMER_FIELDS},
        "customer_tax_exempt": customer.get("tax_exempt") or "none",
        "customer_tax_ids": [
            {"type": tax_id["type"], "value": tax_id["value"]}
            for tax_id in engine.store.where("tax_id", "customer", customer["id"])
        ],
        "custom_fields": settings.get("custom_fields"),
        "footer": settings.get("footer"),
        "starting_balance": customer["balance"],
        "test_clock": customer.get("test_clock"),
    }


def _no_lines(id: str) -> Obj:
    return {
        "object": "list",
        "data": [],
        "has_more": False,
        "total_count": 0,
        "url": f"/v1/invoices/{id}/lines",
    }


def parent_of(subscription: Obj | None) -> Obj | None:
    """The member that names the subscription an invoice is for."""
    if subscription is None:
        return None
    return {
        "type": "subscription_details",
        "quote_details": None,
        "subscription_details": {
            "metadata": dict(subscription["metadata"]),
            "subscription": subscription["id"],
        },
    }


def automatic_tax(subscription: Obj | None) -> Obj:
    """Whether Stripe works the tax out, as a subscription says."""
    enabled = bool(subscription and subscription["automatic_tax"]["enabled"])
    return {
        "disabled_reason": None,
        "enabled": enabled,
        "liability": {"type": "self"} if enabled else None,
        "provider": "stripe" if enabled else None,
        "status": "complete" if enabled else None,
    }


def set_lines(engine: Engine, invoice: Obj, lines: list[Obj]) -> None:
    """Give a draft its lines and add it up."""
    invoice["lines"].update(data=lines, total_count=len(lines))
    totals.recompute(engine, invoice)
    engine.store.put(invoice)


def subscription_of(engine: Engine, invoice: Obj) -> Obj | None:
    """The subscription an invoice is for."""
    details = (invoice["parent"] or {}).get("subscription_details")
    return engine.store.get("subscription", details["subscription"]) if details else None


def finalize(engine: Engine, invoice: Obj) -> None:
    """Turn a draft into a demand: number, balance, payment intent; nothing to pay means paid."""
    customer = engine.get("customer", invoice["customer"])
    invoice["starting_balance"] = customer["balance"]
    totals.recompute(engine, invoice)
    invoice.update(
        status="open",
        number=_number(engine, customer),
        effective_at=engine.now,
        automatically_finalizes_at=None,
        hosted_invoice_url=f"{engine.settings.public_url}/i/{invoice['id']}",
        invoice_pdf=f"{engine.settings.public_url}/i/{invoice['id']}/pdf",
    )
    invoice["status_transitions"]["finalized_at"] = engine.now
    engine.agenda.cancel("finalize_invoice", invoice["id"])
    _use_balance(engine, invoice, customer)
    if invoice["amount_due"] > 0:
        demands.demand(engine, invoice, subscription_of(engine, invoice))
    engine.emit("invoice.finalized", invoice)
    if invoice["amount_due"] == 0:
        settle(engine, invoice)


def _number(engine: Engine, customer: Obj) -> str:
    prefix = customer["invoice_prefix"]
    if prefix is None:
        prefix = hashlib.sha256(customer["id"].encode()).hexdigest()[:8].upper()
    count = customer["_invoice_sequence"]
    customer["_invoice_sequence"] = count + 1
    engine.store.put(customer)
    return f"{prefix}-{count:04d}"


def _use_balance(engine: Engine, invoice: Obj, customer: Obj) -> None:
    used = invoice["total"] - invoice["amount_due"]
    if used:
        change_balance(
            engine, customer, used, "applied_to_invoice", invoice["currency"], invoice=invoice["id"]
        )
    invoice["ending_balance"] = customer["balance"]


def settle(engine: Engine, invoice: Obj, *, out_of_band: bool = False) -> None:
    """Mark an invoice paid and tell of it."""
    demand = demands.demand_of(engine, invoice)
    if demand is not None:
        demands.close_demand(engine, demand[0], demand[1], paid=not out_of_band)
    invoice.update(
        status="paid",
        attempted=True,
        amount_paid=invoice["amount_due"] - invoice["pre_payment_credit_notes_amount"],
        amount_remaining=0,
        next_payment_attempt=None,
        auto_advance=False,
    )
    invoice["status_transitions"]["paid_at"] = engine.now
    engine.agenda.cancel("retry_invoice", invoice["id"])
    engine.changed("invoice.updated", invoice)
    engine.emit("invoice.paid", invoice)
    engine.emit("invoice.payment_succeeded", invoice)


def close(engine: Engine, invoice: Obj, status: str) -> None:
    """Give an open invoice up: ``void``, or ``uncollectible`` which can still be paid."""
    demand = demands.demand_of(engine, invoice)
    invoice.update(status=status, next_payment_attempt=None, auto_advance=False)
    moment = "voided_at" if status == "void" else "marked_uncollectible_at"
    invoice["status_transitions"][moment] = engine.now
    for kind in ("retry_invoice", "finalize_invoice"):
        engine.agenda.cancel(kind, invoice["id"])
    if demand is not None and status == "void":
        demands.close_demand(engine, demand[0], demand[1], paid=False)
    name = "voided" if status == "void" else "marked_uncollectible"
    engine.changed("invoice.updated", invoice)
    engine.emit(f"invoice.{name}", invoice)
