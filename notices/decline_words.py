"""What a bank's reason for refusing a charge means for the person, and what helps."""

from __future__ import annotations

UNKNOWN = "Your bank did not say why. Ask it, or use another card."

WORDS = {
    "insufficient_funds": "There was not enough money on the account.",
    "expired_card": "The card has expired. Give us the new one.",
    "lost_card": "The card is reported as lost. Use another one.",
    "stolen_card": "The card is reported as stolen. Use another one.",
    "incorrect_cvc": "The security code was wrong. Enter the card again.",
    "authentication_required": "Your bank wants you to confirm the payment yourself.",
    "processing_error": "Something went wrong at the bank. It may work at the next try.",
    "do_not_honor": "Your bank refused without a reason. Ask it, or use another card.",
    "card_velocity_exceeded": "The card has reached its limit. Ask your bank, or use another card.",
}


def of(reason: str | None) -> str:
    """The sentence for one of Stripe's decline codes; an unknown one has a sentence too."""
    return WORDS.get(reason or "", UNKNOWN)
