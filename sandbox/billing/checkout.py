"""Completes a checkout session: customer, card, then the payment, setup or subscription."""

from typing import Any

from ..engine import Engine, job
from . import payment_methods, payments, setups, subscriptions
from .quotes import refresh

Obj = dict[str, Any]


class NeedsAuthentication(Exception):
    """The bank wants to see the customer first; ``subject`` names the page to go to."""

    def __init__(self, subject: str) -> None:
        super().__init__(subject)
        self.subject = subject


def submit(engine: Engine, session: Obj, method: Obj | None, person: Obj) -> None:
    """Take what a person entered and complete the session.

    Raises the card error when the card is refused, and ``NeedsAuthentication`` when the customer
    must confirm with their bank; the session stays open in both cases.
    """
    _note_person(session, person)
    customer = _customer(engine, session, person)
    session["_method"] = None if method is None else method["id"]
    if session["mode"] == "payment":
        _pay(engine, session, customer, method)
    elif method is not None and (session["mode"] == "setup" or session["_trial"]):
        _set_up(engine, session, customer, method)
    elif method is not None:
        _check(engine, session, customer, method)
    conclude(engine, session)


def _note_person(session: Obj, person: Obj) -> None:
    session["customer_details"] = {
        "address": person.get("address") or dict(payment_methods.NO_ADDRESS),
        "business_name": None,
        "email": person.get("email"),
        "individual_name": None,
        "name": person.get("name"),
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    }
    if session["consent_collection"] and person.get("terms_accepted"):
        session["consent"] = {"promotions": None, "terms_of_service": "accepted"}


def _customer(engine: Engine, session: Obj, person: Obj) -> Obj | None:
    from ..resources.customers import new_customer

    if session["customer"]:
        return engine.get("customer", session["customer"])
    if session["mode"] == "payment" and session["customer_creation"] != "always":
        return None
    given = {name: person[name] for name in ("email", "name") if person.get(name)}
    if (person.get("address") or {}).get("country"):
        given["address"] = person["address"]
    customer = new_customer(engine, given)
    session["customer"] = customer["id"]
    return customer


def _pay(engine: Engine, session: Obj, customer: Obj | None, method: Obj | None) -> None:
    if method is None or session["amount_total"] == 0:
        return
    data = session["_payment_intent_data"]
    intent = engine.store.get("payment_intent", session["payment_intent"] or "")
    if intent is None:
        intent = payments.intent(
            engine,
            session["amount_total"],
            session["currency"],
            customer=customer["id"] if customer else None,
            description=data.get("description"),
            metadata=dict(data.get("metadata") or {}),
            setup_future_usage=data.get("setup_future_usage"),
            capture_method=data.get("capture_method", "automatic_async"),
            receipt_email=(session["customer_details"] or {}).get("email"),
            _session=session["id"],
        )
        session["payment_intent"] = intent["id"]
    intent["payment_method"] = method["id"]
    payments.confirm(engine, intent)
    if intent["status"] == "requires_action":
        raise NeedsAuthentication(intent["id"])


def _set_up(engine: Engine, session: Obj, customer: Obj | None, method: Obj) -> None:
    data = session["_setup_intent_data"]
    intent = engine.store.get("setup_intent", session["_setup_intent"] or "")
    if intent is None or intent["status"] in ("succeeded", "canceled"):
        intent = setups.intent(
            engine,
            customer=customer["id"] if customer else None,
            description=data.get("description"),
            metadata=dict(data.get("metadata") or {}),
            usage="off_session",
            _session=session["id"],
        )
        session["_setup_intent"] = intent["id"]
        if session["mode"] == "setup":
            session["setup_intent"] = intent["id"]
    intent["payment_method"] = method["id"]
    setups.confirm(engine, intent)
    if intent["status"] == "requires_action":
        raise NeedsAuthentication(intent["id"])


def _check(engine: Engine, session: Obj, customer: Obj | None, method: Obj) -> None:
    """Refuse a card before a subscription is begun with it, so that none is left half made."""
    card = payment_methods.card_of(method)
    refused = card is not None and (card.charge or card.setup)
    if refused and session["amount_total"] > 0:
        raise payment_methods.declined(str(refused))
    asks = card is not None and card.authentication != "none" and not method["_authenticated"]
    if asks:
        raise NeedsAuthentication(session["id"])
    if customer is not None:
        payment_methods.save(engine, method, customer)


def conclude(engine: Engine, session: Obj, *, authenticated: bool = False) -> None:
    """Everything is agreed: begin the subscription if there is one, and close the session."""
    method = engine.store.get("payment_method", session["_method"] or "")
    if session["mode"] == "subscription":
        customer = engine.get("customer", session["customer"])
        if method is not None:
            payment_methods.save(engine, method, customer)
        begun = subscriptions.begin(
            engine, customer, _subscription_params(session, method), authenticated=authenticated
        )
        session.update(subscription=begun["id"], invoice=begun["latest_invoice"])
    paid = session["mode"] != "setup" and session["amount_total"] > 0
    session.update(
        status="complete",
        payment_status="paid" if paid else "no_payment_required",
        url=None,
    )
    engine.agenda.cancel("expire_session", session["id"])
    engine.emit("checkout.session.completed", session)


def _subscription_params(session: Obj, method: Obj | None) -> Obj:
    data = dict(session["_subscription_data"])
    entries = [
        {k: v for k, v in entry.items() if v is not None} for entry in session["discounts"] or []
    ]
    rows = [
        {
            "price": row["price"],
            "quantity": row["quantity"],
            "tax_rates": row["tax_rates"],
            "metadata": row["metadata"] or {},
        }
        for row in session["_lines"]
    ]
    return {
        **data,
        "items": [
            row for row, kept in zip(rows, session["_lines"], strict=True) if kept["recurring"]
        ],
        "add_invoice_items": [
            {"price": row["price"], "quantity": row["quantity"]}
            for row, kept in zip(rows, session["_lines"], strict=True)
            if not kept["recurring"]
        ],
        "currency": session["currency"],
        "default_payment_method": method["id"] if method else None,
        "discounts": entries,
        "automatic_tax": {"enabled": session["automatic_tax"]["enabled"]},
    }


@job("expire_session")
def expire(engine: Engine, id: str) -> None:
    """Nobody completed the session in time."""
    session = engine.store.get("checkout.session", id)
    if session is not None and session["status"] == "open":
        close(engine, session)


def close(engine: Engine, session: Obj) -> None:
    """Expire an open session."""
    session.update(status="expired", url=None)
    engine.agenda.cancel("expire_session", session["id"])
    refresh(engine, session)
    engine.emit("checkout.session.expired", session)
