"""Passwords hashed outside a sign-up form, in the form that the sign-in page checks."""

from __future__ import annotations

from argon2 import PasswordHasher


def hashed(password: str) -> str:
    """``password`` under argon2id with the library's current cost."""
    return PasswordHasher().hash(password)
