"""Webhook endpoints: where events are sent."""

from typing import Any

from ..engine import Engine
from ..errors import invalid
from ..events import API_VERSION
from ..lists import listing
from ..operations import Call, apply, apply_metadata, deleted, operation, subject

Obj = dict[str, Any]
listing("webhook_endpoint", "/v1/webhook_endpoints", "WebhookEndpoint.list")


def new_endpoint(engine: Engine, url: str, secret: str | None = None, **members: Any) -> Obj:
    """An endpoint that receives events; the secret is shown only in the answer that makes it."""
    if not url.startswith(("http://", "https://")):
        raise invalid(
            "Invalid URL: An explicit scheme (such as https) must be provided.",
            "url",
            "url_invalid",
        )
    return engine.new(
        "webhook_endpoint",
        "we",
        **{
            "api_version": None,
            "description": None,
            "enabled_events": ["*"],
            "metadata": {},
            "status": "enabled",
            "url": url,
            "_secret": secret or engine.store.new_id("whsec", 32),
            **members,
        },
    )


@operation("POST /v1/webhook_endpoints", "WebhookEndpoint.create")
def create(call: Call) -> Obj:
    """Add an endpoint."""
    params = call.params
    endpoint = new_endpoint(
        call.engine,
        params["url"],
        api_version=params.get("api_version") or API_VERSION,
        description=params.get("description") or None,
        enabled_events=params["enabled_events"],
        metadata=dict(params.get("metadata") or {}),
    )
    return {**endpoint, "secret": endpoint["_secret"]}


@operation("GET /v1/webhook_endpoints/{id}", "WebhookEndpoint.retrieve")
def retrieve(call: Call) -> Obj:
    """One endpoint."""
    return subject(call, "webhook_endpoint")


@operation("POST /v1/webhook_endpoints/{id}", "WebhookEndpoint.update")
def update(call: Call) -> Obj:
    """Change an endpoint's address or events, or switch it off."""
    endpoint = subject(call, "webhook_endpoint")
    apply(endpoint, call.params, "description", "enabled_events", "url")
    if "disabled" in call.params:
        endpoint["status"] = "disabled" if call.params["disabled"] else "enabled"
    apply_metadata(endpoint, call.params)
    call.engine.store.put(endpoint)
    return endpoint


@operation("DELETE /v1/webhook_endpoints/{id}", "WebhookEndpoint.delete")
def delete(call: Call) -> Obj:
    """Remove an endpoint; what it is still owed is not sent."""
    endpoint = subject(call, "webhook_endpoint")
    call.engine.store.remove(endpoint)
    return deleted("webhook_endpoint", endpoint["id"])
