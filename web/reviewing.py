"""A member's own review of a film: one a film, written and changed by whoever may watch it."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from access import gate
from access.gate import Answer
from catalog import plain, reviews, titles
from catalog.models import Review, Title
from core import clock, settings
from web.requests import signed_in

WAITS = "Thank you. Your review is shown once an operator has read it."
SCORES = [(number, f"{number} of 10") for number in range(10, 0, -1)]

pages = Blueprint("reviewing", __name__)


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
            found.append(("text", f"Write between 1 and {reviews.LONGEST_TEXT:,} letters."))
        return found


@pages.get("/film/<slug>/review")
@signed_in
def write(slug: str) -> ResponseReturnValue:
    """The form, with what the member wrote before; others are told what opens it."""
    title = titles.by_slug(g.db, slug)
    if not _may_write(title):
        return redirect(url_for("storefront.film", slug=title.slug, notice="watch"), code=303)
    before = reviews.by_member(g.db, title.id, g.member)
    return _form(title, _draft_of(before) if before else Draft(), [])


@pages.post("/film/<slug>/review")
@signed_in
def publish(slug: str) -> ResponseReturnValue:
    """Publish or replace the member's review; a mistake brings the form back as it was typed."""
    title = titles.by_slug(g.db, slug)
    if not _may_write(title):
        return redirect(url_for("storefront.film", slug=title.slug, notice="watch"), code=303)
    draft = _typed()
    if draft.errors:
        return _form(title, draft, draft.errors), 422
    review = reviews.write(
        g.db,
        title.id,
        g.member,
        name=draft.name,
        score=int(draft.score),
        text=draft.text,
        spoiler=draft.spoiler,
        on=clock.now().astimezone(ZoneInfo(g.member.zone)).date(),
        held=settings.current().reviews_held,
    )
    is_shown = review.status == "approved"
    flash("Your review is published." if is_shown else WAITS, "ok")
    return redirect(url_for("storefront.film", slug=title.slug, _anchor="reviews"), code=303)


def _may_write(title: Title) -> bool:
    return gate.may_watch(g.db, g.member, title, now=clock.now()) is Answer.OPEN


def _typed() -> Draft:
    form = request.form
    return Draft(
        name=" ".join(plain.readable(form.get("name", "")).split()),
        score=form.get("score", ""),
        text=plain.readable(form.get("text", "").replace("\r\n", "\n")),
        spoiler="spoiler" in form,
    )


def _draft_of(before: Review) -> Draft:
    return Draft(before.name, str(before.score), before.text, before.spoiler)


def _form(title: Title, draft: Draft, errors: list[tuple[str, str]]) -> str:
    scores = [("", "Choose"), *SCORES]
    return render_template(
        "storefront/review_form.html",
        title=title,
        draft=draft,
        errors=errors,
        wrong=dict(errors),
        scores=scores,
    )
