"""Whatever a shop does, no subscription and no invoice is in a state Stripe could not have."""

import os

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .impossible import broken
from .lawful import STEPS, World

RUNS = int(os.environ.get("SANDBOX_RUNS", "20"))  # 1000 for a full search
SMALL = st.integers(min_value=0, max_value=10_000)
STEP = st.tuples(st.sampled_from(STEPS), SMALL, SMALL)


@settings(max_examples=RUNS, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.booleans(), st.lists(STEP, min_size=8, max_size=40))
def test_no_sequence_of_lawful_calls_leads_to_an_impossible_state(
    has_card: bool, steps: list[tuple[str, int, int]]
) -> None:
    world = World()
    if has_card:
        world.save_card(0, 0)
    for step in steps:
        world.do(step)
        assert broken(world) == []
    world.close()
