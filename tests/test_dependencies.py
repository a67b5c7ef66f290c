"""Every package that the product imports is one that it asks for itself."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
ROOMS = PROJECT["tool"]["importlinter"]["root_packages"]
TYPES_ALONE = {"_typeshed"}  # is nowhere but in what checks types


def test_no_package_is_imported_that_comes_by_another_alone() -> None:
    asked = PROJECT["project"]["dependencies"]
    for extra in ("embedded", "granian", "video"):
        asked = [*asked, *PROJECT["project"]["optional-dependencies"][extra]]
    declared = {spelled(re.split(r"[\[<>=]", one)[0]) for one in asked}
    providers = packages_distributions()

    missing = {
        name
        for name in imported() - TYPES_ALONE
        if declared.isdisjoint(map(spelled, providers.get(name, [name])))
    }

    assert missing == set()


def spelled(name: str) -> str:
    """A name as the index compares it."""
    return name.lower().replace("_", "-")


def imported() -> set[str]:
    """The packages from elsewhere that code of the rooms imports."""
    trees = (ast.parse(file.read_text()) for room in ROOMS for file in (ROOT / room).rglob("*.py"))
    names = {name.partition(".")[0] for tree in trees for name in _imports(tree)}
    return names - set(ROOMS) - sys.stdlib_module_names


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
