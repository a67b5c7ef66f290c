"""A finalised invoice as a page, with a form to pay it while it is open."""

from typing import Any

from werkzeug.wrappers import Request, Response

from ..billing import collection, demands, payment_methods
from ..engine import Engine
from ..errors import ApiError
from .checkout import FIELDS, Entered, expiry_of
from .routing import drawn, missing, page, send_on

Obj = dict[str, Any]


@page("/i/<id>")
def show(engine: Engine, request: Request, id: str) -> Response:
    """Show an invoice, or take a card to pay it."""
    with engine.lock:
        invoice = engine.store.get("invoice", id)
        if invoice is None or invoice["status"] == "draft":
            return missing()
        entered = Entered(dict(request.form))
        if request.method == "POST" and invoice["status"] == "open":
            onward = _pay(engine, invoice, entered)
            if onward is not None:
                return send_on(onward)
        return drawn(
            "invoice.html",
            422 if entered.errors else 200,
            invoice=invoice,
            account=engine.settings.account_name,
            errors=entered.errors,
            value=entered.value,
        )


def _pay(engine: Engine, invoice: Obj, entered: Entered) -> str | None:
    expires = expiry_of(entered.form.get("exp", ""))
    if expires is None:
        entered.errors["exp"] = "Enter the expiry date as month and year, such as 12 / 34."
        return None
    try:
        with engine.work():
            customer = engine.get("customer", invoice["customer"])
            engine.follow(customer)
            number = entered.form.get("card_number", "")
            method = payment_methods.from_number(engine, number, *expires)
            refusal = collection.attempt(engine, invoice, method, off_session=False)
            if refusal is not None:
                raise refusal
            demand = demands.demand_of(engine, invoice)
            if demand is not None and demand[1]["status"] == "requires_action":
                return f"/3ds/{demand[1]['id']}"
            payment_methods.save(engine, method, customer)
    except ApiError as refusal:
        entered.errors[FIELDS.get(refusal.body.get("code", ""), "card_number")] = str(refusal)
        return None
    return f"/i/{invoice['id']}"
