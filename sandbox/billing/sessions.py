"""Makes checkout sessions from parameters, after the checks that Stripe makes."""

from typing import Any

from ..clock import DAY
from ..engine import Engine
from ..errors import invalid, missing
from ..operations import referred
from . import discounts
from .prices import price_from_data
from .subscriptions import trial_end_of

Obj = dict[str, Any]
SHORTEST, LONGEST = 30 * 60, DAY
TEXTS = ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")
PLAIN = (
    "allow_promotion_codes", "billing_address_collection", "cancel_url", "client_reference_id",
    "customer_email", "locale", "submit_type", "success_url", "allowed_payment_method_types",
    "customer_creation", "origin_context", "return_url", "redirect_on_completion",
)  # fmt: skip


def check(engine: Engine, params: Obj, mode: str) -> None:
    """Refuse a session that contradicts itself."""
    hosted = params.get("ui_mode", "hosted_page") == "hosted_page"
    if hosted and not params.get("success_url"):
        raise missing("success_url")
    for name in ("success_url", "cancel_url"):
        url = params.get(name)
        if url and not url.startswith(("http://", "https://")):
            raise invalid("Not a valid URL", name, "url_invalid")
    if params.get("customer") and params.get("customer_email"):
        raise invalid(
            "You may only specify one of these parameters: customer, customer_email.",
            "customer",
            "parameters_exclusive",
        )
    if params.get("discounts") and params.get("allow_promotion_codes") is not None:
        raise invalid(
            "You may only specify one of these parameters: allow_promotion_codes, discounts.",
            "allow_promotion_codes",
            "parameters_exclusive",
        )
    if mode != "subscription" and params.get("subscription_data"):
        raise invalid(
            "You can not pass `subscription_data` in `payment` mode.", "subscription_data"
        )
    expires = params.get("expires_at")
    if expires is not None and not SHORTEST <= expires - engine.clock.now() <= LONGEST + 60:
        raise invalid(
            "The `expires_at` timestamp must be at least 30 minutes and at most 24 hours from "
            "Checkout Session creation.",
            "expires_at",
        )


def row(engine: Engine, entry: Obj, param: str) -> Obj:
    """One line of a session: an active price and how many of it."""
    if entry.get("price_data"):
        price = price_from_data(engine, entry["price_data"], f"{param}[price_data]")
    elif entry.get("price"):
        price = referred(engine, "price", entry["price"], f"{param}[price]")
        if not price["active"]:
            raise invalid(
                "The price specified is inactive. This field only accepts active prices.",
                f"{param}[price]",
            )
    else:
        raise missing(f"{param}[price]")
    if "quantity" not in entry and (price["recurring"] or {}).get("usage_type") != "metered":
        raise invalid(
            "Quantity is required. Add `quantity` to `" + param + "`.", f"{param}[quantity]"
        )
    return {
        "id": engine.store.new_id("li"),
        "price": price["id"],
        "quantity": entry.get("quantity", 1),
        "recurring": price["recurring"] is not None,
        "currency": price["currency"],
        "options": list(price["_currency_options"]),
        "tax_rates": list(entry.get("tax_rates") or []),
        "metadata": dict(entry.get("metadata") or {}),
    }


def _currency(rows: list[Obj], wanted: str | None, customer: Obj | None) -> str | None:
    if not rows:
        return wanted
    held = (customer or {}).get("currency") if any(row["recurring"] for row in rows) else None
    currency = wanted or rows[0]["currency"]
    if wanted is None and held and all(held in (r["currency"], *r["options"]) for r in rows):
        currency = held
    if any(currency not in (row["currency"], *row["options"]) for row in rows):
        raise invalid(
            f"The price specified only supports `{rows[0]['currency']}`. This doesn't match the "
            f"expected currency: `{currency}`.",
            "line_items[0][price]",
        )
    if held and held != currency:
        raise invalid(
            "You cannot combine currencies on a single customer. This customer has an active "
            "subscription, subscription schedule, discount, quote, or invoice item with currency "
            f"{held}."
        )
    return currency


