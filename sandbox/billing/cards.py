"""The test cards: their numbers, their `pm_card_*` and `tok_*` names, and how each behaves."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Card:
    """A test card.

    ``setup`` and ``charge`` are the decline given when the card is saved or charged (``None``:
    it works). ``authentication`` is ``none``, ``setup`` (asks once, then silent) or ``always``.
    ``after`` is what follows a successful charge: a dispute, an inquiry, a warning, a review.
    """

    number: str
    brand: str = "visa"
    funding: str = "credit"
    country: str = "US"
    setup: str | None = None
    charge: str | None = None
    authentication: str = "none"
    after: str | None = None
    names: tuple[str, ...] = ()

    @property
    def last4(self) -> str:
        """The last four digits."""
        return self.number[-4:]


@dataclass(frozen=True)
class Decline:
    """How a refusal is told: the error's code, the bank's reason, the sentence."""

    code: str
    decline_code: str | None
    message: str


DECLINES = {
    "generic_decline": Decline("card_declined", "generic_decline", "Your card was declined."),
    "insufficient_funds": Decline(
        "card_declined", "insufficient_funds", "Your card has insufficient funds."
    ),
    "lost_card": Decline("card_declined", "lost_card", "Your card was declined."),
    "stolen_card": Decline("card_declined", "stolen_card", "Your card was declined."),
    "fraudulent": Decline("card_declined", "fraudulent", "Your card was declined."),
    "expired_card": Decline("expired_card", "expired_card", "Your card has expired."),
    "incorrect_cvc": Decline(
        "incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect."
    ),
    "processing_error": Decline(
        "processing_error",
        "processing_error",
        "An error occurred while processing your card. Try again in a little bit.",
    ),
    "authentication_required": Decline(
        "authentication_required",
        "authentication_required",
        "Your card was declined. This transaction requires authentication.",
    ),
    "authentication_failed": Decline(
        "payment_intent_authentication_failure",
        None,
        "We are unable to authenticate your payment method. Please choose a different payment "
        "method and try again.",
    ),
    "setup_authentication_failed": Decline(
        "setup_intent_authentication_failure",
        None,
        "We are unable to authenticate your payment method. Please choose a different payment "
        "method and try again.",
    ),
}


def _both(decline: str) -> dict[str, str]:
    return {"setup": decline, "charge": decline}


CARDS = (
    Card("4242424242424242", names=("visa", "us")),
    Card("4000056655665556", funding="debit", names=("visa_debit",)),
    Card("5555555555554444", "mastercard", names=("mastercard",)),
    Card("5200828282828210", "mastercard", "debit", names=("mastercard_debit",)),
    Card("5105105105105100", "mastercard", "prepaid", names=("mastercard_prepaid",)),
    Card("378282246310005", "amex", names=("amex",)),
    Card("6011111111111117", "discover", names=("discover",)),
    Card("3056930009020004", "diners", names=("diners",)),
    Card("3566002020360505", "jcb", country="JP", names=("jcb",)),
    Card("6200000000000005", "unionpay", country="CN", names=("unionpay",)),
    Card("4000008260000000", country="GB", names=("gb",)),
    Card("4000002760000016", country="DE", names=("de",)),
    Card("4000002500000003", country="FR", names=("fr",)),
    Card("4000001240000000", country="CA", names=("ca",)),
    Card("4000000360000006", country="AU", names=("au",)),
    Card("4000000000000341", charge="generic_decline", names=("chargeCustomerFail",)),
    Card(
        "4000000000000002",
        names=("chargeDeclined", "visa_chargeDeclined"),
        **_both("generic_decline"),
    ),
    Card(
        "4000000000009995",
        names=("chargeDeclinedInsufficientFunds", "visa_chargeDeclinedInsufficientFunds"),
        **_both("insufficient_funds"),
    ),
    Card(
        "4000000000009987",
        names=("visa_chargeDeclinedLostCard", "chargeDeclinedLostCard"),
        **_both("lost_card"),
    ),
    Card(
        "4000000000009979",
        names=("visa_chargeDeclinedStolenCard", "chargeDeclinedStolenCard"),
        **_both("stolen_card"),
    ),
    Card(
        "4000000000000069",
        names=("chargeDeclinedExpiredCard", "visa_chargeDeclinedExpiredCard"),
        **_both("expired_card"),
    ),
    Card(
        "4000000000000127",
        names=("chargeDeclinedIncorrectCvc", "visa_chargeDeclinedIncorrectCvc"),
        **_both("incorrect_cvc"),
    ),
    Card(
        "4000000000000119",
        names=("chargeDeclinedProcessingError", "visa_chargeDeclinedProcessingError"),
        **_both("processing_error"),
    ),
    Card(
        "4100000000000019",
        names=("chargeDeclinedFraudulent", "visa_chargeDeclinedFraudulent"),
        **_both("fraudulent"),
    ),
    Card("4000002500003155", authentication="setup", names=("authenticationRequiredOnSetup",)),
    Card(
        "4000002760003184",
        authentication="always",
        names=("authenticationRequired", "threeDSecure2Required", "threeDSecureRequired"),
    ),
    Card("4000000000003220", authentication="always", names=("threeDSecureRequired3220",)),
    Card(
        "4000008260003178",
        authentication="setup",
        charge="insufficient_funds",
        names=("authenticationRequiredChargeDeclinedInsufficientFunds",),
    ),
    Card("4000000000000259", after="dispute", names=("createDispute",)),
    Card("4000000000001976", after="inquiry", names=("createDisputeInquiry",)),
    Card("4000000000005423", after="early_fraud_warning", names=("createIssuerFraudRecord",)),
    Card("4000000000009235", after="review", names=("riskLevelElevated",)),
    Card("4000000000005126", after="refund_fails", names=("refundFail",)),
)
BY_NUMBER = {card.number: card for card in CARDS}
BY_NAME = {name: card for card in CARDS for name in card.names}


def named(token: str) -> Card | None:
    """The card behind ``pm_card_visa`` or ``tok_visa``."""
    for prefix in ("pm_card_", "tok_"):
        if token.startswith(prefix):
            return BY_NAME.get(token.removeprefix(prefix))
    return None


def passes_luhn(number: str) -> bool:
    """Whether a card number's check digit fits."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return number.isdigit() and 12 <= len(number) <= 19 and total % 10 == 0
