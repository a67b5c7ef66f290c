"""What a mail server may answer, and what it means for the message."""

from __future__ import annotations

import asyncio
import smtplib
import socket
import ssl
from collections.abc import Iterator
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from notices.mailbox import NotNow, Refused, Smtp, Unclear


class Server:
    """A mail server that answers as it is told; ``taken`` are the bodies that it keeps."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.to_sender = self.to_recipient = self.to_body = "250 OK"
        self.hangs_up = False

    async def handle_MAIL(self, server: SMTP, *given: Any) -> str:
        envelope: Envelope = given[1]
        envelope.mail_from = given[2]
        return self.to_sender

    async def handle_RCPT(self, server: SMTP, *given: Any) -> str:
        if self.to_recipient.startswith("250"):
            given[1].rcpt_tos.append(given[2])
        return self.to_recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.to_body.startswith("250"):
            self.taken.append(envelope.original_content or b"")
        if self.hangs_up:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return self.to_body

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        return "421 busy elsewhere"


@pytest.fixture
def server() -> Server:
    """What the mail server behind ``url`` will answer."""
    return Server()


@pytest.fixture
def url(server: Server) -> Iterator[str]:
    """The address of a mail server that runs."""
    yield from _running(server)


def _running(server: Server, **how: bool) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    loop = asyncio.new_event_loop()
    running = Controller(server, hostname="127.0.0.1", port=port, loop=loop, **how)
    running.start()
    yield f"smtp://127.0.0.1:{port}"
    running.stop()
    running.loop.close()


def message(text: str = "Your trial ends soon.", to: str = "ada@example.org") -> EmailMessage:
    """Something to hand in."""
    made = EmailMessage()
    made["From"] = "Matinee <hello@matinee.example>"
    name, _, domain = to.partition("@")
    made["To"] = Address(username=name, domain=domain)
    made["Message-ID"] = "<notice-1@matinee.example>"
    made.set_content(text)
    return made


@pytest.fixture
def plain_url(server: Server) -> Iterator[str]:
    """The same where the server reads no other letters than those of ASCII in an address."""
    yield from _running(server, enable_SMTPUTF8=False)


def test_an_address_in_other_letters_is_written_to_where_the_server_reads_them(
    url: str, server: Server
) -> None:
    Smtp(url).send(message(to="jörg@example.org"))

    [taken] = server.taken
    assert "To: jörg@example.org" in taken.decode()


def test_an_address_that_the_server_cannot_read_is_refused_and_not_an_error(
    plain_url: str, server: Server
) -> None:
    with pytest.raises(Refused):
        Smtp(plain_url).send(message(to="jörg@example.org"))

    assert server.taken == []


def test_a_message_is_taken_even_if_the_server_parts_badly(url: str, server: Server) -> None:
    # given a server that takes everything and answers QUIT with 421
    # when a message with a line that is a dot is handed in
    Smtp(url).send(message("First.\n.\n..and last."))

    # then it has it whole, and nothing is raised
    [taken] = server.taken
    assert b"First.\r\n.\r\n..and last.\r\n" in taken


@pytest.mark.parametrize("answer", ["421 closing", "450 mailbox busy", "451 try later"])
@pytest.mark.parametrize("step", ["to_sender", "to_recipient", "to_body"])
def test_a_four_hundred_means_later(url: str, server: Server, step: str, answer: str) -> None:
    setattr(server, step, answer)

    with pytest.raises(NotNow):
        Smtp(url).send(message())

    assert server.taken == []


@pytest.mark.parametrize("step", ["to_sender", "to_recipient", "to_body"])
def test_a_five_hundred_means_never(url: str, server: Server, step: str) -> None:
    setattr(server, step, "550 nobody here")

    with pytest.raises(Refused):
        Smtp(url).send(message())

    assert server.taken == []


def test_a_silence_after_the_last_dot_leaves_us_in_doubt(url: str, server: Server) -> None:
    # given a server that takes the message and breaks off before it says so
    server.hangs_up = True

    with pytest.raises(Unclear):
        Smtp(url).send(message())

    assert len(server.taken) == 1


def test_a_server_that_is_away_took_nothing() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with pytest.raises(NotNow):
            Smtp(f"smtp://127.0.0.1:{closed.getsockname()[1]}").send(message())


def test_a_server_that_says_nothing_took_nothing() -> None:
    # given a server that accepts the connection and is silent
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"smtp://127.0.0.1:{silent.getsockname()[1]}"

        # then the message may be handed in later
        with pytest.raises(NotNow):
            Smtp(url, seconds=0.2).send(message())


def test_a_server_that_speaks_tls_at_once_must_prove_whose_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # given somebody who notes how a connection in TLS is opened
    opened: list[ssl.SSLContext] = []

    def note(*_at: Any, context: ssl.SSLContext, **_more: Any) -> None:
        opened.append(context)
        raise ssl.SSLCertVerificationError("self-signed certificate")

    monkeypatch.setattr(smtplib, "SMTP_SSL", note)

    # when a message is handed in there
    with pytest.raises(NotNow, match="self-signed certificate"):
        Smtp("smtps://matinee:password@mail.example.org").send(message())

    # then the certificate and the name on it are checked
    assert [(one.verify_mode, one.check_hostname) for one in opened] == [(ssl.CERT_REQUIRED, True)]


def test_nobody_is_told_the_password_without_tls(url: str, server: Server) -> None:
    with pytest.raises(NotNow, match="offers no TLS, and the password is not sent"):
        Smtp(url.replace("://", "://matinee:password@")).send(message())

    assert server.taken == []
