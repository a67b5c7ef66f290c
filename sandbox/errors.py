"""Stripe's refusals: the status, type, code and parameter that libraries turn into exceptions."""

from collections.abc import Mapping
from typing import Any

Obj = dict[str, Any]


class ApiError(Exception):
    """A refusal that travels to the caller as Stripe's error envelope.

    ``keeps_work`` says that what the call did so far stays done, as after a declined card;
    every other refusal leaves the store as it was.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        keeps_work: bool = False,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.keeps_work = keeps_work
        self.body: Obj = {"type": kind, "message": message}
        if code is not None:
            self.body["code"] = code
            self.body["doc_url"] = f"https://docs.stripe.com/error-codes/{code.replace('_', '-')}"
        if param is not None:
            self.body["param"] = param
        self.body.update(details or {})


class BadParameters(ApiError):
    """The request does not fit the operation; such answers are not kept for idempotency."""


def missing(param: str) -> BadParameters:
    """A required parameter was left out."""
    return BadParameters(f"Missing required param: {param}.", code="parameter_missing", param=param)


def unknown(names: list[str]) -> BadParameters:
    """Parameters the operation does not have."""
    plural = "s" if len(names) > 1 else ""
    return BadParameters(
        f"Received unknown parameter{plural}: {', '.join(names)}",
        code="parameter_unknown",
        param=names[0],
    )


def invalid(message: str, param: str | None = None, code: str | None = None) -> ApiError:
    """A request that is well formed but cannot be done."""
    return ApiError(message, param=param, code=code)


def no_such(label: str, id: str, param: str, *, in_path: bool = False) -> ApiError:
    """An id that leads nowhere: 404 in a path, 400 in a parameter."""
    return ApiError(
        f"No such {label}: '{id}'",
        status=404 if in_path else 400,
        code="resource_missing",
        param=param,
    )


def card_error(
    message: str,
    code: str,
    *,
    decline_code: str | None = None,
    param: str | None = None,
    **details: Any,
) -> ApiError:
    """A payment that the card's bank refused (402); the attempt stays on record."""
    if decline_code is not None:
        details["decline_code"] = decline_code
    return ApiError(
        message,
        status=402,
        kind="card_error",
        code=code,
        param=param,
        keeps_work=True,
        details=details,
    )


def unauthorized(message: str, *, status: int = 401, code: str | None = None) -> ApiError:
    """A key that opens nothing here."""
    return ApiError(message, status=status, code=code)
