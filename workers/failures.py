"""What may go wrong at one thing without holding up the others that a task does."""

from __future__ import annotations

from sqlalchemy.exc import SQLAlchemyError

from billing.gateway import StripeRefused, StripeUnavailable

REFUSALS = (
    StripeRefused,
    *(LookupError, ValueError, TypeError, AttributeError),  # an object of a shape not foreseen
)
FAILURES = (StripeUnavailable, SQLAlchemyError, *REFUSALS)
