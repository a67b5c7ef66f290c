"""The words that laws ask for on links and buttons, by language; English where none is kept."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Labels:
    """What stands on the links and the last buttons of leaving."""

    withdraw: str
    confirm_withdrawal: str
    cancel: str
    confirm_cancellation: str


BY_LANGUAGE = {
    "en": Labels(
        "Withdraw from contract here",
        "Confirm withdrawal",
        "Cancel a trial or subscription",
        "Cancel now",
    ),
    "de": Labels(
        "Vertrag widerrufen", "Widerruf bestätigen", "Verträge hier kündigen", "Jetzt kündigen"
    ),
    "fr": Labels(
        "Se rétracter du contrat ici",
        "Confirmer la rétractation",
        "Résilier votre contrat",
        "Confirmer la résiliation",
    ),
}


def of(locale: str) -> Labels:
    """The labels for a locale such as ``de-AT``."""
    return BY_LANGUAGE.get(locale.split("-")[0].lower(), BY_LANGUAGE["en"])
