"""What can go wrong at Stripe, in our words; each has the sentence that the person reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import stripe

from core.errors import DomainError

UNCONFIRMED = ("authentication_required", "subscription_payment_intent_requires_action")


class StripeUnavailable(DomainError):
    """Stripe did not answer, or not now. Nothing was charged; the same act may be repeated."""

    status = 503
    sentence = (
        "Our payment provider is not answering right now. Nothing was charged. "
        "Wait a minute and try again."
    )


class StripeFailed(StripeUnavailable):
    """Stripe answered that it failed. It may keep that answer under the key for a day, so the same
    act needs a new key, and nobody may take one before reading how things stand."""


class KeyReused(StripeFailed):
    """Something was asked for under this key before, in other words: it may have been done."""


class StripeRefused(DomainError):
    """Stripe understood and said no. ``code`` is Stripe's own word for it."""

    status = 400
    sentence = "Our payment provider refused this. Nothing was charged. Contact us if it repeats."

    def __init__(self, code: str | None, message: str) -> None:
        super().__init__(message)
        self.code = code


class CustomerGone(StripeRefused):
    """The customer was deleted at Stripe."""


class PriceArchived(StripeRefused):
    """The price was archived at Stripe, so nothing new can be sold by it."""


class CardDeclined(StripeRefused):
    """The bank refused the charge that a change needed; the change did not happen."""

    status = 402
    sentence = (
        "Your bank refused the payment, so nothing was changed. "
        "Change the card on your account page and try again."
    )


class MustConfirm(CardDeclined):
    """The payer's bank wants them to confirm the charge that a change needed; nothing happened."""

    sentence = (
        "Your bank wants you to confirm this payment yourself, so nothing was changed. "
        "Try again, or change the card on your account page."
    )


class CurrencyMixed(StripeRefused):
    """The customer had something in another currency, and Stripe keeps one currency a customer."""

    status = 409
    sentence = (
        "Your account is in another currency, and we cannot mix two on one account. "
        "Nothing was charged. Contact us and we will make you an offer in yours."
    )


class DiscountRefused(StripeRefused):
    """The code takes nothing off what was to be sold, to this customer."""

    status = 409
    sentence = (
        "Our payment provider does not take this code for this offer. Go on without it, or try "
        "another. Nothing was charged."
    )


@contextmanager
def our_errors() -> Iterator[None]:
    """Around every call: the library's errors leave as ours, and as nothing else."""
    try:
        yield
    except (stripe.APIConnectionError, stripe.RateLimitError) as away:
        raise StripeUnavailable(str(away)) from away
    except stripe.APIError as failed:
        raise _failure(failed)(str(failed)) from failed
    except stripe.IdempotencyError as reused:
        raise KeyReused(str(reused)) from reused
    except stripe.InvalidRequestError as refused:
        raise _kind(refused)(refused.code, str(refused)) from refused
    except stripe.CardError as declined:
        kind = MustConfirm if declined.code in UNCONFIRMED else CardDeclined
        raise kind(declined.code, str(declined)) from declined
    except stripe.StripeError as refused:
        raise StripeRefused(refused.code, str(refused)) from refused


def _failure(failed: stripe.APIError) -> type[StripeUnavailable]:
    """A server's fault may be repeated for a day. An answer that was cut off is not Stripe's, and
    409 says that the same is being done at this moment: the same key will tell what came of it."""
    return StripeFailed if (failed.http_status or 0) >= 500 else StripeUnavailable


def _kind(refused: stripe.InvalidRequestError) -> type[StripeRefused]:
    """Stripe gives these refusals no code of their own: the parameter and the words tell them."""
    said = str(refused).lower()
    if refused.code == "resource_missing" and refused.param == "customer":
        return CustomerGone
    if (refused.param or "").startswith("discounts") or "promotion code" in said:
        return DiscountRefused
    if "price" in said and "inactive" in said:
        return PriceArchived
    if "currenc" in said and any(word in said for word in ("combine", "expected", "match")):
        return CurrencyMixed
    return StripeRefused
