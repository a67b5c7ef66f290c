"""A history of edges, brought as files and told to the digit: each line is there for one rule.

The instants of ``AS_OF`` are 20 September 2026; the horizon is 44 days, the window 14.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from reports import answers, history, periods
from reports.definitions import Definition
from reports.periods import By
from reports.printed import Plain
from reports.questions import Question

AS_OF = periods.instant("2026-09-20T00:00Z")
TRIALS = """\
trial_id,person,kind,offer,interval,carded,started_at,trial_ends_at,cancel_set_at,ended_at,ended_cause,film
W1,W1,trial,std,month,yes,2026-07-01T10:00Z,2026-07-31T10:00Z,,,,las-vegas
W2,W2,trial,std,month,yes,2026-07-02T09:00Z,2026-08-01T09:00Z,2026-07-10T08:00Z,2026-08-01T09:00Z,voluntary,las-vegas
W3,W3,trial,std,month,yes,2026-07-05T12:00Z,2026-08-04T12:00Z,,,,"a ""quoted"", film"
W4,W4,trial,std,month,yes,2026-09-01T12:00Z,2026-10-01T12:00Z,,,,
Z1,Z1,trial,std,month,no,2026-06-30T23:30Z,2026-07-30T23:30Z,,2026-07-30T23:30Z,no_method,
G1,G1,trial,std,month,yes,2026-08-07T00:00Z,2026-09-06T00:00Z,,,,
G2,G2,trial,std,month,yes,2026-08-07T00:00:00.000001Z,2026-09-06T00:00:00.000001Z,,,,
C1,C1,trial,std,month,yes,2026-07-20T00:00Z,2026-08-19T00:00Z,,,,
C2,C2,trial,std,month,yes,2026-07-20T01:00Z,2026-08-19T00:00Z,2026-09-01T00:00Z,2026-09-18T00:00Z,voluntary,
N1,N1,trial,std,month,yes,2026-08-10T00:00Z,2026-08-17T00:00Z,,,,
S1,S,trial,std,month,yes,2026-06-01T00:00Z,2026-07-01T00:00Z,,2026-06-15T00:00Z,voluntary,
S2,S,trial,std,month,yes,2026-06-10T00:00Z,2026-07-10T00:00Z,,,,
S3,S,trial,std,month,yes,2026-06-20T00:00Z,2026-07-20T00:00Z,,,,
R1,R1,retention,std,month,yes,2026-07-01T00:00Z,2026-07-31T00:00Z,,,,
F1,F1,staff,std,month,yes,2026-07-01T00:00Z,2026-07-31T00:00Z,,,,
A1,A1,trial,std,year,yes,2026-05-01T00:00Z,2026-05-31T00:00Z,,,,
A2,A2,trial,std,month,yes,2026-05-01T00:00Z,2026-05-31T00:00Z,,,,
A3,A3,trial,std,month,yes,2026-05-02T00:00Z,2026-06-01T00:00Z,,,,
A4,A4,trial,std,month,yes,2026-05-02T00:00Z,2026-06-01T00:00Z,,,,
O1,O1,trial,std,month,yes,2026-05-03T00:00Z,2026-06-02T00:00Z,,2026-05-10T00:00Z,operator,
K1,K1,trial,std,month,yes,2026-08-25T00:00Z,2026-09-24T00:00Z,2026-09-01T00:00Z,,,
"""
PAYMENTS = """\
payment_id,person,trial_id,paid_at,gross_minor,tax_minor,currency,interval,refunded_minor,refunded_at,disputed_at
p1,W1,W1,2026-07-31T11:02Z,699,117,gbp,month,,,
p3,W3,W3,2026-08-12T12:30Z,699,117,gbp,month,,,
c1,C1,C1,2026-08-19T00:30Z,0,0,gbp,month,,,
c2,C2,C2,2026-08-19T00:30Z,0,0,gbp,month,,,
n1,N1,N1,2026-08-17T01:00Z,699,0,gbp,month,,,
s,S,,2026-08-03T00:00Z,500,0,gbp,month,,,
r1,R1,R1,2026-08-01T00:00Z,699,0,gbp,month,,,
f1,F1,F1,2026-08-01T00:00Z,699,0,gbp,month,,,
a1,A1,A1,2026-05-31T00:00Z,1998,0,gbp,year,,,
a2,A2,A2,2026-05-31T00:00Z,699,0,gbp,month,699,2026-06-30T00:00Z,
a3,A3,A3,2026-06-01T00:00Z,699,0,gbp,month,699,2026-07-01T00:00:00.000001Z,
a4,A4,A4,2026-06-01T00:00Z,699,0,gbp,month,,,2026-06-15T00:00Z
"""


@pytest.fixture(autouse=True)
def brought(db: Session, tmp_path: Path) -> None:
    """The two files as a spreadsheet writes them: a mark before the first byte, and CRLF."""
    for name, text in (("trials.csv", TRIALS), ("payments.csv", PAYMENTS)):
        (tmp_path / name).write_bytes(text.replace("\n", "\r\n").encode("utf-8-sig"))
    assert history.bring(db, tmp_path, now=AS_OF).new_facts == 44
    assert history.bring(db, tmp_path, now=AS_OF).new_facts == 0


def told(
    db: Session, report: str, zone: str = "UTC", by: By = By.MONTH, **more: Definition
) -> Plain:
    question = Question(as_of=AS_OF, zone=periods.zone(zone), by=by)
    return answers.printed(db, report, question, **more).plain


def counts(row: Plain, *names: str) -> list[tuple[int, int]]:
    return [(row[name]["k"], row[name]["n"]) for name in names]


def test_each_cohort_of_a_history_of_edges_is_counted_as_by_hand(db: Session) -> None:
    rows = {row["cohort"]: row for row in told(db, "conversion")["rows"]}

    found = {
        name: (row["starts"], *counts(row, "rate", "kept", "ever"), row["range"])
        for name, row in rows.items()
    }
    assert found == {
        # A2 went back exactly 30 days after, A4 was lost to the bank; A3 a microsecond too late
        "2026-05": (5, (4, 5), (2, 5), (4, 5), [4, 4, 5]),
        # S2 began inside S1, so it is no start; S paid 63 days after S1 and exactly 44 after S3
        "2026-06": (3, (1, 3), (1, 3), (2, 3), [2, 2, 3]),
        # staff and a month to keep somebody are no starts; C1 and C2 are comped: 2 still possible
        "2026-07": (5, (2, 5), (2, 5), (2, 5), [2, 4, 5]),
        # G1 is old to the instant, G2 a microsecond short; N1 has paid and is in neither part
        "2026-08": (4, (0, 1), (0, 1), (1, 4), [1, 3, 4]),
        "2026-09": (1, (0, 0), (0, 0), (0, 1), [0, 1, 1]),
    }


def test_what_became_of_each_trial_of_a_history_of_edges(db: Session) -> None:
    plain = told(db, "outcomes")

    said = {row["cohort"]: {k: n for k, n in row["outcomes"].items() if n} for row in plain["rows"]}
    assert said == {
        "2026-05": {"converted": 4, "lost_operator": 1},
        "2026-06": {"converted": 2, "lost_no_method": 1},
        "2026-07": {"comped": 2, "converted": 2, "lost_voluntary": 1},
        "2026-08": {"cancelling": 1, "collecting": 1, "converted": 1, "lost_payment": 1},
        "2026-09": {"running": 1},
    }
    assert sum(plain["total"]["outcomes"].values()) == plain["total"]["starts"] == 18


def test_another_zone_and_week_move_the_labels_of_a_history_and_nothing_else(db: Session) -> None:
    plain = told(db, "conversion", "Europe/London", By.WEEK)

    # Z1 began on 30 June at 23:30 in UTC: in London that is Wednesday 1 July, week 27
    weeks = {row["cohort"]: row["starts"] for row in plain["rows"]}
    assert weeks["2026-W27"] == 4
    assert (plain["total"]["rate"]["k"], plain["total"]["rate"]["n"]) == (7, 14)
    assert plain["total"]["rate"]["low"] == 0.268


def test_the_definitions_of_others_on_a_history_of_edges(db: Session) -> None:
    every = {
        each: {
            row["cohort"]: (row["rate"]["k"], row["rate"]["n"])
            for row in told(db, "conversion", definition=each)["rows"]
        }
        for each in Definition
    }

    last = "30 days to 2026-09-20T00:00:00Z"
    months = ("2026-05", "2026-06", "2026-07", "2026-08", "2026-09")
    assert every == {
        Definition.STRIPE: {last: (0, 1)},  # K1 gave up in these days, and nobody paid
        Definition.BAREMETRICS: {last: (0, 2)},  # K1 and W4 are new
        Definition.CLEENG: dict(zip(months, [(2, 3), (2, 3), (1, 2), (4, 5), (0, 1)], strict=True)),
        Definition.CHARTMOGUL: dict(
            zip(months, [(4, 5), (1, 2), (2, 5), (1, 4), (0, 1)], strict=True)
        ),
        # what S paid was for no subscription of theirs that had a trial
        Definition.RECURLY: dict(
            zip(months, [(4, 5), (0, 3), (2, 5), (1, 4), (0, 1)], strict=True)
        ),
        # A2 and A3 went back, whenever they did
        Definition.REVENUECAT: dict(
            zip(months, [(2, 5), (1, 2), (2, 5), (1, 4), (0, 1)], strict=True)
        ),
    }


def test_the_money_of_a_history_of_edges_is_exact(db: Session) -> None:
    plain = told(db, "mrr")

    # May: 1998 a year is 333/2 a month, and 699; July: 699 without 117 of tax
    ends = [(row["period"], row["new"], row["end"]) for row in plain["rows"]]
    assert ends == [
        ("2026-05", "1731/2", "1731/2"),
        ("2026-06", 1398, "4527/2"),
        ("2026-07", 582, "5691/2"),
        ("2026-08", 2480, "10651/2"),
        ("2026-09", 0, "10651/2"),
    ]
    assert (plain["balances"], plain["mrr"]) == (True, {"gbp": "10651/2"})


def test_each_column_of_credit_of_a_history_of_edges_sums_to_its_trials(db: Session) -> None:
    rows = {row["film"]: row for row in told(db, "films")["rows"]}

    # 15 of 18 are owed to no film; the report's own rate is 7/14, so (1 + 20/2) / (2 + 20) is 0.5
    assert {name: (row["deciding"], row["score"]) for name, row in rows.items()} == {
        'a "quoted", film': (1, 0.5238),
        "las-vegas": (2, 0.5),
        "none": (15, 0.4839),
    }
    assert sum(row["deciding"] for row in rows.values()) == 18
