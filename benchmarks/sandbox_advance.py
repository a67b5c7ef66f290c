"""Times sixty days in the sandbox for many customers with trials, and weighs what they leave.

    python -m benchmarks.sandbox_advance [--customers 1000]

Memory is linear in the objects when the bytes per object stay the same from size to size.
"""

import argparse
import gc
import sys
import tempfile
import time
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

from sandbox.app import Sandbox, create
from sandbox.clock import DAY
from tests.stripe_in_process import client

START = int(datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp())
GOAL_SECONDS = 60
SPREAD = 1.15  # bytes per object may differ this much between sizes


def start_trials(sandbox: Sandbox, count: int) -> None:
    """Give each of ``count`` customers a card and a 30-day trial."""
    api = client(sandbox)
    product = api.v1.products.create({"name": "Matinee"})
    price = api.v1.prices.create(
        {
            "product": product.id,
            "currency": "gbp",
            "unit_amount": 699,
            "recurring": {"interval": "month"},
        }
    )
    for number in range(count):
        customer = api.v1.customers.create(
            {
                "email": f"member{number}@example.org",
                "payment_method": "pm_card_visa",
                "invoice_settings": {"default_payment_method": "pm_card_visa"},
            }
        )
        api.v1.subscriptions.create(
            {"customer": customer.id, "items": [{"price": price.id}], "trial_period_days": 30}
        )


def seconds_for(count: int) -> tuple[float, float, int]:
    """Seconds to start the trials, seconds to advance sixty days, and the events that told of it.

    The sandbox keeps its state in a file, as a server does.
    """
    with tempfile.TemporaryDirectory() as folder:
        sandbox = create(str(Path(folder) / "sandbox.sqlite"), frozen_at=START, seed=1)
        began = time.perf_counter()
        start_trials(sandbox, count)
        started = time.perf_counter()
        events = sandbox.advance(60 * DAY)
        advanced = time.perf_counter()
        sandbox.close()
    return started - began, advanced - started, events


def bytes_per_object(count: int) -> tuple[int, int]:
    """Objects after the sixty days, and the memory each takes."""
    gc.collect()
    tracemalloc.start()
    sandbox = create(frozen_at=START, seed=1)
    start_trials(sandbox, count)
    sandbox.advance(60 * DAY)
    gc.collect()
    taken, objects = tracemalloc.get_traced_memory()[0], sandbox.engine.store.size()
    tracemalloc.stop()
    sandbox.close()
    return objects, taken // objects


def main() -> int:
    """Measure, print, and fail when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000)
    count = parser.parse_args().customers
    started, advanced, events = seconds_for(count)
    print(
        f"{count} customers: trials started in {started:.1f} s, sixty days in {advanced:.1f} s "
        f"(goal {GOAL_SECONDS} s), {events} events"
    )
    weights = []
    for size in (count // 8, count // 4, count // 2):
        objects, weight = bytes_per_object(size)
        weights.append(weight)
        print(f"{size} customers: {objects} objects, {weight} bytes each")
    linear = max(weights) <= SPREAD * min(weights)
    print("memory is linear in the objects" if linear else "memory is not linear in the objects")
    return 0 if advanced < GOAL_SECONDS and linear else 1


if __name__ == "__main__":
    sys.exit(main())
