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
PLAIN = (
    "allow_promotion_codes", "billing_address_collection", "cancel_url", "client_reference_id",
    "customer_email", "locale", "submit_type", "success_url", "allowed_payment_method_types",
    "customer_creation", "origin_context", "return_url", "redirect_on_completion",
)  # fmt: skip


def check(engine: Engine, params: Obj, mode: str) -> None:
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
    id = engine.store.new_id("cs_test", 58)
    data = dict(params.get("subscription_data") or {})
    email = (customer or {}).get("email") or params.get("customer_email")
    tax = bool((params.get("automatic_tax") or {}).get("enabled"))
    hosted = params.get("ui_mode", "hosted_page") == "hosted_page"
    return engine.new(
        "checkout.session",
        "cs_test",
        **{
            "id": id,
            **{name: params[name] for name in PLAIN if name in params},
            "adaptive_pricing": None,
            "automatic_tax": {
                "enabled": tax,
                "liability": {"type": "self"} if tax else None,
                "provider": "stripe" if tax else None,
                "status": "requires_location_inputs" if tax else None,
            },
            "client_secret": None if hosted else f"{id}_secret_{engine.store.new_id('x')[2:]}",
            "consent_collection": _consents(params.get("consent_collection")),
            "currency": _currency(rows, params.get("currency"), customer),
            "custom_fields": [],
            "custom_text": {
                "after_submit": None,
                "shipping_address": None,
                "submit": None,
                "terms_of_service_acceptance": None,
                **{k: v or None for k, v in (params.get("custom_text") or {}).items()},
            },
            "customer": customer["id"] if customer else None,
            "customer_details": _details(email, customer) if email or customer else None,
            "discounts": _discounts(engine, params, customer),
            "expires_at": params.get("expires_at", engine.now + LONGEST),
            "metadata": dict(params.get("metadata") or {}),
            "mode": mode,
            "payment_method_collection": params.get("payment_method_collection", "always")
            if mode == "subscription"
            else "if_required",
            "payment_method_options": {},
            "payment_method_types": params.get("allowed_payment_method_types") or ["card"],
            "payment_status": "no_payment_required" if mode == "setup" else "unpaid",
            "shipping_options": [],
            "status": "open",
            "ui_mode": params.get("ui_mode", "hosted_page"),
            "url": f"{engine.settings.public_url}/c/pay/{id}" if hosted else None,
            "_lines": rows,
            "_items": [],
            "_trial": trial_end_of(engine, data) is not None,
            "_subscription_data": data,
            "_setup_intent_data": dict(params.get("setup_intent_data") or {}),
            "_payment_intent_data": dict(params.get("payment_intent_data") or {}),
            "_setup_intent": None,
            "_method": None,
        },
    )


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
