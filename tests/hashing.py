"""Passwords of tests are hashed at the least cost that argon2 allows: a real one takes a tenth of a
second, each time somebody of a story signs in."""

from __future__ import annotations

from functools import partial

import argon2

from accounts import passwords

ROUNDS, MEMORY, THREADS = 1, 8, 1


def start() -> None:
    """Hash so from here on, in this process."""
    cheap = partial(
        argon2.PasswordHasher, time_cost=ROUNDS, memory_cost=MEMORY, parallelism=THREADS
    )
    vars(passwords)["PasswordHasher"] = cheap
