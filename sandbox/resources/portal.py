"""The customer portal: what it may do, and sessions that open it for a customer."""

from typing import Any

from ..engine import Engine
from ..errors import invalid
from ..events import public
from ..lists import listing
from ..operations import Call, apply, apply_metadata, operation, referred, subject

Obj = dict[str, Any]
KIND = "billing_portal.configuration"
PROFILE = ("headline", "privacy_policy_url", "terms_of_service_url")
REASONS = [
    "customer_service", "low_quality", "missing_features", "other", "switched_service",
    "too_complex", "too_expensive", "unused",
]  # fmt: skip
listing(KIND, "/v1/billing_portal/configurations", "billing_portal.Configuration.list")


def _features(given: Obj) -> Obj:
    off = {"enabled": False}
    updates = given.get("customer_update") or {}
    allowed = updates.get("allowed_updates")
    pause = {**off, **(given.get("subscription_pause") or {})}
    change = {**off, **(given.get("subscription_update") or {})}
    return {
        "customer_update": {**off, **updates, "allowed_updates": allowed or []},
        "invoice_history": {**off, **(given.get("invoice_history") or {})},
        "payment_method_update": {
            **off,
            "payment_method_configuration": None,
            **(given.get("payment_method_update") or {}),
        },
        "subscription_cancel": _cancelling({**off, **(given.get("subscription_cancel") or {})}),
        "subscription_pause": {
            **pause,
            "duration": {
                "interval_options": [],
                "type": "indefinite",
                **_duration(pause.get("duration") or {}),
            },
        },
        "subscription_update": {
            "billing_cycle_anchor": None,
            "proration_behavior": "none",
            "trial_update_behavior": "end_trial",
            **change,
            "default_allowed_updates": change.get("default_allowed_updates") or [],
            "products": [_product(row) for row in change.get("products") or []],
            "schedule_at_period_end": {
                "conditions": [],
                **(change.get("schedule_at_period_end") or {}),
            },
        },
    }


def _duration(given: Obj) -> Obj:
    options = given.get("interval_options") or []
    return {**given, "interval_options": [{"interval_count": 1, **row} for row in options]}


def _cancelling(given: Obj) -> Obj:
    reason = {"enabled": False, **(given.get("cancellation_reason") or {})}
    return {
        "mode": "at_period_end",
        "proration_behavior": "none",
        **given,
        "cancellation_reason": {
            **reason,
            "feedback_options": reason.get("feedback_options") or None,
            "options": reason.get("options") or REASONS,
        },
    }


def _product(row: Obj) -> Obj:
    adjustable = {"enabled": False, "maximum": None, "minimum": 1}
    return {**row, "adjustable_quantity": {**adjustable, **(row.get("adjustable_quantity") or {})}}


def new_configuration(engine: Engine, params: Obj, **members: Any) -> Obj:
    """A new set of portal rules."""
    profile = params.get("business_profile") or {}
    id = engine.store.new_id("bpc")
    login = bool((params.get("login_page") or {}).get("enabled"))
    return engine.new(
        KIND,
        "bpc",
        id=id,
        active=True,
        business_profile={name: profile.get(name) or None for name in PROFILE},
        default_return_url=params.get("default_return_url") or None,
        features=_features(params.get("features") or {}),
        is_default=members.get("is_default", False),
        login_page={
            "enabled": login,
            "url": f"{engine.settings.public_url}/p/login/{id}" if login else None,
        },
        metadata=dict(params.get("metadata") or {}),
        name=params.get("name") or None,
        updated=engine.now,
    )


@operation("POST /v1/billing_portal/configurations", "billing_portal.Configuration.create")
def create(call: Call) -> Obj:
    """Say what the portal may do."""
    made = new_configuration(call.engine, call.params)
    call.engine.emit("billing_portal.configuration.created", made)
    return made


@operation("GET /v1/billing_portal/configurations/{id}", "billing_portal.Configuration.retrieve")
def retrieve(call: Call) -> Obj:
    """One set of portal rules."""
    return subject(call, KIND)


@operation("POST /v1/billing_portal/configurations/{id}", "billing_portal.Configuration.update")
def update(call: Call) -> Obj:
    """Change what the portal may do."""
    rules = subject(call, KIND)
    params = call.params
    apply(rules, params, "active", "default_return_url", "name")
    rules["business_profile"].update(
        {name: value or None for name, value in (params.get("business_profile") or {}).items()}
    )
    merged = dict(rules["features"])
    for name, given in (params.get("features") or {}).items():
        merged[name] = {**merged[name], **given}
    rules["features"] = _features(merged)
    apply_metadata(rules, params)
    rules["updated"] = call.engine.now
    call.engine.changed("billing_portal.configuration.updated", rules)
    return rules


def default_configuration(engine: Engine) -> Obj:
    """The rules used when a session names none: everything a customer usually may do."""
    for known in engine.store.all(KIND):
        if known["is_default"]:
            return engine.get(KIND, known["id"])
    on = {"enabled": True}
    features = {
        "customer_update": {"allowed_updates": ["email", "name", "address"], **on},
        "invoice_history": on,
        "payment_method_update": on,
        "subscription_cancel": on,
    }
    return new_configuration(engine, {"features": features}, is_default=True)


@operation("POST /v1/billing_portal/sessions", "billing_portal.Session.create")
def open_session(call: Call) -> Obj:
    """Open the portal for a customer; the address works for a while and for one person."""
    engine, params = call.engine, call.params
    if "customer" not in params:
        raise invalid("Missing required param: customer.", "customer", "parameter_missing")
    customer = referred(engine, "customer", params["customer"], "customer")
    if params.get("configuration"):
        rules = referred(engine, KIND, params["configuration"], "configuration")
    else:
        rules = default_configuration(engine)
    flow = _flow(engine, params.get("flow_data"))
    secret = engine.store.new_id("test", 32)
    session = engine.new(
        "billing_portal.session",
        "bps",
        configuration=rules["id"],
        customer=customer["id"],
        flow=flow,
        locale=params.get("locale"),
        return_url=params.get("return_url") or rules["default_return_url"],
        url=f"{engine.settings.public_url}/p/session/{secret}",
        _secret=secret,
    )
    session.pop("after_expiration", None)
    engine.emit("billing_portal.session.created", session)
    return public(session)


def _flow(engine: Engine, given: Obj | None) -> Obj | None:
    if not given:
        return None
    done = given.get("after_completion") or {"type": "portal_homepage"}
    flow: Obj = {
        "after_completion": {
            "hosted_confirmation": None,
            "redirect": None,
            **done,
        },
        **dict.fromkeys(
            (
                "customer_update",
                "subscription_cancel",
                "subscription_pause",
                "subscription_update",
                "subscription_update_confirm",
            )
        ),
        "type": given["type"],
    }
    for name in ("subscription_cancel", "subscription_update", "subscription_update_confirm"):
        if given.get(name):
            id = given[name]["subscription"]
            referred(engine, "subscription", id, f"flow_data[{name}][subscription]")
            flow[name] = dict(given[name])
    if flow["subscription_cancel"]:
        flow["subscription_cancel"].setdefault("retention", None)
    if flow["subscription_update_confirm"]:
        flow["subscription_update_confirm"].setdefault("discounts", None)
    return flow
