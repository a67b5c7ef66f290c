"""The e-mails of the local inbox: one ``.eml`` file each, numbered as they came."""

from __future__ import annotations

import email
import re
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default
from html import escape
from pathlib import Path

ADDRESS = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)]")


@dataclass(frozen=True)
class Mail:
    """One e-mail as a page shows it."""

    number: int
    to: str
    sender: str
    subject: str
    date: str
    text: str
    html: str

    @property
    def linked_text(self) -> str:
        """The text part as HTML, its addresses made into links."""
        parts, end = [], 0
        for found in ADDRESS.finditer(self.text):
            address = escape(found[0])
            link = f'<a href="{address}" target="_blank" rel="noopener">{address}</a>'
            parts += [escape(self.text[end : found.start()]), link]
            end = found.end()
        return "".join(parts) + escape(self.text[end:])


class Mails:
    """What has arrived in ``folder``. Nothing is ever thrown away by itself."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder

    def keep(self, recipients: list[str], content: bytes) -> int:
        """Keep one e-mail with the addresses that it was handed over for; returns its number."""
        number = max(self.numbers(), default=0) + 1
        fresh = self.folder / f"{number:06}.new"
        fresh.write_bytes(f"Delivered-To: {', '.join(recipients)}\r\n".encode() + content)
        fresh.rename(self.path(number))
        return number

    def numbers(self) -> list[int]:
        """The number of every e-mail, newest first."""
        return sorted((int(path.stem) for path in self.folder.glob("*.eml")), reverse=True)

    def path(self, number: int) -> Path:
        """Where the e-mail of that number is kept."""
        return self.folder / f"{number:06}.eml"

    def find(self, number: int) -> Mail | None:
        """The e-mail of that number, read for a page."""
        if not self.path(number).exists():
            return None
        message = email.message_from_bytes(self.path(number).read_bytes(), policy=default)
        return Mail(
            number=number,
            to=str(message["Delivered-To"] or ""),
            sender=str(message["From"] or ""),
            subject=str(message["Subject"] or "(no subject)"),
            date=str(message["Date"] or ""),
            text=_part(message, "plain"),
            html=_part(message, "html"),
        )


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    if part is None:
        return ""
    raw = part.get_payload(decode=True)
    assert isinstance(raw, bytes)
    return raw.decode(part.get_content_charset("utf-8"), errors="replace")
