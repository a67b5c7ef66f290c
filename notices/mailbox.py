"""Where e-mails are handed in: one small interface, and the mail server behind it."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import parseaddr
from typing import Protocol
from urllib.parse import unquote, urlsplit

SECONDS = 20
READY_FOR_DATA = 354


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
    """A mail server at ``smtp://user:password@host:port``; ``smtps://`` speaks TLS at once.

    Whoever answers in TLS proves to be that host, and nobody is told the password without TLS.
    """

    def __init__(self, url: str, *, seconds: float = SECONDS) -> None:
        self._at = urlsplit(url)
        self._seconds = seconds

    def send(self, message: EmailMessage) -> None:
        """Hand in one message over a connection of its own."""
        with _nothing_taken_yet():
            server = self._connected()
        try:
            _hand_in(server, message)
        finally:
            server.close()  # whatever the server would say to a good-bye changes nothing

    def _connected(self) -> smtplib.SMTP:
        server, is_secret = self._opened()
        server.ehlo()
        if not is_secret and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
            is_secret = True
        if self._at.username:
            self._log_in(server, is_secret=is_secret)
        return server

    def _opened(self) -> tuple[smtplib.SMTP, bool]:
        host, port, seconds = self._at.hostname or "localhost", self._at.port, self._seconds
        if self._at.scheme == "smtps":
            trusted = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, port or 465, timeout=seconds, context=trusted), True
        return smtplib.SMTP(host, port or 25, timeout=seconds), False

    def _log_in(self, server: smtplib.SMTP, *, is_secret: bool) -> None:
        if not is_secret:
            server.close()
            raise NotNow("the mail server offers no TLS, and the password is not sent without it")
        server.login(unquote(self._at.username or ""), unquote(self._at.password or ""))


def _hand_in(server: smtplib.SMTP, message: EmailMessage) -> None:
    """The steps one by one, because only a silence after the last dot leaves us in doubt."""
    sender, recipient = (parseaddr(str(message[name]))[1] for name in ("From", "To"))
    is_plain = f"{sender}{recipient}".isascii()
    if not is_plain and not server.has_extn("smtputf8"):
        raise Refused("the mail server takes no address in other letters than those of ASCII")
    written = message.as_bytes(policy=SMTP if is_plain else SMTPUTF8)
    body = re.sub(rb"(?m)^\.", b"..", written)
    with _nothing_taken_yet():
        _expect(server.mail(sender, () if is_plain else ("SMTPUTF8",)), 250)
        _expect(server.rcpt(recipient), 250, 251)
        _expect(server.docmd("DATA"), READY_FOR_DATA)
    try:
        server.send(body + (b"" if body.endswith(b"\r\n") else b"\r\n") + b".\r\n")
        answer = server.getreply()
    except (OSError, smtplib.SMTPException) as silent:
        raise Unclear(str(silent)) from silent
    _expect(answer, 250)
    _part(server)


def _expect(answer: tuple[int, bytes], *wanted: int) -> None:
    if answer[0] not in wanted:
        kind = Refused if answer[0] >= 500 else NotNow
        raise kind(f"refused with {answer[0]}")


@contextmanager
def _nothing_taken_yet() -> Iterator[None]:
    try:
        yield
    except (OSError, smtplib.SMTPException) as away:
        raise NotNow(f"{type(away).__name__}: {away}") from away


def _part(server: smtplib.SMTP) -> None:
    try:
        server.docmd("QUIT")
    except (OSError, smtplib.SMTPException):
        return  # the message was accepted; how the server parts is its own affair
