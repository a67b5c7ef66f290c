"""A review as it stands in its form, and what keeps it from being published."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from catalog import plain, reviews
from catalog.models import Review

SCORES = [(number, f"{number} of 10") for number in range(10, 0, -1)]


@dataclass(frozen=True)
class Draft:
    """A review as it stands in the form."""

    name: str = ""
    score: str = ""
    text: str = ""
    spoiler: bool = False

    @property
    def errors(self) -> list[tuple[str, str]]:
        """What keeps it from being published: the field and the sentence for each."""
        found = []
        if not 1 <= len(self.name) <= reviews.LONGEST_NAME:
            found.append(("name", f"Give a name of up to {reviews.LONGEST_NAME} letters."))
        if self.score not in {str(number) for number, _ in SCORES}:
            found.append(("score", "Choose a score from 1 to 10."))
        if not 1 <= len(self.text) <= reviews.LONGEST_TEXT:
            most = f"Write between 1 and {reviews.LONGEST_TEXT:,} letters"
            found.append(
                ("text", f"{most}; these are {len(self.text):,}." if self.text else f"{most}.")
            )
        return found


def typed() -> Draft:
    """What the form brought."""
    form = request.form
    return Draft(
        name=" ".join(plain.readable(form.get("name", "")).split()),
        score=form.get("score", ""),
        text=plain.readable(form.get("text", "").replace("\r\n", "\n")),
        spoiler="spoiler" in form,
    )


def of(before: Review) -> Draft:
    """A review that stands, to be changed."""
    return Draft(before.name, str(before.score), before.text, before.spoiler)
