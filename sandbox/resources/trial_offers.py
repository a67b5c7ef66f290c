"""Trial offers: a price for the first periods, and the price that follows."""

from typing import Any

from ..lists import listing
from ..operations import Call, apply, operation, referred, subject

Obj = dict[str, Any]
KIND = "product_catalog.trial_offer"
listing(KIND, "/v1/product_catalog/trial_offers", "product_catalog.TrialOffer.list")


@operation("POST /v1/product_catalog/trial_offers", "product_catalog.TrialOffer.create")
def create(call: Call) -> Obj:
    """Describe an introductory price."""
    engine, params = call.engine, call.params
    price = referred(engine, "price", params["price"], "price")
    later = params["end_behavior"]["transition"]["price"]
    referred(engine, "price", later, "end_behavior[transition][price]")
    relative = params["duration"].get("relative") or {"iterations": 1}
    return engine.new(
        KIND,
        "to",
        active=params.get("active", True),
        duration={"type": "relative", "relative": {"iterations": relative["iterations"]}},
        end_behavior={"type": "transition", "transition": {"price": later}},
        nickname=params.get("nickname"),
        price=price["id"],
    )


@operation("GET /v1/product_catalog/trial_offers/{id}", "product_catalog.TrialOffer.retrieve")
def retrieve(call: Call) -> Obj:
    """One trial offer."""
    return subject(call, KIND)


@operation("POST /v1/product_catalog/trial_offers/{id}", "product_catalog.TrialOffer.update")
def update(call: Call) -> Obj:
    """Name a trial offer anew, or archive it."""
    offer = subject(call, KIND)
    apply(offer, call.params, "active", "nickname")
    call.engine.store.put(offer)
    return offer
