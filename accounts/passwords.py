"""Passwords hashed outside a sign-up form, and which of them are too easy to guess."""

from __future__ import annotations

import threading

from argon2 import PasswordHasher

HARD_ENOUGH = 3
JUDGED = 40  # letters: by then it is decided, and the time taken grows with their square
ONE_AT_A_TIME = threading.Lock()  # the library keeps the words of the last who asked


def hashed(password: str) -> str:
    """``password`` under argon2id with the library's current cost."""
    return PasswordHasher().hash(password)


def is_easy_to_guess(password: str, *about: str) -> bool:
    """Whether ``password`` is common or follows a pattern; ``about`` are words that somebody who
    guesses would try first: the site's name, the person's address."""
    from zxcvbn import zxcvbn  # its word lists take 13 MB, which most processes never need

    words = [part for one in about for part in (one, one.partition("@")[0])]
    with ONE_AT_A_TIME:
        return zxcvbn(password[:JUDGED], user_inputs=words)["score"] < HARD_ENOUGH
