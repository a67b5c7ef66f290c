"""The words that laws ask for on links and buttons, by language; English where none is kept."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Labels:
    """What stands on the last button before a contract, and on the links and buttons of leaving.

    ``order`` says that pressing it brings an obligation to pay. It is empty where the law leaves
    the words to us, and the price on the button says it; so is ``confirm_cancellation``, and the
    button says what is cancelled.
    """

    withdraw: str
    confirm_withdrawal: str
    cancel: str
    confirm_cancellation: str = ""
    order: str = ""
    language: str = "en"
    by_form: bool = False
    """Whether the law wants the link to lead to a form at once."""


BY_LANGUAGE = {
    "en": Labels(
        "Withdraw from contract here",
        "Confirm withdrawal",
        "Cancel a trial or subscription",
    ),
    "de": Labels(
        "Vertrag widerrufen",
        "Widerruf bestätigen",
        "Verträge hier kündigen",
        "Jetzt kündigen",
        "Zahlungspflichtig bestellen",
        language="de",
        by_form=True,
    ),
    "fr": Labels(
        "Se rétracter du contrat ici",
        "Confirmer la rétractation",
        "Résilier votre contrat",
        "Confirmer la résiliation",
        "Commander avec obligation de paiement",
        language="fr",
    ),
}
ORDER_IN_ENGLISH = "Order with obligation to pay"
# Where directive 2011/83/EU asks for such words: the Union, with Iceland, Liechtenstein and Norway.
UNION = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
ECONOMIC_AREA = frozenset([*UNION.split(), "IS", "LI", "NO"])


def of(locale: str) -> Labels:
    """The labels for a locale such as ``de-AT``."""
    return BY_LANGUAGE.get(locale.split("-")[0].lower(), BY_LANGUAGE["en"])


def language(accepted: str) -> str:
    """The first language of an ``Accept-Language`` header, where labels are kept in it, else
    English: what a browser likes best stands first."""
    first = accepted.partition(",")[0].partition(";")[0].partition("-")[0].strip().lower()
    return first if first in BY_LANGUAGE else "en"


def order_button(spoken: Labels, territory: str, usual: str) -> str:
    """The words of the last button before a contract, for a reader of a language in a territory
    (ISO 3166): the law's, with what we say elsewhere behind them."""
    by_law = spoken.order
    if not by_law and territory in ECONOMIC_AREA:
        by_law = ORDER_IN_ENGLISH
    return f"{by_law}: {usual}" if by_law else usual
