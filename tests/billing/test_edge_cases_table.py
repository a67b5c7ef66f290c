"""The table of edge cases names tests that exist."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.billing.edge_cases import TESTS

UNTOLD = [48, 52]  # a tax that changes before the charge, and a report of conversions drawn twice
FOLDER = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("case", sorted(TESTS))
def test_every_edge_case_has_its_tests(case: int) -> None:
    for named in TESTS[case]:
        file, _, name = named.partition("::")
        tree = ast.parse((FOLDER / file).read_text())
        assert name in [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]


def test_only_the_cases_named_here_are_not_told_yet() -> None:
    assert [case for case in range(1, 53) if case not in TESTS] == UNTOLD
