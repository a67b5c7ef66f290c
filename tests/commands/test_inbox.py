"""The local inbox takes every e-mail, keeps it, and shows it without running what is in it."""

from __future__ import annotations

import json
import smtplib
import urllib.request
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from werkzeug.test import Client

from commands.inbox_pages import Pages
from commands.mails import Mails
from commands.supervisor import Child, Supervisor, matinee
from core import ports, settings


@pytest.fixture
def mails(home: Path) -> Mails:
    return Mails(home / "inbox")


def reminder(**parts: str) -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = "Matinee <hello@matinee.example>", "ada@example.org"
    message["Subject"] = parts.get("subject", "Your trial ends on Friday")
    message.set_content(parts.get("text", "Keep it: http://127.0.0.1:8000/account?a=1&b=2."))
    message.add_alternative(parts.get("html", "<p>Keep it</p>"), subtype="html")
    return message.as_bytes()


def test_a_mail_is_listed_and_its_links_can_be_followed(mails):
    mails.keep(["ada@example.org"], reminder())
    inbox = Client(Pages(mails, "Matinee", local=True))

    listed = inbox.get("/", headers={"Host": "127.0.0.1:8002"}).text
    shown = inbox.get("/mails/1", headers={"Host": "127.0.0.1:8002"}).text

    assert "Your trial ends on Friday" in listed and 'href="/mails/1"' in listed
    assert 'href="http://127.0.0.1:8000/account?a=1&amp;b=2"' in shown


def test_what_is_in_a_mail_is_shown_and_never_run(mails):
    hostile = "<script>alert(1)</script>"
    mails.keep(["ada@example.org"], reminder(subject=hostile, text=hostile, html=hostile))
    inbox = Client(Pages(mails, "Matinee", local=True))

    pages = [inbox.get(path, base_url="http://localhost") for path in ("/", "/mails/1")]
    framed = inbox.get("/mails/1/html", base_url="http://localhost")

    assert [hostile in page.text for page in pages] == [False, False]
    assert framed.headers["Content-Security-Policy"].startswith("sandbox allow-popups ")


def test_another_site_cannot_read_the_inbox_by_pointing_its_name_here(mails):
    inbox = Client(Pages(mails, "Matinee", local=True))

    assert inbox.get("/", base_url="http://evil.example").status_code == 403


@pytest.mark.parametrize("path", ["/mails/7", "/mails/x", "/mails/1/2/3", "/nothing"])
def test_a_mail_that_is_not_there_is_not_found(mails, path):
    assert Client(Pages(mails, "", local=True)).get(path).status_code == 404


@pytest.fixture
def port(home: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    site = ports.free()
    monkeypatch.setenv("MATINEE_HOME", str(home))
    monkeypatch.setenv("MATINEE_PORT", str(site))
    settings.use(settings.Settings(_env_file=None))
    return settings.current().inbox_port


@pytest.fixture
def inbox(home: Path, port: int) -> Iterator[Supervisor]:
    supervisor = Supervisor(home / "logs")
    yield supervisor
    supervisor.stop()


def test_mails_are_taken_for_any_address_and_survive_a_restart(inbox, port):
    # given an inbox that has taken a mail for somebody else's address
    address = f"http://127.0.0.1:{port}"
    inbox.start(Child("inbox", matinee("inbox"), answers=f"{address}/health"))
    host, _, smtp_port = settings.current().mail_url.removeprefix("smtp://").partition(":")
    with smtplib.SMTP(host, int(smtp_port)) as smtp:
        smtp.sendmail("hello@matinee.example", ["ada@example.org"], reminder())

    # when it is stopped and started again
    inbox.stop()
    inbox.start(Child("inbox", matinee("inbox"), answers=f"{address}/health"))

    # then the mail is there
    with urllib.request.urlopen(f"{address}/mails.json", timeout=5) as answer:
        kept = json.load(answer)
    assert [(mail["to"], mail["html"]) for mail in kept] == [
        ("ada@example.org", "<p>Keep it</p>\n")
    ]
