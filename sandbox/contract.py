"""What each operation takes, read from the parameter types of the installed `stripe` package."""

import importlib
import re
import types
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, cached_property
from typing import Any, ForwardRef, Literal, NotRequired, Required, Union, get_args, get_origin

from stripe._request_options import RequestOptions
from stripe._stripe_object import StripeObject
from typing_extensions import is_typeddict

TRANSPORT = frozenset(RequestOptions.__annotations__)
PRIMITIVES: dict[type, str] = {
    str: "string",
    int: "integer",
    float: "number",
    Decimal: "decimal",
    bool: "boolean",
}


@dataclass(frozen=True)
class Schema:
    """One parameter's shape; an object's fields are worked out when they are first looked at."""

    kind: str
    allowed: tuple[str, ...] = ()
    choices: tuple["Schema", ...] = ()
    emptyable: bool = False
    source: Any = field(default=None, compare=False)

    @cached_property
    def fields(self) -> dict[str, "Schema"]:
        """The members of an object, each with its own schema."""
        return {
            name: _schema(hint, self.source.__module__)
            for name, hint in self.source.__annotations__.items()
            if name not in TRANSPORT
        }

    @cached_property
    def required(self) -> frozenset[str]:
        """The members an object cannot do without."""
        return frozenset(
            name
            for name, hint in self.source.__annotations__.items()
            if name not in TRANSPORT and get_origin(hint) is not NotRequired
        )

    @cached_property
    def items(self) -> "Schema":
        """The schema of an array's entries, or of a map's values."""
        hint, module = self.source
        return _schema(hint, module)


@cache
def parameters(operation: str) -> Schema:
    """The parameters of an operation such as ``checkout.Session.create``."""
    *rooms, resource, verb = operation.split(".")
    module = f"_{_snake(resource)}_{_snake(verb)}_params"
    package = ".".join(["stripe.params", *rooms, module])
    name = f"{resource}{''.join(part.capitalize() for part in _snake(verb).split('_'))}Params"
    return Schema("object", source=getattr(importlib.import_module(package), name))


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _schema(hint: Any, module: str) -> Schema:
    hint = _resolved(hint, module)
    origin = get_origin(hint)
    if origin in (NotRequired, Required):
        return _schema(get_args(hint)[0], module)
    if origin in (Union, types.UnionType):
        return _union([_schema(part, module) for part in get_args(hint)])
    if origin is Literal:
        return _literal(get_args(hint))
    if origin is list:
        return Schema("array", source=(get_args(hint)[0], module))
    if origin is dict or hint is dict:
        return Schema("map", source=((get_args(hint) or (str, Any))[1], module))
    if isinstance(origin, type) and issubclass(origin, StripeObject):
        return Schema("answer")
    if is_typeddict(hint):
        return Schema("object", source=hint)
    return Schema(PRIMITIVES.get(hint, "any"))


def _resolved(hint: Any, module: str) -> Any:
    """A quoted annotation, evaluated where it was written."""
    while isinstance(hint, (str, ForwardRef)):
        text = hint if isinstance(hint, str) else hint.__forward_arg__
        hint = eval(text, vars(importlib.import_module(module)))
    return hint


def _literal(values: tuple[Any, ...]) -> Schema:
    if values == ("",):
        return Schema("empty")
    if values and isinstance(values[0], bool):
        return Schema("boolean")
    return Schema("string", allowed=tuple(str(value) for value in values if value != ""))


def _union(parts: list[Schema]) -> Schema:
    """A choice; next to a list of words ``str`` only means that the list may grow."""
    emptyable = any(part.kind == "empty" for part in parts)
    listed = any(part.allowed for part in parts)
    rest = [
        part
        for part in parts
        if part.kind not in ("empty", "answer")
        and not (listed and part.kind == "string" and not part.allowed)
    ]
    if not rest:
        return Schema("string", emptyable=True)
    if len(rest) > 1:
        return Schema("one_of", choices=tuple(rest), emptyable=emptyable)
    only = rest[0]
    return Schema(only.kind, only.allowed, only.choices, emptyable or only.emptyable, only.source)
