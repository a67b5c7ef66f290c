"""What stories of reconciliation share: a world that no delivery reaches, and the command."""

from __future__ import annotations

from click.testing import CliRunner

from commands.reconcile import reconcile
from tests.world import World


def nothing_arrives(world: World) -> None:
    """From now on no delivery reaches us."""
    world.sandbox.engine.effects.append(
        {"effect": "drop", "count": 10_000, "type": None, "seconds": 0}
    )


def run(world: World, *words: str) -> str:
    """What ``matinee reconcile …`` prints."""
    done = CliRunner().invoke(reconcile, words, catch_exceptions=False)
    world.db.expire_all()
    return done.output
