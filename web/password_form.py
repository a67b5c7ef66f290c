"""The form that changes a password: what is wrong with it is told at its own field, all at once."""

from __future__ import annotations

from typing import Any

from flask import current_app, g
from flask_security import ChangePasswordForm
from flask_security.utils import verify_password

NOT_THE_PRESENT_ONE = (
    "That is not your present password. If you have lost it, sign out and sign in by e-mail."
)
THE_SAME = "Choose one other than the present password."


class OneNewPassword(ChangePasswordForm):
    """The library's form without the field that asks for the new password a second time."""

    new_password_confirm = None

    def validate(self, **kwargs: Any) -> bool:
        """Whether the password may be changed. The library stops at the first mistake, and says at
        the present password that the new one is the same."""
        is_right = bool(super().validate(**kwargs))
        if not is_right:
            old, new = self.password.data or "", self.new_password.data or ""
            self.password.errors = _wrong_with_present(old)
            self.new_password.errors = _wrong_with_new(new, old)
        return is_right


def _wrong_with_present(typed: str) -> list[str]:
    kept = g.member.password
    if kept is None:
        return []  # the library has asked for a link of a moment ago
    if not typed.strip():
        return ["Type your present password."]
    return [] if verify_password(_rules().normalize(typed), kept) else [NOT_THE_PRESENT_ONE]


def _wrong_with_new(typed: str, old: str) -> list[str]:
    if not typed.strip():
        return ["Type the new password."]
    if _rules().normalize(typed) == _rules().normalize(old):
        return [THE_SAME]
    told, _ = _rules().validate(typed, False, email=g.member.email)
    return [str(one) for one in told or []]


def _rules() -> Any:
    return current_app.extensions["security"].password_util
