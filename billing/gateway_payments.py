"""Money that has moved at Stripe: charges, refunds, disputes, warnings; and paying back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from stripe import StripeClient

from billing.gateway_errors import StripeRefused, our_errors
from billing.models import MUST_CONFIRM
from core.db import epoch

UNCONFIRMED = (MUST_CONFIRM, "payment_intent_authentication_failure")


@dataclass(frozen=True)
class PaymentRecord:
    """What became of the payment of one invoice. Amounts are minor units."""

    invoice_id: str
    customer_id: str | None
    intent_id: str
    refunded_minor: int
    refunded_at: datetime | None
    dispute_id: str | None
    dispute_status: str | None
    disputed_at: datetime | None
    decline_reason: str | None


@dataclass(frozen=True)
class TryRecord:
    """The last try to collect an invoice: on which method, and whether it waits for its payer,
    whose bank wants them to confirm it. Both are empty where nothing was tried."""

    method_id: str | None = None
    waits: bool = False


class Payments:
    """The part of the gateway that reads, collects and returns money."""

    _client: StripeClient

    def payments(self, customer_id: str) -> list[PaymentRecord]:
        """What became of every payment of the customer, all pages of them."""
        return self._payments({"customer": customer_id})

    def all_payments(self) -> list[PaymentRecord]:
        """What became of every payment of the account."""
        return self._payments({})

    def _payments(self, whose: dict[str, str]) -> list[PaymentRecord]:
        with_payments: Any = {**whose, "limit": 100, "expand": ["data.payments"]}
        with our_errors():
            invoices = self._client.v1.invoices.list(with_payments)
            said = [invoice.to_dict() for invoice in invoices.auto_paging_iter()]
            charges = self._charges(whose)
            return [
                self._payment(invoice, intent_id, charges.get(intent_id, []))
                for invoice in said
                for intent_id in _intents(invoice)
            ]

    def _charges(self, whose: dict[str, str]) -> dict[str, list[dict[str, Any]]]:
        """Charges by payment intent, newest first, with their refunds."""
        with_refunds: Any = {**whose, "limit": 100, "expand": ["data.refunds"]}
        found = self._client.v1.charges.list(with_refunds)
        by_intent: dict[str, list[dict[str, Any]]] = {}
        for charge in found.auto_paging_iter():
            said = charge.to_dict()
            by_intent.setdefault(said.get("payment_intent") or "", []).append(said)
        return by_intent

    def _payment(
        self, invoice: dict[str, Any], intent_id: str, charges: list[dict[str, Any]]
    ) -> PaymentRecord:
        disputed = any(charge["disputed"] for charge in charges)
        dispute = self._dispute(intent_id) if disputed else {}
        refunds = [r for c in charges for r in (c.get("refunds") or {}).get("data", [])]
        return PaymentRecord(
            invoice_id=invoice["id"],
            customer_id=invoice.get("customer"),
            intent_id=intent_id,
            refunded_minor=sum(charge["amount_refunded"] for charge in charges),
            refunded_at=epoch(max((refund["created"] for refund in refunds), default=None)),
            dispute_id=dispute.get("id"),
            dispute_status=dispute.get("status"),
            disputed_at=epoch(dispute.get("created")),
            decline_reason=self._decline_reason(invoice, intent_id, charges),
        )

    def _decline_reason(
        self, invoice: dict[str, Any], intent_id: str, charges: list[dict[str, Any]]
    ) -> str | None:
        """Why the newest charge failed. One that the payer must confirm was never made."""
        if invoice["status"] == "open" and invoice["attempted"] and self._try(intent_id).waits:
            return MUST_CONFIRM
        if not charges or charges[0]["status"] != "failed":
            return None
        outcome = charges[0].get("outcome") or {}
        reason: str | None = outcome.get("reason") or charges[0].get("failure_code")
        return reason

    def _dispute(self, intent_id: str) -> dict[str, Any]:
        found = self._client.v1.disputes.list({"payment_intent": intent_id, "limit": 1}).data
        return found[0].to_dict() if found else {}

    def last_try(self, invoice_id: str) -> TryRecord:
        """What became of the last try to collect an invoice."""
        with our_errors():
            said = self._client.v1.invoices.retrieve(invoice_id, {"expand": ["payments"]}).to_dict()
        tries = _intents(said)
        return self._try(tries[0]) if tries else TryRecord()

    def _try(self, intent_id: str) -> TryRecord:
        with our_errors():
            return _try_record(self._client.v1.payment_intents.retrieve(intent_id).to_dict())

    def page_of(self, invoice_id: str) -> str | None:
        """The address of the hosted page on which an open invoice is paid, or its payment
        confirmed."""
        with our_errors():
            return self._client.v1.invoices.retrieve(invoice_id).hosted_invoice_url

    def pdf_of(self, invoice_id: str) -> str | None:
        """The address of a finalised invoice's PDF; it works for some days, so it is asked for
        anew each time."""
        with our_errors():
            return self._client.v1.invoices.retrieve(invoice_id).invoice_pdf

    def method_of(self, subscription_id: str) -> str | None:
        """The card that a subscription is charged on: its own, else its customer's."""
        with our_errors():
            said = self._client.v1.subscriptions.retrieve(
                subscription_id, {"expand": ["customer"]}
            ).to_dict()
        of_customer = said["customer"].get("invoice_settings") or {}
        return said.get("default_payment_method") or of_customer.get("default_payment_method")

    def is_paid(self, invoice_id: str) -> bool:
        """Whether an invoice is settled."""
        with our_errors():
            return self._client.v1.invoices.retrieve(invoice_id).status == "paid"

    def pay(self, invoice_id: str, method_id: str, *, key: str) -> None:
        """Collect an open invoice now. Raises ``CardDeclined`` where the bank refuses, or wants
        its payer to confirm the payment."""
        with our_errors():
            self._client.v1.invoices.pay(
                invoice_id, {"payment_method": method_id}, {"idempotency_key": key}
            )

    def invoice_of_warning(self, warning_id: str) -> str | None:
        """The invoice whose payment a bank suspects; ``None`` where it paid for none."""
        try:
            with our_errors():
                warning = self._client.v1.radar.early_fraud_warnings.retrieve(warning_id).to_dict()
                intent = warning.get("payment_intent")
                if not intent:
                    return None
                asked: Any = {"payment": {"type": "payment_intent", "payment_intent": intent}}
                asked["limit"] = 1
                found = self._client.v1.invoice_payments.list(asked).data
        except StripeRefused:
            return None
        said = found[0].to_dict()["invoice"] if found else None
        return said["id"] if isinstance(said, dict) else said

    def pay_back(self, invoice_id: str, amount_minor: int | None, *, key: str) -> bool:
        """Give back what was paid for an invoice, whole unless an amount is named.

        ``False`` where no payment was made for it, such as one settled by a credit.
        """
        with our_errors():
            paid = self._client.v1.invoice_payments.list({"invoice": invoice_id, "status": "paid"})
            for one in paid.auto_paging_iter():
                intent = one.to_dict()["payment"].get("payment_intent")
                if intent is None:
                    continue
                params: Any = {"payment_intent": intent}
                if amount_minor is not None:
                    params["amount"] = amount_minor
                self._client.v1.refunds.create(params, {"idempotency_key": key})
                return True
        return False


def _try_record(said: dict[str, Any]) -> TryRecord:
    """A charge that failed leaves its method in the error alone."""
    error = said.get("last_payment_error") or {}
    failed = error.get("payment_method") or {}
    waits = said["status"] == "requires_action" or error.get("code") in UNCONFIRMED
    return TryRecord(said.get("payment_method") or failed.get("id"), waits)


def _intents(invoice: dict[str, Any]) -> list[str]:
    payments = (invoice.get("payments") or {}).get("data", [])
    intents = [one["payment"].get("payment_intent") for one in payments]
    return [intent for intent in intents if intent]
