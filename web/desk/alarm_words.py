"""What each alarm is called and what to do about it, with the address where it is done."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from billing.upkeep_models import Alarm


@dataclass(frozen=True)
class Remedy:
    """A kind of alarm in words: its name, what to do, and the act that does it, if there is one."""

    name: str
    todo: str
    act: str = ""


REMEDIES = {
    "event.dead": Remedy(
        "A Stripe event failed", "Read its error, put the cause right, then replay it.", "event"
    ),
    "webhook.undelivered": Remedy(
        "Deliveries do not arrive",
        "Check at Stripe that the endpoint is ours and answers. What was missed was fetched.",
        "events",
    ),
    "subscription.doubled": Remedy(
        "More than one live subscription",
        "Cancel the one that is not used, and refund what it charged.",
        "cancellation",
    ),
    "subscription.unknown": Remedy(
        "Stripe does not know a subscription",
        "Check whether the account at Stripe was changed. The right to watch runs out by itself.",
        "person",
    ),
    "payment.suspected": Remedy(
        "A bank suspects fraud",
        "Refund the payment today, and mark the trial as fraud: a dispute costs more than it.",
        "refund",
    ),
    "payment.disputed": Remedy(
        "A payment is disputed", "Download the evidence and send it at Stripe in time.", "evidence"
    ),
    "dispute.won": Remedy(
        "A dispute was won", "Decide whether the person may watch again, and give the time.", "gift"
    ),
    "trial.unwarned": Remedy(
        "A trial was moved for its reminder",
        "Check whether e-mails are accepted. The trial ends later, so that nobody is charged "
        "without being told.",
        "person",
    ),
    "contract.termination": Remedy(
        "A cancellation by the form waits for you",
        "Find whose contract it is, or judge the reason, and write to the person today.",
        "cancellation",
    ),
    "contract.refused": Remedy(
        "Stripe refuses a cancellation by the form",
        "Put right at Stripe what it says, then cancel for the person. It is not tried again.",
        "cancellation",
    ),
    "withdrawal.refused": Remedy(
        "Stripe refuses a withdrawal",
        "Put right at Stripe what it says, then carry the withdrawal out in the list below, or "
        "cancel and refund. It is not tried again by itself.",
        "person",
    ),
    "reminder.missing": Remedy(
        "Charged without a reminder",
        "Write to the person, and offer the money back.",
        "refund",
    ),
    "notice.refused": Remedy(
        "An e-mail was refused", "Ask the person for an address that works.", "person"
    ),
    "notice.bounced": Remedy(
        "An e-mail came back", "Ask the person for an address that works.", "person"
    ),
    "notice.unworded": Remedy(
        "An e-mail cannot be worded",
        "Have its words mended by what the log says; it is tried again by itself.",
        "person",
    ),
    "notice.unclear": Remedy(
        "An e-mail may not have arrived", "Ask the mail server's log; send it again.", "resend"
    ),
}
LINKS = {
    "cancellation": "Cancel",
    "refund": "Refund",
    "evidence": "Download the evidence",
    "gift": "Give free time",
    "resend": "Send it again",
    "person": "Open the person",
    "event": "Open the event",
    "events": "Open the events",
}


def remedy(kind: str) -> Remedy:
    """What to do about a kind of alarm; one that is new here is called by its own name."""
    return REMEDIES.get(kind) or Remedy(
        kind.replace(".", " ").capitalize(), "Look at what it says."
    )


def link(alarm: Alarm) -> tuple[str, str] | None:
    """The words and the address of the act that an alarm calls for."""
    act = remedy(alarm.kind).act
    if act == "event":
        return LINKS[act], url_for("desk_events.listed", about=alarm.object_id)
    if act == "events":
        return LINKS[act], url_for("desk_events.listed")
    if not act or alarm.member_id is None:
        return None
    if act == "person":
        return LINKS[act], url_for("desk_people.person", member_id=alarm.member_id)
    if act == "evidence":
        return LINKS[act], url_for("desk_alarms.evidence_file", member_id=alarm.member_id)
    invoice = alarm.object_id if alarm.object_id.startswith("in_") else None
    there = url_for("desk_pressing.form", member_id=alarm.member_id, act_name=act, invoice=invoice)
    return LINKS[act], there
