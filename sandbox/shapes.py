"""What each Stripe object looks like, read from the resource classes of the `stripe` package."""

import importlib
from dataclasses import dataclass
from functools import cache
from inspect import get_annotations
from typing import Any, ForwardRef, Union, get_args, get_origin

from stripe._object_classes import OBJECT_CLASSES
from stripe._stripe_object import StripeObject

from .left_out import LEFT_OUT, SPARSE

Obj = dict[str, Any]


@dataclass(frozen=True)
class Member:
    """One member of an object: whether it may be null, hold an id, and what is inside it."""

    optional: bool
    expandable: bool
    inside: type | None


@cache
def members_of(shape: type) -> dict[str, Member]:
    """Every member a resource class (or a class nested in it) declares."""
    found: dict[str, Any] = {}
    for base in reversed(shape.__mro__):
        if issubclass(base, StripeObject) and base is not StripeObject:
            found.update(get_annotations(base))
    return {
        name: _member(hint)
        for name, hint in found.items()
        if not name.startswith("_") and name != "OBJECT_NAME"
    }


def _member(hint: Any) -> Member:
    parts = _parts(hint)
    named = any(isinstance(part, (ForwardRef, str)) for part in parts)
    inside = [p for p in parts if isinstance(p, type) and issubclass(p, StripeObject)]
    return Member(
        optional=get_origin(hint) is Union and type(None) in get_args(hint),
        expandable=named and str in parts,
        inside=inside[0] if inside else None,
    )


def _parts(hint: Any) -> list[Any]:
    if get_origin(hint) in (Union, list):
        return [leaf for part in get_args(hint) for leaf in _parts(part)]
    return [hint]


@cache
def shape_of(kind: str) -> type | None:
    """The resource class of an object type such as ``checkout.session``."""
    if kind not in OBJECT_CLASSES:
        return None
    module, name = OBJECT_CLASSES[kind]
    shape: type = getattr(importlib.import_module(module), name)
    return shape


@cache
def names_of(kind: str) -> frozenset[str]:
    """The names of the members that an object type has."""
    shape = shape_of(kind)
    return frozenset(members_of(shape)) if shape is not None else frozenset()


def complete(obj: Obj) -> Obj:
    """Give an object every member its type has, in place: what is not known is null."""
    shape = shape_of(obj["object"])
    if shape is not None:
        _fill(obj, shape, obj["object"])
    return obj


def _fill(obj: Obj, shape: type, at: str) -> None:
    left_out = LEFT_OUT.get(at, frozenset())
    sparse = at.rsplit(".", 1)[-1] in SPARSE or "country_options" in at
    for name, member in members_of(shape).items():
        if name not in obj:
            if member.optional and name not in left_out and not sparse:
                obj[name] = None
        elif member.inside is not None:
            for part in obj[name] if isinstance(obj[name], list) else [obj[name]]:
                if isinstance(part, dict) and "object" not in part:
                    _fill(part, member.inside, f"{at}.{name}")


def is_expandable(obj: Obj, name: str) -> bool:
    """Whether a member of an object holds an id that can be replaced by the object itself."""
    shape = shape_of(str(obj.get("object")))
    member = members_of(shape).get(name) if shape is not None else None
    return member is not None and member.expandable
