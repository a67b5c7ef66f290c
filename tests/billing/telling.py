"""What Stripe tells, told by hand or held back."""

from __future__ import annotations

import json
import time
from typing import Any

from billing.models import StripeEvent
from core import settings
from sandbox.deliveries import signature
from tests.world import World

Delivery = tuple[bytes, dict[str, str]]


def tell(world: World, **event: Any) -> int:
    """Post an event that Stripe signed; returns the status of the answer."""
    usual = {"object": "event", "type": "customer.subscription.updated", "livemode": False}
    body = json.dumps({**usual, "id": f"evt_{len(world.rows(StripeEvent))}", **event}).encode()
    signed = signature(body, settings.current().webhook_secrets[0], int(time.time()))
    return world.receive(body, {"Stripe-Signature": signed})


def hold_back(world: World) -> list[Delivery]:
    """From now on deliveries are only collected."""
    held: list[Delivery] = []

    def keep(body: bytes, headers: dict[str, str]) -> int:
        held.append((body, headers))
        return 200

    world.postman = keep
    return held