def new(engine: Engine, params: Obj, mode: str, rows: list[Obj], customer: Obj | None) -> Obj:
    """A session as the parameters describe it, still without its sums."""
    id = engine.store.new_id("cs_test", 58)
    email = (customer or {}).get("email") or params.get("customer_email")
    collection = params.get("payment_method_collection", "always")
    return engine.new(
        "checkout.session",
        "cs_test",
        **{
            "id": id,
            **{name: params[name] for name in PLAIN if name in params},
            **_notes(engine, params, rows),
            **_addresses(engine, params, id),
            "adaptive_pricing": None,
            "automatic_tax": _automatic_tax(params.get("automatic_tax")),
            "consent_collection": _consents(params.get("consent_collection")),
            "currency": _currency(rows, params.get("currency"), customer),
            "custom_fields": [],
            "custom_text": {
                **dict.fromkeys(TEXTS),
                **{k: v or None for k, v in (params.get("custom_text") or {}).items()},
            },
            "customer": customer["id"] if customer else None,
            "customer_details": _details(email, customer) if email or customer else None,
            "discounts": _discounts(engine, params, customer),
            "expires_at": params.get("expires_at", engine.now + LONGEST),
            "metadata": dict(params.get("metadata") or {}),
            "mode": mode,
            "payment_method_collection": collection if mode == "subscription" else "if_required",
            "payment_method_options": {},
            "payment_method_types": params.get("allowed_payment_method_types") or ["card"],
            "payment_status": "no_payment_required" if mode == "setup" else "unpaid",
            "shipping_options": [],
            "status": "open",
        },
    )


def _notes(engine: Engine, params: Obj, rows: list[Obj]) -> Obj:
    """What the sandbox has to remember until somebody completes the session."""
    data = dict(params.get("subscription_data") or {})
    return {
        "_lines": rows,
        "_items": [],
        "_trial": trial_end_of(engine, data) is not None,
        "_subscription_data": data,
        "_setup_intent_data": dict(params.get("setup_intent_data") or {}),
        "_payment_intent_data": dict(params.get("payment_intent_data") or {}),
        "_setup_intent": None,
        "_method": None,
    }


def _addresses(engine: Engine, params: Obj, id: str) -> Obj:
    mode = params.get("ui_mode", "hosted_page")
    hosted = mode == "hosted_page"
    return {
        "ui_mode": mode,
        "url": f"{engine.settings.public_url}/c/pay/{id}" if hosted else None,
        "client_secret": None if hosted else f"{id}_secret_{engine.store.new_id('x')[2:]}",
    }


def _automatic_tax(given: Obj | None) -> Obj:
    enabled = bool((given or {}).get("enabled"))
    return {
        "enabled": enabled,
        "liability": {"type": "self"} if enabled else None,
        "provider": "stripe" if enabled else None,
        "status": "requires_location_inputs" if enabled else None,
    }


def _consents(given: Obj | None) -> Obj | None:
    if not given:
        return None
    return {
        "payment_method_reuse_agreement": given.get("payment_method_reuse_agreement"),
        "promotions": given.get("promotions"),
        "terms_of_service": given.get("terms_of_service"),
    }


def _details(email: str | None, customer: Obj | None) -> Obj:
    return {
        "address": (customer or {}).get("address"),
        "business_name": None,
        "email": email,
        "individual_name": None,
        "name": (customer or {}).get("name"),
        "phone": None,
        "tax_exempt": (customer or {}).get("tax_exempt") or "none",
        "tax_ids": None,
    }


def _discounts(engine: Engine, params: Obj, customer: Obj | None) -> list[Obj] | None:
    rows = []
    for place, entry in enumerate(params.get("discounts") or []):
        param = f"discounts[{place}]"
        if entry.get("promotion_code"):
            discounts.promotion_by_id(
                engine, entry["promotion_code"], customer, f"{param}[promotion_code]"
            )
        elif entry.get("coupon"):
            discounts.coupon_by_id(engine, entry["coupon"], f"{param}[coupon]")
        rows.append({"coupon": entry.get("coupon"), "promotion_code": entry.get("promotion_code")})
    return rows or ([] if params.get("mode") != "setup" else None)
