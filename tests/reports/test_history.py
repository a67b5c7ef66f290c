"""History of another service: two files, all of them or none."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from reports import history, questions
from reports.history import BadHistory, Imported
from reports.history_files import PAYMENT_COLUMNS, TRIAL_COLUMNS
from reports.models import Fact
from reports.outcomes import Outcome
from reports.questions import Question
from reports.rates import Rate
from tests.reports.stories import at

TRIALS = f"""{",".join(TRIAL_COLUMNS)}
W1,ana,trial,monthly,month,yes,2026-07-01T10:00Z,2026-07-31T10:00Z,,,,nosferatu
W2,ben,trial,monthly,month,yes,2026-07-02T09:00Z,2026-08-01T09:00Z,2026-07-10T08:00Z,2026-08-01T09:00Z,voluntary,
W3,cleo,trial,yearly,year,yes,2026-07-05T14:00+02:00,2026-08-04T12:00Z,,,,metropolis
W4,dan,trial,monthly,month,yes,2026-09-01T12:00Z,2026-10-01T12:00Z,,,,
S1,eve,staff,monthly,month,yes,2026-07-03T10:00Z,2026-08-02T10:00Z,,,,
R1,ana,retention,monthly,month,yes,2026-08-31T10:00Z,,,,,
"""
PAYMENTS = f"""{",".join(PAYMENT_COLUMNS)}
P1,ana,W1,2026-07-31T11:02Z,699,0,gbp,month,,,
P3,cleo,W3,2026-08-12T12:30Z,9990,0,gbp,year,9990,2026-08-20T10:00Z,
P5,eve,S1,2026-08-02T11:00Z,699,0,gbp,month,,,
"""
ASKED = Question(at("09-20 00:00"), ZoneInfo("UTC"))


def folder(path: Path, trials: str = TRIALS, payments: str = PAYMENTS) -> Path:
    (path / "trials.csv").write_text(trials)
    (path / "payments.csv").write_text(payments)
    return path


def bring(db: Session, path: Path) -> Imported:
    return history.bring(db, path, now=ASKED.as_of)


def problems(db: Session, path: Path) -> list[str]:
    with pytest.raises(BadHistory) as refused:
        bring(db, path)
    assert db.scalar(select(func.count()).select_from(Fact)) == 0
    return refused.value.problems


def test_brought_trials_are_reported_like_our_own(db: Session, tmp_path: Path) -> None:
    bring(db, folder(tmp_path))

    july = questions.of_conversion(db, ASKED).cohorts[0]

    assert (len(july.starts), july.rate, july.kept_rate) == (3, Rate(2, 3), Rate(1, 3))
    assert [t.person for t in july.outcomes[Outcome.LOST_VOLUNTARY]] == ["history:ben"]


def test_brought_payments_make_revenue_and_staff_make_none(db: Session, tmp_path: Path) -> None:
    bring(db, folder(tmp_path))

    last = questions.of_money(db, ASKED).rows[-1]

    assert (last.end, last.payers) == (699 + Fraction(9990, 12), ("history:ana", "history:cleo"))


def test_brought_trials_are_credited_to_their_film(db: Session, tmp_path: Path) -> None:
    bring(db, folder(tmp_path))

    films = questions.of_films(db, ASKED).films

    assert {f.slug: len(f.deciding) for f in films} == {"nosferatu": 1, "metropolis": 1, "none": 2}


def test_the_same_files_brought_again_add_nothing(db: Session, tmp_path: Path) -> None:
    first, second = (bring(db, folder(tmp_path)) for _ in range(2))

    assert (first.new_facts, second) == (12, Imported(trials=6, payments=3, new_facts=0))


def test_a_later_export_adds_only_what_has_happened_since(db: Session, tmp_path: Path) -> None:
    bring(db, folder(tmp_path))
    later = PAYMENTS + "P6,dan,W4,2026-10-01T13:00Z,699,0,gbp,month,,,\n"

    assert bring(db, folder(tmp_path, payments=later)).new_facts == 1


def test_payments_may_come_after_their_trials_in_another_import(
    db: Session, tmp_path: Path
) -> None:
    header, *lines = PAYMENTS.splitlines(keepends=True)
    bring(db, folder(tmp_path, payments=header))
    trials = TRIALS.splitlines(keepends=True)[0]

    assert bring(db, folder(tmp_path, trials, header + lines[0])).new_facts == 1


def test_every_bad_value_is_told_with_its_file_line_and_column(db: Session, tmp_path: Path) -> None:
    trials = TRIALS.replace("2026-07-01T10:00Z", "1 July").replace("S1,eve,staff", "S1,eve,cook")
    payments = PAYMENTS.replace("P1,ana,W1,", "P1,ana,W9,").replace("699,0,gbp", "6.99,0,pounds")

    assert problems(db, folder(tmp_path, trials, payments)) == [
        'trials.csv, line 2, column started_at: "1 July" is not an instant. '
        "Write one such as 2026-09-20T00:00Z.",
        'trials.csv, line 6, column kind: "cook" is none of trial, staff, retention.',
        'payments.csv, line 2, column gross_minor: "6.99" is not a whole number of minor units.',
        'payments.csv, line 2, column currency: "pounds" is not a currency such as gbp.',
        'payments.csv, line 4, column gross_minor: "6.99" is not a whole number of minor units.',
        'payments.csv, line 4, column currency: "pounds" is not a currency such as gbp.',
    ]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("W2,ben", "W1,ben", 'trials.csv, line 3, column trial_id: "W1" stands with other values'),
        ("W2,ben", "W2,", "trials.csv, line 3, column person: it is empty."),
        ("yes,2026-07-02", "maybe,2026-07-02", 'trials.csv, line 3, column carded: "maybe" is'),
        ("2026-08-01T09:00Z,2", "2026-06-01T09:00Z,2", "trials.csv, line 3, column trial_ends_at:"),
        ("09:00Z,voluntary", "09:00Z,", "trials.csv, line 3, column ended_cause: it is empty"),
        ("09:00Z,voluntary,", "09:00Z,voluntary", "trials.csv, line 3: 11 values stand under 12"),
        ("2026-08-01T09:00Z,voluntary", ",voluntary", "trials.csv, line 3, column ended_at: it is"),
        ("trial_id,person", "trial,person", "trials.csv, line 1: the columns trial_id are missing"),
        ("P1,ana,W1", "P1,ana,W9", 'payments.csv, line 2, column trial_id: no trial is called "W9'),
        ("P1,ana,W1", "P1,ben,W1", 'payments.csv, line 2, column person: the trial "W1" is of'),
        ("699,0,gbp,month,,,\nP3", "699,0,gbp,month,5,,\nP3", "payments.csv, line 2, column refun"),
        ("month,,,\nP3", "month,,2026-09-01T00:00Z,\nP3", "payments.csv, line 2, column refunded"),
        ("699,0,gbp,month,,,\nP3", "699,700,gbp,month,,,\nP3", "payments.csv, line 2, column tax_"),
        ("P1,ana,W1,2026", "P1,ana,W1,1026", "payments.csv, line 2, column paid_at:"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused(
    db: Session, tmp_path: Path, old: str, new: str, problem: str
) -> None:
    trials, payments = (text.replace(old, new, 1) for text in (TRIALS, PAYMENTS))

    told = problems(db, folder(tmp_path, trials, payments))

    assert [line[: len(problem)] for line in told] == [problem]


def test_a_line_that_stands_twice_is_one(db: Session, tmp_path: Path) -> None:
    line = TRIALS.splitlines(keepends=True)[1]

    assert bring(db, folder(tmp_path, TRIALS + line)).trials == 6


def test_a_file_that_is_missing_or_not_text_is_told(db: Session, tmp_path: Path) -> None:
    (tmp_path / "trials.csv").write_bytes(b"trial_id\n\xff\n")

    assert problems(db, tmp_path) == [
        "trials.csv, line 2: it is not UTF-8.",
        "payments.csv cannot be read: No such file or directory.",
    ]


def test_a_spreadsheets_mark_at_the_start_of_a_file_is_no_part_of_it(
    db: Session, tmp_path: Path
) -> None:
    assert bring(db, folder(tmp_path, "\ufeff" + TRIALS)).trials == 6
