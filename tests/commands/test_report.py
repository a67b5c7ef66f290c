"""The reports on the command line."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from commands.report import report
from core import settings
from reports import history
from reports.answers import REPORTS
from reports.periods import BadQuestion
from tests.reports import test_history
from tests.reports.stories import at

AS_OF = ("--as-of", "2026-09-20T00:00Z", "--zone", "UTC")


@pytest.fixture(autouse=True)
def brought(db: Session, tmp_path: Path) -> None:
    """The worked example, brought as history."""
    history.bring(db, test_history.folder(tmp_path), now=at("09-20 00:00"))


def run(*words: str) -> Result:
    return CliRunner().invoke(report, words)


def as_json(*words: str) -> dict[str, object]:
    found = run(*words, "--format", "json")
    assert found.exit_code == 0, found.output
    answer: dict[str, object] = json.loads(found.output)
    return answer


def test_a_first_payment_may_come_in_as_long_as_the_operator_waits_for_it() -> None:
    # given a trial whose charge was refused six days ago, and is paid two days later
    asked = ("conversion", "--as-of", "2026-08-10T00:00Z", "--zone", "UTC")
    became = {}

    # when the window for it is fourteen days, and when it is three
    for days in (14, 3):
        settings.use(settings.current().model_copy(update={"collection_window_days": days}))
        outcomes = as_json(*asked)["rows"][0]["outcomes"]  # type: ignore[index]  # JSON
        became[days] = (outcomes["collecting"], outcomes["lost_payment"])

    # then it is still being collected in the one, and lost in the other
    assert became == {14: (1, 0), 3: (0, 1)}


def test_a_cohort_row_has_the_shape_of_the_manual() -> None:
    rows = as_json("conversion", *AS_OF, "--by", "month", "--horizon", "44")["rows"]

    assert rows[0] == {  # type: ignore[index]  # JSON
        "cohort": "2026-07",
        "starts": 3,
        "old": 3,
        "rate": {"k": 2, "n": 3, "low": 0.2077, "high": 0.9385},
        "kept": {"k": 1, "n": 3, "low": 0.0615, "high": 0.7923},
        "ever": {"k": 2, "n": 3, "low": 0.2077, "high": 0.9385},
        "range": [2, 2, 3],
        "outcomes": {
            "running": 0,
            "cancelling": 0,
            "collecting": 0,
            "comped": 0,
            "converted": 2,
            "lost_voluntary": 1,
            "lost_payment": 0,
            "lost_no_method": 0,
            "lost_operator": 0,
        },
    }


def test_a_rate_of_nobody_has_no_interval() -> None:
    rows = as_json("conversion", *AS_OF)["rows"]

    nobody = {"k": 0, "n": 0, "low": None, "high": None}
    assert (rows[1]["rate"], rows[1]["range"]) == (nobody, [0, 1, 1])  # type: ignore[index]  # JSON


def test_money_is_an_integer_or_an_exact_fraction() -> None:
    rows = as_json("mrr", *AS_OF)["rows"]

    august = {"period": "2026-08", "currency": "gbp", "start": 699, "new": "1665/2"}
    assert august.items() <= rows[1].items()  # type: ignore[index]  # JSON
    assert as_json("mrr", *AS_OF)["mrr"] == {"gbp": "3063/2"}


@pytest.mark.parametrize("name", list(REPORTS))
def test_every_report_comes_in_three_shapes_and_says_the_same_twice(name: str) -> None:
    for shape in ("text", "json", "csv"):
        first, second = (run(name, *AS_OF, "--format", shape) for _ in range(2))
        assert (first.exit_code, first.output) == (0, second.output)


def test_a_file_has_every_row_under_the_same_columns() -> None:
    found = list(csv.DictReader(io.StringIO(run("outcomes", *AS_OF, "--format", "csv").output)))

    assert [(row["cohort"], row["starts"], row["converted"]) for row in found] == [
        ("2026-07", "3", "2"),
        ("2026-09", "1", "0"),
        ("all", "4", "2"),
    ]


def test_another_definition_names_the_people_who_differ() -> None:
    found = as_json("conversion", *AS_OF, "--definition", "cleeng")

    # W2's end stands in August, when it ended; W3's payment as well
    assert found["rows"] == [
        {
            "cohort": "2026-07",
            "rate": {"k": 1, "n": 1, "low": 0.2065, "high": 1.0},
            "ours": {"k": 2, "n": 3, "low": 0.2077, "high": 0.9385},
            "differing": ["history:ben", "history:cleo"],
        },
        {
            "cohort": "2026-08",
            "rate": {"k": 1, "n": 2, "low": 0.0945, "high": 0.9055},
            "ours": None,
            "differing": ["history:ben", "history:cleo"],
        },
    ]


@pytest.mark.parametrize(
    ("definition", "told"),
    [
        ("cleeng", ("2026-08-01", "2026-08-31", ["2026-08"])),
        ("stripe", (None, None, ["30 days to 2026-09-20T00:00:00Z"])),
    ],
)
def test_another_definition_tells_the_cells_of_the_period_that_it_names(
    definition: str, told: tuple[str | None, str | None, list[str]]
) -> None:
    period = ("--from", "2026-08-01", "--to", "2026-08-31")
    found = as_json("conversion", *AS_OF, *period, "--definition", definition)

    rows: Any = found["rows"]
    assert (found["from"], found["to"], [row["cohort"] for row in rows]) == told


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--zone", "Mars/Olympus"], '"Mars/Olympus" is not a time zone.'),
        (["--as-of", "tomorrow"], '"tomorrow" is not an instant.'),
        (["--as-of", "2026-09-20"], '"2026-09-20" is not an instant.'),
        (["--from", "2026-09-02", "--to", "2026-09-01"], "The period ends on 2026-09-01, before"),
    ],
)
def test_a_question_that_makes_no_sense_gets_one_clear_line(
    words: list[str], sentence: str
) -> None:
    refused = run("conversion", *words).exception

    assert isinstance(refused, BadQuestion)
    assert refused.sentence.startswith(sentence)
    assert "\n" not in refused.sentence
