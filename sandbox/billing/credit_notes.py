"""Credit notes: an invoice made smaller after it was finalised."""

from typing import Any

from ..engine import Engine
from ..errors import invalid
from ..shapes import complete
from . import demands, invoices, standing, totals
from .balance import change_balance

Obj = dict[str, Any]
SUMS = ("amount", "subtotal", "subtotal_excluding_tax", "total", "total_excluding_tax")
LISTS = ("discount_amounts", "pretax_credit_amounts", "refunds", "total_taxes")


def build(engine: Engine, invoice: Obj, params: Obj) -> Obj:
    """A credit note as the parameters describe it; nothing is changed but the note itself."""
    if invoice["status"] not in ("open", "paid"):
        raise invalid(
            f"You can only create credit notes for open or paid invoices; this one is "
            f"{invoice['status']}.",
            "invoice",
        )
    rows = _rows(engine, invoice, params)
    amount = sum(row["amount"] for row in rows)
    if amount <= 0:
        raise invalid("Either amount or lines must be given.", "amount", "parameter_missing")
    _check_amount(invoice, amount)
    return _note(engine, invoice, params, rows, amount)


def _rows(engine: Engine, invoice: Obj, params: Obj) -> list[Obj]:
    given = list(params.get("lines") or [])
    if not given and params.get("amount"):
        given = [{"type": "custom_line_item", "unit_amount": params["amount"], "quantity": 1}]
    return [_line(engine, invoice, row, f"lines[{place}]") for place, row in enumerate(given)]


def _note(engine: Engine, invoice: Obj, params: Obj, rows: list[Obj], amount: int) -> Obj:
    id = engine.store.new_id("cn")
    count = len(engine.store.where("credit_note", "invoice", invoice["id"])) + 1
    paid = invoice["status"] == "paid"
    return engine.new(
        "credit_note",
        "cn",
        id=id,
        **dict.fromkeys(SUMS, amount),
        **dict.fromkeys(("amount_shipping", "discount_amount"), 0),
        **{name: [] for name in LISTS},
        currency=invoice["currency"],
        customer=invoice["customer"],
        effective_at=params.get("effective_at", engine.now),
        invoice=invoice["id"],
        lines={
            "object": "list",
            "data": rows,
            "has_more": False,
            "url": f"/v1/credit_notes/{id}/lines",
        },
        memo=params.get("memo"),
        metadata=dict(params.get("metadata") or {}),
        number=f"{invoice['number']}-CN-{count:02d}",
        out_of_band_amount=params.get("out_of_band_amount"),
        pdf=f"{engine.settings.public_url}/i/{invoice['id']}/credit/{id}",
        post_payment_amount=amount if paid else 0,
        pre_payment_amount=0 if paid else amount,
        reason=params.get("reason"),
        status="issued",
        type="post_payment" if paid else "pre_payment",
    )


def _check_amount(invoice: Obj, amount: int) -> None:
    if invoice["status"] == "open":
        left = invoice["amount_remaining"]
    else:
        left = invoice["amount_paid"] - invoice["post_payment_credit_notes_amount"]
    if amount > left:
        raise invalid(
            f"The credit note amount ({amount}) is greater than what can still be credited on the "
            f"invoice ({left}).",
            "amount",
        )


def _line(engine: Engine, invoice: Obj, given: Obj, param: str) -> Obj:
    source = _source(invoice, given, param)
    quantity = given.get("quantity") or source.get("quantity") or 1
    unit = given.get("unit_amount")
    amount = given.get("amount")
    if amount is None:
        amount = source.get("amount", 0) if unit is None else unit * quantity
    row: Obj = {
        "id": engine.store.new_id("cnli"),
        "object": "credit_note_line_item",
        "amount": amount,
        "description": given.get("description") or source.get("description"),
        "discount_amount": 0,
        "discount_amounts": [],
        "livemode": False,
        "metadata": dict(given.get("metadata") or {}),
        "pretax_credit_amounts": [],
        "quantity": quantity,
        "tax_rates": [],
        "taxes": [],
        "type": given["type"],
        "unit_amount": unit,
        "unit_amount_decimal": None if unit is None else str(unit),
        **({"invoice_line_item": source["id"]} if source else {}),
    }
    return complete(row)


