"""The table of edge cases names tests that exist."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.billing.edge_cases import TESTS

FOLDER = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("case", sorted(TESTS))
def test_every_edge_case_has_its_tests(case: int) -> None:
    for named in TESTS[case]:
        file, _, name = named.partition("::")
        tree = ast.parse((FOLDER / file).read_text())
        assert name in [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]


def test_all_fifty_two_cases_are_told() -> None:
    assert sorted(TESTS) == list(range(1, 53))
