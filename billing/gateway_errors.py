"""What can go wrong at Stripe, in our words; each has the sentence that the person reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import stripe

from core.errors import DomainError


class StripeUnavailable(DomainError):
    """Stripe did not answer, or not now. Nothing was charged; the same act may be repeated."""

    status = 503
    sentence = (
        "Our payment provider is not answering right now. Nothing was charged. "
        "Wait a minute and try again."
    )


class StripeRefused(DomainError):
    """Stripe understood and said no. ``code`` is Stripe's own word for it."""

    status = 400
    sentence = "Our payment provider refused this. Nothing was charged. Contact us if it repeats."

    def __init__(self, code: str | None, message: str) -> None:
        super().__init__(message)
        self.code = code


class CustomerGone(StripeRefused):
    """The customer was deleted at Stripe."""


class CardDeclined(StripeRefused):
    """The bank refused the charge that a change needed; the change did not happen."""

    status = 402
    sentence = (
        "Your bank refused the payment, so nothing was changed. "
        "Change the card on your account page and try again."
    )


class CurrencyMixed(StripeRefused):
    """The customer has paid in another currency, and Stripe keeps one currency a customer."""

    status = 409
    sentence = (
        "You have paid us in another currency before, and we cannot mix two on one account. "
        "Nothing was charged. Contact us and we will make you an offer in yours."
    )


@contextmanager
def our_errors() -> Iterator[None]:
    """Around every call: the library's errors leave as ours, and as nothing else."""
    try:
        yield
    except (stripe.APIConnectionError, stripe.RateLimitError, stripe.APIError) as away:
        raise StripeUnavailable(str(away)) from away
    except stripe.InvalidRequestError as refused:
        if refused.code == "resource_missing" and refused.param == "customer":
            raise CustomerGone(refused.code, str(refused)) from refused
        kind = CurrencyMixed if _mixes_currencies(refused) else StripeRefused
        raise kind(refused.code, str(refused)) from refused
    except stripe.CardError as declined:
        raise CardDeclined(declined.code, str(declined)) from declined
    except stripe.StripeError as refused:
        raise StripeRefused(refused.code, str(refused)) from refused


def _mixes_currencies(refused: stripe.InvalidRequestError) -> bool:
    said = str(refused).lower()
    return "currenc" in said and any(w in said for w in ("combine", "expected currency", "match"))
