"""Checks a decoded request against an operation's schema and gives its values their types."""

import re
from typing import Any

from .contract import Schema
from .errors import ApiError, BadParameters, missing, unknown

INTEGER = re.compile(r"-?\d{1,18}")
NUMBER = re.compile(r"-?\d{1,18}(\.\d{1,20})?")


def typed(schema: Schema, tree: dict[str, Any]) -> dict[str, Any]:
    """The request's parameters as numbers, booleans, lists and maps; decimals stay text.

    Empty values stay ``""`` where the operation lets them unset something. Raises the refusal
    that Stripe gives: unknown parameters first, then missing ones, then wrong values.
    """
    values: dict[str, Any] = _object(schema, tree, "")
    return values


def _object(schema: Schema, tree: dict[str, Any], at: str) -> dict[str, Any]:
    strangers = [_name(at, key) for key in tree if key not in schema.fields]
    if strangers:
        raise unknown(strangers)
    for name in schema.fields:
        if name in schema.required and name not in tree:
            raise missing(_name(at, name))
    return {key: _value(schema.fields[key], value, _name(at, key)) for key, value in tree.items()}


def _name(at: str, key: str) -> str:
    return f"{at}[{key}]" if at else key


def _value(schema: Schema, value: Any, at: str) -> Any:
    if value == "" and (schema.emptyable or schema.kind in ("array", "any", "empty")):
        return "" if schema.kind != "array" or schema.emptyable else []
    if schema.kind == "one_of":
        return _first_that_fits(schema, value, at)
    if schema.kind == "any":
        return value
    if schema.kind == "empty":
        raise BadParameters(f"Invalid {at}: it can only be emptied", param=at)
    if schema.kind in ("object", "map", "array"):
        return _nested(schema, value, at)
    if isinstance(value, dict):
        raise BadParameters(f"Invalid {schema.kind}: {at}", param=at)
    return _scalar(schema, value, at)


def _nested(schema: Schema, value: Any, at: str) -> Any:
    if not isinstance(value, dict):
        shape = "array" if schema.kind == "array" else "object"
        raise BadParameters(f"Invalid {shape}", param=at)
    if schema.kind == "object":
        return _object(schema, value, at)
    if schema.kind == "map":
        return {key: _value(schema.items, part, _name(at, key)) for key, part in value.items()}
    if not all(key.isdigit() for key in value):
        raise BadParameters("Invalid array", param=at)
    return [_value(schema.items, value[key], _name(at, key)) for key in sorted(value, key=int)]


def _first_that_fits(schema: Schema, value: Any, at: str) -> Any:
    refusals: list[ApiError] = []
    for choice in schema.choices:
        try:
            return _value(choice, value, at)
        except ApiError as refusal:
            refusals.append(refusal)
    shaped = [choice.kind in ("object", "array", "map") for choice in schema.choices]
    fitting = [
        r for r, nested in zip(refusals, shaped, strict=True) if nested == isinstance(value, dict)
    ]
    raise (fitting or refusals)[-1]


def _scalar(schema: Schema, value: str, at: str) -> Any:
    if value == "" and schema.kind != "string":
        raise empty(at)
    if schema.kind == "integer":
        if not INTEGER.fullmatch(value):
            raise BadParameters(
                f"Invalid integer: {value}", code="parameter_invalid_integer", param=at
            )
        return int(value)
    if schema.kind in ("number", "decimal"):
        if not NUMBER.fullmatch(value):
            raise BadParameters(f"Invalid decimal: {value}", param=at)
        return value if schema.kind == "decimal" else float(value)
    if schema.kind == "boolean":
        if value not in ("true", "false"):
            raise BadParameters(f"Invalid boolean: {value}", param=at)
        return value == "true"
    return _word(schema, value, at)


def _word(schema: Schema, value: str, at: str) -> str:
    if schema.allowed and value not in schema.allowed:
        if value == "":
            raise empty(at)
        *others, last = schema.allowed
        words = f"{', '.join(others)}, or {last}" if others else last
        raise BadParameters(f"Invalid {at}: must be one of {words}", param=at)
    if len(value) > 20_000:
        raise BadParameters(f"Invalid string: {at} is too long", param=at)
    return value


def empty(at: str) -> BadParameters:
    """An empty value given to something that cannot be unset."""
    return BadParameters(
        f"You passed an empty string for '{at}'. We assume empty values are an attempt to unset a "
        f"parameter; however '{at}' cannot be unset. You should remove '{at}' from your request or "
        "supply a non-empty value.",
        code="parameter_invalid_empty",
        param=at,
    )
