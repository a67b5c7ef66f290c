"""An e-mail that comes back is noted by the report of the mail server, and by nothing else."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from click.testing import CliRunner

from billing.upkeep_models import Alarm
from commands.notices import bounced
from notices.models import Notice
from reports import notice_coverage, reading
from reports.notice_coverage import Line
from tests.world import World


def report(name: str, action: str = "failed", whole: bool = True) -> bytes:
    """What a mail server writes (RFC 3464) about the e-mail of this Message-ID."""
    told = EmailMessage(policy=SMTP)
    told["From"], told["To"] = "MAILER-DAEMON@mx.example", "hello@matinee.example"
    told["Subject"] = "Undelivered Mail Returned to Sender"
    told.set_content("The address is not known here.")
    returned = EmailMessage(policy=SMTP)
    returned["Message-ID"], returned["Subject"] = name, "Your trial"
    returned.set_content("It ends soon.")
    status = (
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; ada@example.org\r\nAction: {action}\r\nStatus: 5.1.1\r\n"
    )
    kind = "message/rfc822" if whole else "text/rfc822-headers"
    text = returned.as_string() if whole else returned.as_string().split("\r\n\r\n")[0]
    parts = (told.as_string(), status, f"Content-Type: {kind}\r\n\r\n{text}")
    head = 'MIME-Version: 1.0\r\nContent-Type: multipart/report; boundary="B"\r\n\r\n'
    return (head + "".join(f"--B\r\n{part}\r\n" for part in parts) + "--B--\r\n").encode()


def name_of(notice: Notice) -> str:
    return f"<notice-{notice.id}@matinee.example>"


@pytest.mark.parametrize("whole", [True, False])
def test_a_reminder_that_comes_back_is_missing_and_calls_an_operator_once(
    world: World, whole: bool
) -> None:
    # given a trial that was reminded, and charged
    ada = world.member()
    world.start_trial(ada)
    world.advance(days=22, step=timedelta(days=22))
    world.advance(days=1)
    (reminder,) = world.rows(Notice, kind="trial_ending")
    raw = report(name_of(reminder), whole=whole)

    # when the mail server reports, twice, that the reminder came back
    answers = [CliRunner().invoke(bounced, input=raw) for _ in range(2)]
    world.advance(days=8, step=timedelta(days=8))

    # then it is told once, and the charged trial counts as one without a reminder
    assert [answer.exit_code for answer in answers] == [0, 0]
    assert "trial ending" in answers[0].output
    assert [alarm.object_id for alarm in world.rows(Alarm, kind="notice.bounced")] == [
        str(reminder.id)
    ]
    found = notice_coverage.drawn(reading.known(world.db, as_of=world.now))
    assert {line: len(trials) for line, trials in found.lines.items() if trials} == {
        Line.MISSING: 1
    }


@pytest.mark.parametrize("action", ["delayed", "relayed"])
def test_an_e_mail_that_is_only_late_has_not_come_back(world: World, action: str) -> None:
    world.start_trial(world.member())
    welcome = world.rows(Notice)[0]

    answer = CliRunner().invoke(bounced, input=report(name_of(welcome), action))

    assert (answer.exit_code, "no report that an e-mail of ours" in answer.output) == (1, True)
    assert world.rows(Alarm, kind="notice.bounced") == []


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\x00 nothing at all",
        report("<another@matinee.example>"),
        report("<notice-999999@matinee.example>"),
        report(f"<notice-{'9' * 19}@matinee.example>"),
    ],
)
@pytest.mark.usefixtures("world")
def test_what_is_no_report_about_an_e_mail_of_ours_is_refused_in_words(raw: bytes) -> None:
    answer = CliRunner().invoke(bounced, input=raw)

    assert (answer.exit_code, "Give the report as the mail server" in answer.output) == (1, True)
