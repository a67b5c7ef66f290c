"""The words of the public form by which a contract is ended, by language."""

from __future__ import annotations

from dataclasses import dataclass

from core import zones


@dataclass(frozen=True)
class FormWords:
    """What stands on the form, and the declaration that it makes."""

    intro: str
    name: str
    email: str
    email_hint: str
    contract: str
    kind: str
    kinds: dict[str, str]
    cause: str
    wished_on: str
    wished_hint: str
    soonest: str
    any_contract: str
    declaration: str
    received: str
    keep_page: str
    missing: dict[str, str]
    title: str = "Cancel a trial or subscription"
    problem: str = "There is a problem"
    error: str = "Error"
    language: str = "en"
    locale: str = zones.LOCALE


ENGLISH = FormWords(
    intro="Say which contract shall end, and when. No password is needed. "
    "You can keep or print the page that follows, and the same goes to your address at once.",
    name="Your name",
    email="E-mail address of the contract",
    email_hint="The receipt goes there at once.",
    contract="Which contract, if you have more than one",
    kind="Kind of cancellation",
    kinds={"ordinary": "ordinary", "extraordinary": "extraordinary, for this reason:"},
    cause="Reason, for an extraordinary cancellation",
    wished_on="Day on which it shall end",
    wished_hint="Leave it empty for the next possible day.",
    soonest="the next possible day",
    any_contract="subscription",
    declaration="I cancel my contract with {site} ({contract}). Kind: {kind}{cause} "
    "It shall end on {ends}. Name: {name}. E-mail address: {email}. Received on {at}.",
    received="Your cancellation has reached us",
    keep_page="You can keep or print this page. An e-mail with the same words is on its way. "
    "Your declaration counts from now.",
    missing={
        "name": "Enter your name.",
        "email": "Enter the e-mail address of the contract.",
        "kind": "Choose the kind of cancellation.",
        "cause": "Write the reason, or choose the ordinary kind.",
        "wished_on": "Enter a day that is still to come, or leave it empty.",
    },
)
GERMAN = FormWords(
    intro="Geben Sie an, welcher Vertrag wann enden soll. Sie brauchen kein Passwort. "
    "Die folgende Seite können Sie speichern oder drucken; dasselbe geht sofort an Ihre Adresse.",
    name="Ihr Name",
    email="E-Mail-Adresse des Vertrags",
    email_hint="Dorthin geht sofort die Bestätigung.",
    contract="Welcher Vertrag, falls Sie mehrere haben",
    kind="Art der Kündigung",
    kinds={
        "ordinary": "ordentliche Kündigung",
        "extraordinary": "außerordentliche Kündigung aus diesem Grund:",
    },
    cause="Kündigungsgrund bei außerordentlicher Kündigung",
    wished_on="Zeitpunkt, zu dem der Vertrag enden soll",
    wished_hint="Leer gelassen: zum nächstmöglichen Zeitpunkt.",
    soonest="zum nächstmöglichen Zeitpunkt",
    any_contract="Abonnement",
    declaration="Ich kündige meinen Vertrag mit {site} ({contract}). Art: {kind}{cause} "
    "Ende: {ends}. Name: {name}. E-Mail-Adresse: {email}. Eingegangen am {at}.",
    received="Ihre Kündigung ist eingegangen",
    keep_page="Sie können diese Seite speichern oder drucken. Eine E-Mail mit demselben Wortlaut "
    "ist unterwegs. Ihre Erklärung zählt ab jetzt.",
    missing={
        "name": "Geben Sie Ihren Namen an.",
        "email": "Geben Sie die E-Mail-Adresse des Vertrags an.",
        "kind": "Wählen Sie die Art der Kündigung.",
        "cause": "Nennen Sie den Grund, oder wählen Sie die ordentliche Kündigung.",
        "wished_on": "Geben Sie einen künftigen Tag an, oder lassen Sie das Feld leer.",
    },
    title="Verträge hier kündigen",
    problem="Es gibt ein Problem",
    error="Fehler",
    language="de",
    locale="de_DE",
)
BY_LANGUAGE = {"de": GERMAN}


def of(language: str) -> FormWords:
    """The words in a language; English where none are kept in it."""
    return BY_LANGUAGE.get(language, ENGLISH)
