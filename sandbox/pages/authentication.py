"""The page of the customer's bank: confirm a payment or a saved card, or refuse."""

from typing import Any

from werkzeug.wrappers import Request, Response

from ..billing import checkout, payments, setups
from ..engine import Engine
from ..errors import ApiError
from ..resources.payment_intents import conclude_invoice
from .checkout import success_url
from .portal import make_default
from .routing import drawn, missing, page, send_on

Obj = dict[str, Any]
KINDS = {"pi": "payment_intent", "seti": "setup_intent", "cs": "checkout.session"}


@page("/3ds/<id>")
def show(engine: Engine, request: Request, id: str) -> Response:
    """Ask the customer to confirm, and act on the answer."""
    with engine.lock:
        kind = KINDS.get(id.split("_")[0], "")
        subject = engine.store.get(kind, id) if kind else None
        if subject is None:
            return missing()
        if kind == "checkout.session":
            return _for_session(engine, request, subject)
        if subject["status"] != "requires_action":
            return _onward(engine, subject)
        if request.method != "POST":
            return _draw(engine, subject)
        with engine.work():
            engine.follow(engine.store.peek(subject["customer"] or ""))
            _decide(engine, subject, confirmed=request.form.get("answer") == "confirm")
        return _onward(engine, subject)


def _draw(engine: Engine, subject: Obj) -> Response:
    amount = subject.get("amount", subject.get("amount_total"))
    return drawn(
        "authentication.html",
        amount=amount,
        currency=subject.get("currency"),
        account=engine.settings.account_name,
    )


def _decide(engine: Engine, subject: Obj, *, confirmed: bool) -> None:
    """Confirm or fail the intent; a decline that follows stays on record and is shown later."""
    payment = subject["object"] == "payment_intent"
    method = engine.get("payment_method", subject["payment_method"])
    try:
        if payment and confirmed:
            payments.confirm(engine, subject, authenticated=True)
        elif payment:
            payments.fail(engine, subject, method, "authentication_failed", charged=False)
        elif confirmed:
            setups.confirm(engine, subject, authenticated=True)
        else:
            setups.fail(engine, subject, method, "setup_authentication_failed")
    except ApiError:
        return
    if payment:
        conclude_invoice(engine, subject)
    if subject.get("_make_default") and subject["status"] == "succeeded":
        make_default(engine, engine.get("customer", subject["customer"]), method)
    session = _session_of(engine, subject)
    if session is not None and subject["status"] == "succeeded":
        checkout.conclude(engine, session, authenticated=True)


def _session_of(engine: Engine, subject: Obj) -> Obj | None:
    return engine.store.get("checkout.session", subject.get("_session") or "")


def _onward(engine: Engine, subject: Obj) -> Response:
    session = _session_of(engine, subject)
    if session is not None:
        if session["status"] == "complete":
            return send_on(success_url(session))
        return send_on(f"/c/pay/{session['id']}?failed=1")
    if subject.get("_invoice"):
        return send_on(f"/i/{subject['_invoice']}")
    if subject.get("_return_url"):
        return send_on(subject["_return_url"])
    good = subject["status"] == "succeeded"
    return drawn(
        "message.html",
        title="Confirmed" if good else "Not confirmed",
        text="You can close this page." if good else "The payment was not confirmed.",
    )


def _for_session(engine: Engine, request: Request, session: Obj) -> Response:
    if session["status"] == "complete":
        return send_on(success_url(session))
    if session["status"] != "open" or session["_method"] is None:
        return missing()
    if request.method != "POST":
        return _draw(engine, session)
    if request.form.get("answer") != "confirm":
        return send_on(f"/c/pay/{session['id']}?failed=1")
    with engine.work():
        engine.follow(engine.store.peek(session["customer"] or ""))
        method = engine.get("payment_method", session["_method"])
        method["_authenticated"] = True
        engine.store.put(method)
        checkout.conclude(engine, session, authenticated=True)
    return send_on(success_url(session))
