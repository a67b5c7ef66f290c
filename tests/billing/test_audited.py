"""Every change of money or access leaves a row: who, why, before, after. None can be left out."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from billing.models import Audit
from tests.billing.audited import FUNCTIONS
from tests.world import World

TOP = Path(__file__).resolve().parents[2]
ROOMS = ("accounts", "catalog", "billing", "access", "notices", "reports", "workers", "web")
AT_STRIPE = {"create", "update", "cancel", "delete", "expire", "resume", "post", "pay"}
# A page of Stripe's where a member changes the card: opening it changes nothing.
HARMLESS = {"open_portal"}
# Ways to the gateway that several files take.
SHARED = {"checkouts.close", "ending.at_once"}
# What a person may do and for how long: rows that a function makes.
RIGHTS = {"Entitlement", "Given", "Offer"}


def functions(tree: ast.AST) -> dict[str, ast.FunctionDef]:
    return {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def called(tree: ast.AST) -> set[str]:
    """The names called as functions or as methods of ``self``."""
    whole = (ast.unparse(call.func) for call in calls(tree))
    return {name.removeprefix("self.") for name in whole}


def through(found: dict[str, ast.FunctionDef], marked: set[str]) -> set[str]:
    """``marked`` and every function that comes to one of them by calling its neighbours."""
    while more := {name for name, node in found.items() if called(node) & marked} - marked:
        marked = marked | more
    return marked


def writes_of_the_gateway() -> set[str]:
    """The methods of the gateway that change something at Stripe."""
    found: set[str] = set()
    for file in sorted((TOP / "billing").glob("gateway*.py")):
        methods = functions(ast.parse(file.read_text()))
        direct = {name for name, node in methods.items() if any(map(_changes, calls(node)))}
        found |= through(methods, direct)
    return {name for name in found if not name.startswith("_")} - HARMLESS


def _changes(call: ast.Call) -> bool:
    told = ast.unparse(call.func)
    return told.startswith("self._client.v1.") and told.rpartition(".")[2] in AT_STRIPE


def changers() -> set[str]:
    """Every public function of the rooms that comes to one of those, or makes a right."""
    writes, found = writes_of_the_gateway(), set()
    for room in ROOMS:
        for file in sorted((TOP / room).rglob("*.py")):
            if file.name.startswith("gateway"):
                continue
            own = functions(ast.parse(file.read_text()))
            marked = {name for name, node in own.items() if _is_changer(node, writes)}
            named = ".".join(file.relative_to(TOP).with_suffix("").parts)
            found |= {f"{named}.{one}" for one in through(own, marked) if not one.startswith("_")}
    return found


def _is_changer(node: ast.FunctionDef, writes: set[str]) -> bool:
    for call in calls(node):
        whose, _, name = ast.unparse(call.func).rpartition(".")
        asks = name in writes and ("stripe" in whose or "gateway" in whose)
        asks = asks or f"{whose}.{name}" in SHARED
        if asks or (name in RIGHTS and not whose):
            return True
    return False


def test_the_gateways_writes_are_found() -> None:
    assert {"pay", "pay_back", "cancel_now", "switch", "make_price", "open_checkout"} <= (
        writes_of_the_gateway()
    )
    assert not {"subscriptions", "preview_switch", "find_promotion"} & writes_of_the_gateway()


def test_whatever_changes_money_or_access_is_on_the_list() -> None:
    assert changers() - set(FUNCTIONS) == set()


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_who_why_before_and_after_are_kept(world: World, function: str) -> None:
    # given a function of the list, when its story has happened
    story, left = FUNCTIONS[function]
    story(world)
    world.db.commit()

    # then one row says who, why, and how it was before and after
    row = world.rows(Audit, action=left.action)[-1]
    assert row.actor.startswith(left.actor)
    assert row.reason
    assert not left.before or left.before in row.before
    assert not left.after or left.after in row.after
    assert row.before != row.after