def _source(invoice: Obj, given: Obj, param: str) -> Obj:
    """The invoice's line that is credited; empty for an amount of its own."""
    if given["type"] != "invoice_line_item":
        return {}
    for row in invoice["lines"]["data"]:
        if row["id"] == given.get("invoice_line_item"):
            return dict(row)
    raise invalid("No such invoice line item.", f"{param}[invoice_line_item]")


def issue(engine: Engine, note: Obj, invoice: Obj, params: Obj) -> None:
    """Apply a credit note: less to pay, or money and credit back."""
    if note["type"] == "pre_payment":
        _reduce(engine, note, invoice)
        return
    back, credit = params.get("refund_amount") or 0, params.get("credit_amount") or 0
    outside = params.get("out_of_band_amount") or 0
    if back + credit + outside != note["amount"]:
        raise invalid(
            "The sum of credit amount, refund amount and out of band amount must equal the credit "
            "note amount.",
        )
    invoice["post_payment_credit_notes_amount"] += note["amount"]
    if credit:
        customer = engine.get("customer", invoice["customer"])
        entry = change_balance(
            engine, customer, -credit, "credit_note", note["currency"], credit_note=note["id"]
        )
        note["customer_balance_transaction"] = entry["id"]
    if back:
        _refund(engine, note, invoice, back)
    engine.emit("credit_note.created", note)
    engine.changed("invoice.updated", invoice)


def _refund(engine: Engine, note: Obj, invoice: Obj, amount: int) -> None:
    from ..resources.refunds import pay_back

    demand = demands.demand_of(engine, invoice)
    if demand is None or demand[1]["latest_charge"] is None:
        raise invalid("There is no charge on this invoice to refund.", "refund_amount")
    charge = engine.get("charge", demand[1]["latest_charge"])
    refund = pay_back(engine, charge, amount, {})
    note["refunds"] = [
        {
            "amount_refunded": amount,
            "payment_record_refund": None,
            "refund": refund["id"],
            "type": "refund",
        }
    ]


def _reduce(engine: Engine, note: Obj, invoice: Obj) -> None:
    invoice["pre_payment_credit_notes_amount"] += note["amount"]
    totals.settle_due(invoice)
    demand = demands.demand_of(engine, invoice)
    if demand is not None and invoice["amount_remaining"] > 0:
        demand[0]["amount_requested"] = demand[1]["amount"] = invoice["amount_remaining"]
        engine.store.put(demand[0])
        engine.store.put(demand[1])
    engine.emit("credit_note.created", note)
    engine.changed("invoice.updated", invoice)
    if invoice["amount_remaining"] == 0:
        invoices.settle(engine, invoice, out_of_band=True)
        standing.after_payment(engine, invoice)


def void(engine: Engine, note: Obj) -> None:
    """Take a credit note back while its invoice is still open."""
    invoice = engine.get("invoice", note["invoice"])
    if note["status"] == "void" or invoice["status"] != "open":
        raise invalid("You can only void a credit note of an open invoice.")
    note.update(status="void", voided_at=engine.now)
    invoice["pre_payment_credit_notes_amount"] -= note["amount"]
    totals.settle_due(invoice)
    demand = demands.demand_of(engine, invoice)
    if demand is not None:
        demand[0]["amount_requested"] = demand[1]["amount"] = invoice["amount_remaining"]
        engine.store.put(demand[0])
        engine.store.put(demand[1])
    engine.emit("credit_note.voided", note)
    engine.changed("invoice.updated", invoice)
