"""Stripe's deliveries: verified, kept, answered. A worker reads them later."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from billing import events, gateway
from core import clock, db, settings
from workers import bell, tasks

pages = Blueprint("webhooks", __name__)


@pages.post("/webhooks/stripe")
def stripe() -> ResponseReturnValue:
    """Keep a genuine delivery and ring the bell; anything else leaves no trace.

    Genuine and kept, genuine and known already, genuine and of no use: all are answered 200,
    for Stripe's only remedy is to send the same again.
    """
    body, found = request.get_data(cache=False), settings.current()
    signature = request.headers.get("Stripe-Signature")
    if not gateway.is_genuine(body, signature, found.webhook_secrets):
        return {"error": "not signed by Stripe"}, 400
    try:
        with db.single() as once:
            kept = events.store(once, body, livemode=found.livemode, now=clock.now())
    except events.Unreadable:
        return {"kept": False}
    if kept is not None:
        bell.ring(tasks.apply_stripe_event, kept.id, burst=kept.burst)
    return {"kept": True}
