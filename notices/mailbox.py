"""Where e-mails are handed in: one small interface, and the mail server behind it."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from typing import Protocol
from urllib.parse import unquote, urlsplit

SECONDS = 20


class NotNow(Exception):
    """The server took nothing and says so: the same message may be handed in later."""


class Refused(Exception):
    """The server will never take this message for this address."""


class Unclear(Exception):
    """The server fell silent after the message was handed in: it may or may not have it."""


class Mailbox(Protocol):
    """Something that takes a message. Raises ``NotNow``, ``Refused`` or ``Unclear``."""

    def send(self, message: EmailMessage) -> None:
        """Hand ``message`` in; returning means that it was accepted."""


class Smtp:
    """A mail server at ``smtp://user:password@host:port``; ``smtps://`` speaks TLS at once."""

    def __init__(self, url: str) -> None:
        self._at = urlsplit(url)

    def send(self, message: EmailMessage) -> None:
        """Hand in one message over a connection of its own."""
        try:
            server = self._connected()
        except (OSError, smtplib.SMTPException) as away:
            raise NotNow(str(away)) from away
        with server:
            _hand_in(server, message)

    def _connected(self) -> smtplib.SMTP:
        host, port = self._at.hostname or "localhost", self._at.port
        if self._at.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port or 465, timeout=SECONDS)
        else:
            server = smtplib.SMTP(host, port or 25, timeout=SECONDS)
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=ssl.create_default_context())
        if self._at.username:
            server.login(unquote(self._at.username), unquote(self._at.password or ""))
        return server


def _hand_in(server: smtplib.SMTP, message: EmailMessage) -> None:
    try:
        server.send_message(message)
    except smtplib.SMTPRecipientsRefused as refused:
        code = next(iter(refused.recipients.values()))[0]
        raise (Refused if code >= 500 else NotNow)(f"recipient refused with {code}") from refused
    except smtplib.SMTPResponseException as answered:
        kind = Refused if answered.smtp_code >= 500 else NotNow
        raise kind(f"refused with {answered.smtp_code}") from answered
    except (OSError, smtplib.SMTPException) as silent:
        raise Unclear(str(silent)) from silent
