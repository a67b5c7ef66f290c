"""The list of edge cases names tests that exist."""

from pathlib import Path

from tests.billing.edge_cases import CASES, PATH

ROOT = Path(__file__).resolve().parents[2]


def test_every_listed_case_is_told_by_a_test():
    for number, (module, name) in CASES.items():
        told = (ROOT / PATH.get(module, "tests/billing") / f"{module}.py").read_text()
        assert f"def {name}(" in told, number
