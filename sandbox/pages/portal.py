"""The customer portal: subscriptions, cards and invoices, as far as the shop's rules allow."""

from collections.abc import Callable
from typing import Any

from werkzeug.wrappers import Request, Response

from ..billing import changes, endings, payment_methods, periods, setups, steering
from ..billing.lines import product_name, rate
from ..clock import HOUR
from ..engine import Engine
from ..errors import ApiError
from ..resources.portal import KIND as RULES
from .checkout import FIELDS, Entered, expiry_of
from .routing import drawn, page, send_on

Obj = dict[str, Any]
Act = Callable[[Engine, Obj, Obj, Entered], None]
OPEN_FOR = HOUR
LIVING = ("trialing", "active", "past_due", "unpaid", "paused", "incomplete")


@page("/p/session/<id>")
def show(engine: Engine, request: Request, id: str) -> Response:
    """Show the portal, or do what its buttons say."""
    with engine.lock:
        session = next(
            (s for s in engine.store.all("billing_portal.session") if s["_secret"] == id), None
        )
        if session is None or engine.clock.now() - session["created"] > OPEN_FOR:
            return drawn(
                "message.html", 404, title="This link has expired",
                text="Go back to the shop and open the portal again.",
            )  # fmt: skip
        rules = engine.get(RULES, session["configuration"])
        customer = engine.get("customer", session["customer"])
        entered = Entered(dict(request.form), here=f"/p/session/{id}")
        if request.method == "POST":
            answered = _act(engine, session, rules, customer, entered)
            if answered is not None:
                return answered
        return _draw(engine, session, rules, customer, entered)


def _act(
    engine: Engine, session: Obj, rules: Obj, customer: Obj, entered: Entered
) -> Response | None:
    act = ACTIONS.get(entered.form.get("action", ""))
    if act is None:
        entered.errors["action"] = "Choose one of the buttons."
        return None
    try:
        with engine.work():
            engine.follow(customer)
            act(engine, rules, customer, entered)
            if entered.errors:
                return None
            asked = entered.form.get("_ask")
    except ApiError as refusal:
        entered.errors[FIELDS.get(refusal.body.get("code", ""), "card_number")] = str(refusal)
        return None
    if asked:
        return send_on(f"/3ds/{asked}")
    after = (session["flow"] or {}).get("after_completion") or {}
    if after.get("type") == "redirect":
        return send_on(after["redirect"]["return_url"])
    return send_on(entered.here)


def _subscription(engine: Engine, customer: Obj, entered: Entered) -> Obj | None:
    found = engine.store.get("subscription", entered.form.get("subscription", ""))
    if found is None or found["customer"] != customer["id"]:
        entered.errors["action"] = "This subscription is not yours."
        return None
    return found


def _allowed(rules: Obj, feature: str, entered: Entered) -> bool:
    if rules["features"][feature]["enabled"]:
        return True
    entered.errors["action"] = "The shop does not allow this here."
    return False


def _cancel(engine: Engine, rules: Obj, customer: Obj, entered: Entered) -> None:
    subscription = _subscription(engine, customer, entered)
    if subscription is None or not _allowed(rules, "subscription_cancel", entered):
        return
    reason = entered.form.get("reason") or None
    subscription["cancellation_details"]["feedback"] = reason
    if rules["features"]["subscription_cancel"]["mode"] == "immediately":
        endings.cancel(engine, subscription, reason="cancellation_requested")
        return
    steering.plan_cancellation(engine, subscription, {"cancel_at_period_end": True})
    engine.changed("customer.subscription.updated", subscription)


def _keep(engine: Engine, rules: Obj, customer: Obj, entered: Entered) -> None:
    subscription = _subscription(engine, customer, entered)
    if subscription is not None:
        steering.plan_cancellation(engine, subscription, {"cancel_at_period_end": False})
        subscription["cancellation_details"]["feedback"] = None
        engine.changed("customer.subscription.updated", subscription)


def _resume(engine: Engine, rules: Obj, customer: Obj, entered: Entered) -> None:
    subscription = _subscription(engine, customer, entered)
    if subscription is not None:
        steering.resume(engine, subscription, {})


