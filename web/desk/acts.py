"""What an operator may do for a person: each act with its right, its form and what it does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from accounts.models import Member
from accounts.roles import Right
from billing.gateway import Stripe
from core.errors import DomainError

LONGEST_NUMBER = 6


@dataclass(frozen=True)
class Control:
    """One control of an act's form. With ``options`` it is a list to choose from; ``ticks`` are
    several that may be on."""

    name: str
    label: str
    type: str = "text"
    hint: str = ""
    value: str = ""
    options: Sequence[tuple[str, str]] = ()
    ticks: Sequence[tuple[str, str, bool]] = ()


@dataclass(frozen=True)
class Form:
    """What a form says: what will happen, in sentences, and what must be filled in.

    ``refused`` says why the act is of no use now; then there is nothing to press. ``first`` must
    be filled in before the page can say what will happen; ``wrong`` is what is wrong with that.
    """

    told: Sequence[str]
    controls: Sequence[Control] = ()
    refused: str = ""
    first: Sequence[Control] = ()
    wrong: str = ""


@dataclass(frozen=True)
class Order:
    """One press: for whom, what was filled in, who pressed and why. ``key`` is this press's own."""

    db: Session
    stripe: Stripe
    member: Member
    by: Member
    given: MultiDict[str, str]
    reason: str
    key: str
    now: datetime

    @property
    def actor(self) -> str:
        """Who pressed, as it is written in the audit."""
        return f"operator:{self.by.id}"

    def text(self, name: str) -> str:
        """What was filled in."""
        return self.given.get(name, "").strip()

    def number(self, name: str, least: int, most: int, unit: str) -> int:
        """A whole number that was filled in. Raises ``BadOrder``."""
        typed = self.text(name)
        is_number = typed.isascii() and typed.isdecimal() and len(typed) <= LONGEST_NUMBER
        if not is_number or not least <= int(typed) <= most:
            raise BadOrder(name, f"Enter a number of {unit} from {least} to {most}.")
        return int(typed)


class BadOrder(DomainError):
    """Something on the form cannot be used; nothing was done."""

    status = 422

    def __init__(self, name: str, sentence: str) -> None:
        super().__init__(name)
        self.name, self.sentence = name, sentence


@dataclass(frozen=True)
class Act:
    """One act. ``do`` returns what to tell the operator; ``at_stripe`` says that Stripe is asked
    afterwards what became of it, ``is_of_money`` that it is about payments and trials, which stay
    when an account is deleted."""

    heading: str
    button: str
    rights: tuple[Right, ...]
    form: Callable[[Session, Member, datetime], Form]
    do: Callable[[Order], str]
    at_stripe: bool = False
    is_grave: bool = False
    is_of_money: bool = False

    def suits(self, member: Member) -> bool:
        """Whether it can still be done: an account that was deleted is given and told nothing."""
        return self.is_of_money or not member.is_deleted
