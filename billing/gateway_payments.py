"""Money that has moved at Stripe: charges, refunds, disputes, warnings; and paying back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from stripe import StripeClient

from billing.gateway_errors import StripeRefused, our_errors
from billing.models import MUST_CONFIRM
from billing.stripe_records import InvoiceRecord, invoice_record
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
class ChargeRecord:
    """One try to take money, why it failed, and what went back of it. Amounts are minor units."""

    intent_id: str
    decline_reason: str | None
    refunded_minor: int
    refunded_at: datetime | None
    is_disputed: bool


@dataclass(frozen=True)
class BillRecord:
    """An invoice, by which intents it is paid, and whether Stripe has tried one."""

    invoice: InvoiceRecord
    intent_ids: tuple[str, ...]
    was_tried: bool


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
        whose = {"customer": customer_id}
        bills = list(self._bills(whose))
        charges: defaultdict[str, list[ChargeRecord]] = defaultdict(list)
        for charge in self._charges(whose):
            charges[charge.intent_id].append(charge)
        return [
            self.payment(bill, intent_id, charges[intent_id])
            for bill in bills
            for intent_id in bill.intent_ids
        ]

    def all_bills(self) -> Iterator[BillRecord]:
        """Every invoice of the account, page by page."""
        return self._bills({})

    def all_charges(self) -> Iterator[ChargeRecord]:
        """Every charge of the account, page by page, newest first."""
        return self._charges({})

    def payment(
        self, bill: BillRecord, intent_id: str, charges: Sequence[ChargeRecord]
    ) -> PaymentRecord:
        """What became of one payment of a bill; ``charges`` are those of its intent, newest
        first."""
        disputed = any(charge.is_disputed for charge in charges)
        dispute = self._dispute(intent_id) if disputed else {}
        back = [charge.refunded_at for charge in charges if charge.refunded_at is not None]
        return PaymentRecord(
            invoice_id=bill.invoice.id,
            customer_id=bill.invoice.customer_id,
            intent_id=intent_id,
            refunded_minor=sum(charge.refunded_minor for charge in charges),
            refunded_at=max(back, default=None),
            dispute_id=dispute.get("id"),
            dispute_status=dispute.get("status"),
            disputed_at=epoch(dispute.get("created")),
            decline_reason=self._decline_reason(bill, intent_id, charges),
        )

    def _bills(self, whose: dict[str, str]) -> Iterator[BillRecord]:
        with_payments: Any = {**whose, "limit": 100, "expand": ["data.payments"]}
        with our_errors():
            for one in self._client.v1.invoices.list(with_payments).auto_paging_iter():
                said = one.to_dict()
                yield BillRecord(invoice_record(one), tuple(_intents(said)), said["attempted"])

    def _charges(self, whose: dict[str, str]) -> Iterator[ChargeRecord]:
        with_refunds: Any = {**whose, "limit": 100, "expand": ["data.refunds"]}
        with our_errors():
            for one in self._client.v1.charges.list(with_refunds).auto_paging_iter():
                yield _charge_record(one.to_dict())

    def _decline_reason(
        self, bill: BillRecord, intent_id: str, charges: Sequence[ChargeRecord]
    ) -> str | None:
        """Why the newest charge failed. One that the payer must confirm was never made."""
        if bill.invoice.status == "open" and bill.was_tried and self._try(intent_id).waits:
            return MUST_CONFIRM
        return charges[0].decline_reason if charges else None

    def _dispute(self, intent_id: str) -> dict[str, Any]:
        with our_errors():
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

    def change_credit(
        self, customer_id: str, amount_minor: int, currency: str, *, reservation: str, key: str
    ) -> None:
        """Give a customer credit, or take it back with a sum below zero, to be found by its
        reservation. Stripe's balance says what a customer owes, so that credit is below zero."""
        params: Any = {"amount": -amount_minor, "currency": currency}
        params["metadata"] = {"reservation": reservation}
        with our_errors():
            self._client.v1.customers.balance_transactions.create(
                customer_id, params, {"idempotency_key": key}
            )

    def has_changed_credit(self, customer_id: str, reservation: str) -> bool:
        """Whether a customer's credit was changed for ``reservation``."""
        with our_errors():
            moves = self._client.v1.customers.balance_transactions.list(customer_id, {"limit": 100})
            return any(
                (one.to_dict().get("metadata") or {}).get("reservation") == reservation
                for one in moves.auto_paging_iter()
            )


def _charge_record(said: dict[str, Any]) -> ChargeRecord:
    refunds = (said.get("refunds") or {}).get("data", [])
    reason = (said.get("outcome") or {}).get("reason") or said.get("failure_code")
    return ChargeRecord(
        intent_id=said.get("payment_intent") or "",
        decline_reason=reason if said["status"] == "failed" else None,
        refunded_minor=said["amount_refunded"],
        refunded_at=epoch(max((refund["created"] for refund in refunds), default=None)),
        is_disputed=said["disputed"],
    )


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