def _switch(engine: Engine, rules: Obj, customer: Obj, entered: Entered) -> None:
    subscription = _subscription(engine, customer, entered)
    if subscription is None or not _allowed(rules, "subscription_update", entered):
        return
    wanted = entered.form.get("price", "")
    if wanted not in _offered(rules):
        entered.errors["action"] = "The shop does not offer this plan here."
        return
    item = subscription["items"]["data"][0]
    planned = changes.planned_items(
        engine, subscription, [{"id": item["id"], "price": wanted}], customer
    )
    behavior = rules["features"]["subscription_update"]["proration_behavior"]
    changes.replace_items(engine, subscription, planned, {"proration_behavior": behavior})
    engine.changed("customer.subscription.updated", subscription)


def _offered(rules: Obj) -> list[str]:
    products = rules["features"]["subscription_update"]["products"] or []
    return [price for row in products for price in row["prices"]]


def _add_card(engine: Engine, rules: Obj, customer: Obj, entered: Entered) -> None:
    if not _allowed(rules, "payment_method_update", entered):
        return
    expires = expiry_of(entered.form.get("exp", ""))
    if not entered.form.get("card_number", "").strip():
        entered.errors["card_number"] = "Enter the card number."
    if expires is None:
        entered.errors["exp"] = "Enter the expiry date as month and year, such as 12 / 34."
    if entered.errors or expires is None:
        return
    number = entered.form["card_number"]
    method = payment_methods.from_number(engine, number, *expires)
    intent = setups.intent(
        engine, customer=customer["id"], payment_method=method["id"], _make_default=True
    )
    setups.confirm(engine, intent, return_url=entered.here)
    if intent["status"] == "requires_action":
        entered.form["_ask"] = intent["id"]
    else:
        make_default(engine, customer, method)


def make_default(engine: Engine, customer: Obj, method: Obj) -> None:
    """Charge this method from now on, also where a subscription had one of its own."""
    customer["invoice_settings"]["default_payment_method"] = method["id"]
    engine.changed("customer.updated", customer)
    for found in engine.store.where("subscription", "customer", customer["id"]):
        if found["status"] in LIVING and found["default_payment_method"]:
            subscription = engine.get("subscription", found["id"])
            subscription["default_payment_method"] = method["id"]
            engine.changed("customer.subscription.updated", subscription)


ACTIONS: dict[str, Act] = {
    "cancel": _cancel,
    "keep": _keep,
    "resume": _resume,
    "switch": _switch,
    "add_card": _add_card,
}


def _draw(engine: Engine, session: Obj, rules: Obj, customer: Obj, entered: Entered) -> Response:
    subscriptions = [
        _shown(engine, found)
        for found in engine.store.where("subscription", "customer", customer["id"])
        if found["status"] in LIVING
    ]
    offered = [engine.get("price", id) for id in _offered(rules)]
    return drawn(
        "portal.html",
        422 if entered.errors else 200,
        account=engine.settings.account_name,
        headline=rules["business_profile"]["headline"],
        features=rules["features"],
        subscriptions=subscriptions,
        offered=[
            {"id": p["id"], "name": product_name(engine, p), "rate": rate(p)} for p in offered
        ],
        cards=engine.store.where("payment_method", "customer", customer["id"]),
        default=customer["invoice_settings"]["default_payment_method"],
        invoices=engine.store.where("invoice", "customer", customer["id"])[::-1][:24],
        return_url=session["return_url"],
        errors=entered.errors,
        value=entered.value,
    )


def _plan(engine: Engine, price: Obj) -> Obj:
    return {"id": price["id"], "name": product_name(engine, price), "rate": rate(price)}


def _shown(engine: Engine, subscription: Obj) -> Obj:
    price = subscription["items"]["data"][0]["price"]
    return {
        "id": subscription["id"],
        "name": product_name(engine, price),
        "rate": rate(price),
        "price": price["id"],
        "status": subscription["status"],
        "ends": subscription["cancel_at"],
        "period_end": periods.period_of(subscription)[1],
    }
