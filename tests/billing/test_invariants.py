"""The table of invariants names tests that exist; those that no other file tells are here."""

from __future__ import annotations

import ast
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import DateTime

from access.gate import Answer
from billing import terms
from core.db import Base
from sandbox.faults import Fault
from tests.billing.invariants import PROOFS
from tests.billing.test_audited import AT_STRIPE, HARMLESS, calls, functions
from tests.world import World

TESTS = Path(__file__).resolve().parents[1]
BILLING = TESTS.parent / "billing"


@pytest.mark.parametrize("invariant", sorted(PROOFS))
def test_every_invariant_has_its_proofs(invariant: int) -> None:
    for named in PROOFS[invariant]:
        file, _, name = named.partition("::")
        assert name in functions(ast.parse((TESTS / file).read_text())), named


def test_the_invariants_of_money_and_access_are_all_told() -> None:
    assert sorted(PROOFS) == [1, 2, 5, 6, 7, 8, 9, 11]


def test_nothing_is_changed_at_stripe_without_a_key() -> None:
    keyless = set()
    for file in BILLING.glob("gateway*.py"):
        for name, method in functions(ast.parse(file.read_text())).items():
            for call in calls(method):
                told = ast.unparse(call.func)
                changes = told.startswith("self._client.v1.")
                if changes and told.rpartition(".")[2] in AT_STRIPE:
                    keyless |= set() if "idempotency_key" in ast.unparse(call) else {name}
    assert keyless == HARMLESS


def test_every_instant_that_is_kept_knows_its_zone() -> None:
    columns = [column for table in Base.metadata.tables.values() for column in table.columns]
    kept = {str(one): one.type for one in columns}
    zones = {name: kind.timezone for name, kind in kept.items() if isinstance(kind, DateTime)}

    assert len(zones) > 50
    assert [name for name, knows in zones.items() if not knows] == []


def test_a_trial_ends_at_stripes_instant_and_on_the_readers_day(world: World) -> None:
    # given a trial that begins late on a day of Greenwich
    world.leap(hours=11, minutes=30)
    ada = world.member()
    sub = world.start_trial(ada)

    # then its end is the number that Stripe says
    said = world.at_stripe("get", f"/v1/subscriptions/{sub.stripe_id}")
    assert sub.trial_ends_at == datetime.fromtimestamp(said["trial_end"], UTC)

    # and the day that a reader is told is the one on their own wall
    days = {
        zone: terms.of(world.offer, now=world.now, zone=zone).free_until
        for zone in ("Pacific/Kiritimati", "UTC", "Pacific/Pago_Pago")
    }
    assert days == {
        "Pacific/Kiritimati": date(2026, 12, 23),
        "UTC": date(2026, 12, 22),
        "Pacific/Pago_Pago": date(2026, 12, 22),
    }


def test_while_stripe_is_away_nobody_who_watches_is_shut_out_and_nobody_is_let_in(
    world: World,
) -> None:
    # given somebody who watches, somebody who paid unheard, and a Stripe that answers nothing
    ada, bea = world.member(), world.member()
    world.start_trial(ada)
    world.pay(world.open_checkout(bea), "5555555555554444")
    world.sandbox.faults.plan(Fault("error", count=10_000, path="/v1/"))

    # when a day goes by, with all of its news
    world.advance(days=1)

    # then each stands as before, and the gate follows once Stripe answers
    assert (world.gate(ada), world.gate(bea) is Answer.OPEN) == (Answer.OPEN, False)
    world.sandbox.faults.planned.clear()
    world.advance(days=1)
    assert (world.gate(ada), world.gate(bea)) == (Answer.OPEN, Answer.OPEN)
