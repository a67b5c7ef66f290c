"""What each role of staff may see and do at the desk, in one table."""

from __future__ import annotations

import enum

from accounts.models import Member


class Right(enum.StrEnum):
    """Something that a member of staff may or may not do."""

    REPORTS = "reports"
    PEOPLE = "people"
    CARE = "care"
    MONEY = "money"
    UPKEEP = "upkeep"
    REPAIR = "repair"
    AUDIT = "audit"
    CATALOGUE = "catalogue"
    EXPERIMENTS = "experiments"
    ROLES = "roles"


HOLDERS: dict[Right, tuple[str, ...]] = {
    Right.REPORTS: ("viewer", "support", "finance", "admin"),  # figures and numbers of people
    Right.PEOPLE: ("support", "finance", "admin"),  # addresses and stories of people
    Right.CARE: ("support", "admin"),  # days, e-mails, devices, leaving
    Right.MONEY: ("finance", "admin"),  # refunds, evidence, leaving, marks of fraud
    Right.UPKEEP: ("support", "finance", "admin"),  # alarms, Stripe's events, drift
    Right.REPAIR: ("finance", "admin"),  # replay, repair, settle
    Right.AUDIT: ("finance", "admin"),  # who did what, of everybody
    Right.CATALOGUE: ("admin",),  # facts of films, publishing
    Right.EXPERIMENTS: ("admin",),  # starts and stops of what is tried on the film page
    Right.ROLES: ("admin",),  # who is staff
}
NAMES = HOLDERS[Right.REPORTS]


def may(member: Member, *rights: Right) -> bool:
    """Whether one of the member's roles holds one of ``rights``."""
    held = {role.name for role in member.roles}
    return any(held & set(HOLDERS[right]) for right in rights)


def needed(*rights: Right) -> str:
    """The roles that hold one of ``rights``, in words: ``support or admin``."""
    names = [name for name in NAMES if any(name in HOLDERS[right] for right in rights)]
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
