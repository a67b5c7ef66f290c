"""A mailbox in memory: what was handed in, and the troubles of a mail server on demand."""

from __future__ import annotations

from email.message import EmailMessage

from notices.mailbox import NotNow, Refused, Unclear


class Killed(BaseException):
    """The process ends at this point, as after ``kill -9``: nothing that follows is done."""


class MemoryMailbox:
    """Keeps every message. ``before`` and ``after`` hold what goes wrong with the next ones.

    A trouble in ``before`` strikes when nothing was taken yet, one in ``after`` when the message
    has been taken and only the answer is lost.
    """

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.before: list[BaseException] = []
        self.after: list[BaseException] = []

    @property
    def sent(self) -> list[tuple[str, str]]:
        """Who was written to about what, in order."""
        return [(str(made["To"]), str(made["X-Matinee-Kind"])) for made in self.messages]

    def of_kind(self, kind: str) -> list[EmailMessage]:
        """The messages of one kind, in order."""
        return [made for made in self.messages if made["X-Matinee-Kind"] == kind]

    def send(self, message: EmailMessage) -> None:
        """Take a message, or do what was asked for."""
        if self.before:
            raise self.before.pop(0)
        self.messages.append(message)
        if self.after:
            raise self.after.pop(0)


def busy() -> NotNow:
    """The server says 450: try again later."""
    return NotNow("refused with 450")


def unknown_recipient() -> Refused:
    """The server says 550: nobody lives there."""
    return Refused("recipient refused with 550")


def answer_lost() -> Unclear:
    """The connection broke after the final dot."""
    return Unclear("connection closed")
