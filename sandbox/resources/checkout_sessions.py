"""Checkout sessions: one visit to the payment page each."""

from typing import Any

from ..billing import checkout, sessions
from ..billing.quotes import refresh
from ..clock import DAY
from ..engine import Engine
from ..errors import invalid, missing
from ..expand import included
from ..lists import CURSORS, candidates, envelope, fits, page_of
from ..operations import Call, apply_metadata, operation, referred, subject

Obj = dict[str, Any]
KIND = "checkout.session"
SHORTEST, LONGEST = 30 * 60, DAY
PLAIN = (
    "allow_promotion_codes",
    "billing_address_collection",
    "cancel_url",
    "client_reference_id",
    "customer_email",
    "locale",
    "submit_type",
    "success_url",
    "allowed_payment_method_types",
    "customer_creation",
    "origin_context",
    "return_url",
    "redirect_on_completion",
)


@operation("POST /v1/checkout/sessions", "checkout.Session.create")
def create(call: Call) -> Obj:
    """Open a session; its ``url`` is the page on which a person completes it."""
    engine, params = call.engine, call.params
    mode = params.get("mode", "payment")
    customer = None
    if params.get("customer"):
        customer = referred(engine, "customer", params["customer"], "customer")
    sessions.check(engine, params, mode)
    rows = [
        sessions.row(engine, entry, f"line_items[{place}]")
        for place, entry in enumerate(params.get("line_items") or [])
    ]
    if not rows and mode != "setup":
        raise missing("line_items")
    if mode == "subscription" and not any(row["recurring"] for row in rows):
        raise invalid(
            "You must provide at least one recurring price in `subscription` mode when using "
            "prices.",
            "line_items",
        )
    if mode == "payment" and any(row["recurring"] for row in rows):
        raise invalid(
            "You specified `payment` mode but passed a recurring price. Either switch to "
            "`subscription` mode or use only one-time prices.",
            "line_items[0][price]",
        )
    session = sessions.new(engine, params, mode, rows, customer)
    refresh(engine, session)
    engine.schedule("expire_session", session["id"], session["expires_at"])
    return session


@operation("GET /v1/checkout/sessions", "checkout.Session.list")
def listed(call: Call) -> Obj:
    """Sessions, filtered by customer, status, subscription or date."""
    params = {k: v for k, v in call.params.items() if k not in CURSORS}
    details = params.pop("customer_details", None)

    def keep(session: Obj) -> bool:
        email = (session["customer_details"] or {}).get("email")
        return fits(session, params) and (details is None or email == details["email"])

    return page_of(call, candidates(call.engine, KIND, params), keep=keep)


@operation("GET /v1/checkout/sessions/{id}", "checkout.Session.retrieve")
def retrieve(call: Call) -> Obj:
    """One session."""
    return subject(call, KIND)


@operation("POST /v1/checkout/sessions/{id}", "checkout.Session.update")
def update(call: Call) -> Obj:
    """Change a session's notes."""
    session = subject(call, KIND)
    apply_metadata(session, call.params)
    call.engine.store.put(session)
    return session


@operation("POST /v1/checkout/sessions/{id}/expire", "checkout.Session.expire")
def expire(call: Call) -> Obj:
    """Close an open session."""
    session = subject(call, KIND)
    if session["status"] != "open":
        raise invalid(
            f'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout '
            f"Session has a status of {session['status']}."
        )
    checkout.close(call.engine, session)
    return session


@operation("GET /v1/checkout/sessions/{id}/line_items", "checkout.Session.list_line_items")
def listed_line_items(call: Call) -> Obj:
    """What a session sells."""
    return page_of(call, subject(call, KIND)["_items"])


@included(KIND, "line_items")
def line_items(engine: Engine, session: Obj) -> Obj:
    """What a session sells, as a member of the session."""
    rows = engine.get(KIND, session["id"])["_items"]
    url = f"/v1/checkout/sessions/{session['id']}/line_items"
    return envelope(rows[:10], url, len(rows) > 10)
