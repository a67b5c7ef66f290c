"""The table of API operations: which function answers which method and path."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from . import contract, validation
from .engine import Engine
from .errors import ApiError, no_such

Obj = dict[str, Any]


@dataclass
class Call:
    """One request on its way through an operation: its path ids and typed parameters."""

    engine: Engine
    ids: tuple[str, ...]
    params: Obj = field(default_factory=dict)
    path: str = ""

    @property
    def id(self) -> str:
        """The last id in the path."""
        return self.ids[-1]


Handler = Callable[[Call], Obj]


@dataclass(frozen=True)
class Operation:
    """A method and path, the library's name for its parameters, and who answers."""

    method: str
    path: str
    name: str
    handler: Handler

    def typed(self, tree: Obj) -> Obj:
        """The request's parameters, checked against the contract."""
        return validation.typed(contract.parameters(self.name), tree)


TABLE: dict[tuple[str, int], list[tuple[list[str], Operation]]] = {}


def operation(route: str, name: str) -> Callable[[Handler], Handler]:
    """Register the function that answers ``POST /v1/customers/{id}`` and the like."""
    method, path = route.split()
    parts = path.strip("/").split("/")

    def keep(handler: Handler) -> Handler:
        rows = TABLE.setdefault((method, len(parts)), [])
        rows.append((parts, Operation(method, path, name, handler)))
        rows.sort(key=lambda row: row[1].path.count("{"))
        return handler

    return keep


def find(method: str, path: str) -> tuple[Operation, tuple[str, ...]]:
    """The operation a request means, with the ids in its path."""
    parts = path.strip("/").split("/")
    for pattern, found in TABLE.get((method, len(parts)), []):
        if all(
            want == got or want.startswith("{") for want, got in zip(pattern, parts, strict=True)
        ):
            ids = [got for want, got in zip(pattern, parts, strict=True) if want.startswith("{")]
            return found, tuple(ids)
    raise ApiError(
        f"Unrecognized request URL ({method}: {path}). Please see "
        "https://stripe.com/docs or we can help at https://support.stripe.com/.",
        status=404,
    )


LABELS = {
    "payment_method": ("PaymentMethod", "payment_method"),
    "setup_intent": ("setupintent", "intent"),
    "payment_intent": ("payment_intent", "intent"),
    "checkout.session": ("checkout.session", "session"),
    "price": ("price", "price"),
    "plan": ("plan", "plan"),
    "coupon": ("coupon", "coupon"),
    "invoice": ("invoice", "invoice"),
    "invoiceitem": ("invoiceitem", "invoiceitem"),
    "promotion_code": ("promotion code", "promotion_code"),
    "subscription_schedule": ("subscription schedule", "schedule"),
    "subscription_item": ("subscription_item", "item"),
    "tax_rate": ("tax rate", "tax_rate"),
    "webhook_endpoint": ("webhook endpoint", "webhook_endpoint"),
    "test_helpers.test_clock": ("test clock", "test_clock"),
    "billing_portal.configuration": ("configuration", "configuration"),
    "dispute": ("dispute", "dispute"),
    "refund": ("refund", "refund"),
    "event": ("event", "id"),
}


def subject(call: Call, kind: str, id: str | None = None) -> Obj:
    """The object a path is about, or Stripe's 404."""
    wanted = call.id if id is None else id
    obj = call.engine.store.get(kind, wanted)
    if obj is None or is_gone(obj):
        label, param = LABELS.get(kind, (kind.rsplit(".", 1)[-1], "id"))
        raise no_such(label, wanted, param, in_path=True)
    follow_clock(call.engine, obj)
    return obj


def is_gone(obj: Obj) -> bool:
    """Whether an object was deleted and is only kept for others that still show it."""
    return bool(obj.get("_deleted")) and obj["object"] != "customer"


def referred(engine: Engine, kind: str, id: str, param: str, *, deleted_too: bool = False) -> Obj:
    """The object a parameter names, or Stripe's 400; lists may be asked about the deleted too."""
    obj = engine.store.get(kind, id)
    if obj is None or is_gone(obj) or (obj.get("_deleted") and not deleted_too):
        raise no_such(LABELS.get(kind, (kind.rsplit(".", 1)[-1], ""))[0], id, param)
    follow_clock(engine, obj)
    return obj


def follow_clock(engine: Engine, obj: Obj) -> None:
    """Continue at the time of the test clock that an object or its customer follows."""
    if obj.get("test_clock"):
        engine.follow(obj)
    elif isinstance(obj.get("customer"), str):
        engine.follow(engine.store.peek(obj["customer"]))


def apply(obj: Obj, params: Obj, *names: str) -> None:
    """Copy the named parameters that were sent; an empty one unsets its member."""
    for name in names:
        if name in params:
            obj[name] = None if params[name] == "" else params[name]


def apply_metadata(obj: Obj, params: Obj) -> None:
    """Merge metadata: an empty value drops its key, an empty whole drops them all."""
    sent = params.get("metadata")
    if sent is None:
        return
    kept = {} if sent == "" else {**(obj.get("metadata") or {}), **sent}
    obj["metadata"] = {key: value for key, value in kept.items() if value != ""}


def deleted(kind: str, id: str) -> Obj:
    """What is left of an object that was deleted."""
    return {"id": id, "object": kind, "deleted": True}
