"""Credit notes and the balance that customers hold."""

from typing import Any

from ..billing import credit_notes
from ..billing.balance import change_balance
from ..errors import no_such
from ..lists import listing, page_of
from ..operations import Call, apply, apply_metadata, operation, referred, subject
from .customers import living

Obj = dict[str, Any]
listing("credit_note", "/v1/credit_notes", "CreditNote.list")


def _built(call: Call) -> tuple[Obj, Obj]:
    invoice = referred(call.engine, "invoice", call.params["invoice"], "invoice")
    return credit_notes.build(call.engine, invoice, call.params), invoice


@operation("POST /v1/credit_notes", "CreditNote.create")
def create(call: Call) -> Obj:
    """Make a finalised invoice smaller."""
    note, invoice = _built(call)
    credit_notes.issue(call.engine, note, invoice, call.params)
    return note


@operation("GET /v1/credit_notes/preview", "CreditNote.preview")
def preview(call: Call) -> Obj:
    """What a credit note would be."""
    note, _ = _built(call)
    call.engine.store.remove(note)
    return note


@operation("GET /v1/credit_notes/{id}", "CreditNote.retrieve")
def retrieve(call: Call) -> Obj:
    """One credit note."""
    return subject(call, "credit_note")


@operation("POST /v1/credit_notes/{id}", "CreditNote.update")
def update(call: Call) -> Obj:
    """Change what is noted on a credit note."""
    note = subject(call, "credit_note")
    apply(note, call.params, "memo")
    apply_metadata(note, call.params)
    call.engine.changed("credit_note.updated", note)
    return note


@operation("POST /v1/credit_notes/{id}/void", "CreditNote.void_credit_note")
def void(call: Call) -> Obj:
    """Take a credit note back."""
    note = subject(call, "credit_note")
    credit_notes.void(call.engine, note)
    return note


@operation("GET /v1/credit_notes/{id}/lines", "CreditNote.list_lines")
def listed_lines(call: Call) -> Obj:
    """The lines of a credit note."""
    return page_of(call, subject(call, "credit_note")["lines"]["data"])


ENTRY = "customer_balance_transaction"


@operation("POST /v1/customers/{id}/balance_transactions", "CustomerBalanceTransaction.create")
def create_entry(call: Call) -> Obj:
    """Give a customer credit (below zero) or note what they owe (above zero)."""
    customer = living(call)
    entry = change_balance(
        call.engine,
        customer,
        call.params["amount"],
        "adjustment",
        call.params["currency"].lower(),
        description=call.params.get("description"),
    )
    apply_metadata(entry, call.params)
    call.engine.store.put(entry)
    return entry


@operation("GET /v1/customers/{id}/balance_transactions", "CustomerBalanceTransaction.list")
def listed_entries(call: Call) -> Obj:
    """How a customer's balance moved."""
    return page_of(call, reversed(call.engine.store.where(ENTRY, "customer", living(call)["id"])))


@operation(
    "GET /v1/customers/{customer}/balance_transactions/{id}", "CustomerBalanceTransaction.retrieve"
)
def retrieve_entry(call: Call) -> Obj:
    """One movement of a customer's balance."""
    customer = living(call, call.ids[0])
    entry = subject(call, ENTRY)
    if entry["customer"] != customer["id"]:
        raise no_such(ENTRY, call.id, "id", in_path=True)
    return entry


@operation(
    "POST /v1/customers/{customer}/balance_transactions/{id}", "CustomerBalanceTransaction.update"
)
def update_entry(call: Call) -> Obj:
    """Change what is noted on a movement."""
    entry = retrieve_entry(call)
    apply(entry, call.params, "description")
    apply_metadata(entry, call.params)
    call.engine.store.put(entry)
    return entry
