"""Payment links and receipts: addresses that lead somewhere else."""

from typing import Any

from werkzeug.wrappers import Request, Response

from ..engine import Engine
from ..operations import Call
from ..resources import checkout_sessions
from .routing import drawn, missing, page, send_on

Obj = dict[str, Any]


@page("/l/<id>")
def follow(engine: Engine, request: Request, id: str) -> Response:
    """Open a fresh checkout for whoever follows a payment link."""
    with engine.work():
        link = engine.store.get("payment_link", id)
        if link is None or not link["active"]:
            return missing()
        recurring = any(engine.get("price", row["price"])["recurring"] for row in link["_lines"])
        params: Obj = {
            "mode": "subscription" if recurring else "payment",
            "line_items": [dict(row) for row in link["_lines"]],
            "success_url": f"{engine.settings.public_url}/thanks",
            "metadata": dict(link["metadata"]),
        }
        if recurring and link["_subscription_data"]:
            params["subscription_data"] = dict(link["_subscription_data"])
        session = checkout_sessions.create(Call(engine, (), params))
        session["payment_link"] = link["id"]
        engine.store.put(session)
        return send_on(f"/c/pay/{session['id']}")


@page("/thanks")
def thanks(engine: Engine, request: Request, id: str) -> Response:
    """Where payment links lead after paying."""
    return drawn("message.html", title="Thank you", text="The payment went through.")


@page("/receipts/<id>")
def receipt(engine: Engine, request: Request, id: str) -> Response:
    """The receipt of a payment."""
    intent = engine.store.peek(id)
    if intent is None or intent["object"] != "payment_intent":
        return missing()
    return drawn("receipt.html", intent=intent, account=engine.settings.account_name)
