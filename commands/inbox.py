"""``matinee inbox``: takes in every e-mail that Matinee sends and shows it on a page.

For development: nothing leaves the machine, whatever the address says.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import click
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from commands.inbox_pages import LOCAL, Pages
from commands.mails import Mails
from core import ports
from core import settings as settings_room


class Keeper:
    """What aiosmtpd asks about each e-mail: every one is taken."""

    def __init__(self, mails: Mails) -> None:
        self.mails = mails

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep one e-mail and say so."""
        content = envelope.content or b""
        self.mails.keep(envelope.rcpt_tos, content if isinstance(content, bytes) else b"")
        return "250 Kept"


class Server(ThreadingMixIn, WSGIServer):
    """The standard library's server, one thread a request."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    """No line for each request: the page asks again every few seconds."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@click.command()
def inbox() -> None:
    """Take in every e-mail and show it on a page."""
    found = settings_room.current()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    mails = Mails(found.home / "inbox")
    smtp = Controller(Keeper(mails), hostname="127.0.0.1", port=smtp_port(found.home))
    try:
        pages = Server((found.host, found.inbox_port), Quiet)
    except OSError as taken:
        raise click.ClickException(f"Port {found.inbox_port} is in use.") from taken
    pages.set_app(Pages(mails, found.site_name, local=found.host in LOCAL))
    smtp.start()
    try:
        pages.serve_forever()
    except KeyboardInterrupt:
        click.echo("The inbox is closed; its e-mails stay.")
    finally:
        smtp.stop()


def smtp_port(home: Path) -> int:
    """A free port for SMTP, the same as last time where that is free; ``mail_url`` reads it."""
    path = home / "run" / "smtp_port"
    path.parent.mkdir(parents=True, exist_ok=True)
    port = ports.free(int(path.read_text()) if path.exists() else None)
    path.write_text(str(port))
    return port
