"""The catalogue at the desk: what films lack, their facts, publishing, their page beside them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.roles import Right
from billing import audit
from catalog import editing, film_pages, plain, slugs
from catalog.editing import AddressTaken, Facts
from catalog.import_records import LONGEST_TITLE
from catalog.models import Title
from catalog.records import FIRST_YEAR, LAST_YEAR
from catalog.taken_out import TEXTS
from core import clock
from reports import counters
from web import experiments, films, structured
from web.desk import paging
from web.rights import staff_with

pages = Blueprint("desk_catalogue", __name__, url_prefix="/desk/catalogue")

LONGEST_STORY, LONGEST_REASON = 20_000, 500
LONGEST_FILM = 2000
CHANGED_MEANWHILE = (
    "This film was changed after you opened this page, so nothing is saved yet. What you typed "
    "stands here; open the film in another window to see what is new, then save again."
)
UNCREDITED = (
    "The film is saved. Its rights spoke of the synopsis that is no longer there, so they are "
    "emptied as well. Where a part of that text stands, write them again."
)
STATUS_WORDS = {"draft": "Draft", "published": "Published", "withdrawn": "Withdrawn"}
ACTS = {"published": "Publish", "draft": "Take back to draft", "withdrawn": "Withdraw"}
COUNTED = {
    "visit": "Looked at",
    "cta_seen": "Offer seen",
    "cta_click": "Offer pressed",
    "play": "Played",
}

Errors = list[tuple[str, str]]


@pages.get("")
@staff_with(Right.CATALOGUE)
def listed() -> ResponseReturnValue:
    """Every film, however it stands, with what its page lacks; or those that are called so."""
    chosen = paging.filters("status", "q")
    page = editing.listed(g.db, paging.place(), status=chosen["status"], called=chosen["q"])
    return render_template(
        "desk/catalogue.html",
        rows=[(title, editing.missing(title)) for title in page.rows],
        beside=paging.beside(page),
        chosen=chosen,
        statuses=STATUS_WORDS,
    )


@pages.get("/<int:title_id>")
@staff_with(Right.CATALOGUE)
def edit(title_id: int) -> ResponseReturnValue:
    """A film's facts on one side, its page as it stands on the other."""
    title = editing.by_id(g.db, title_id)
    return form(title, asdict(editing.facts_of(title)), [])


@pages.post("/<int:title_id>")
@staff_with(Right.CATALOGUE)
def save(title_id: int) -> ResponseReturnValue:
    """Change the facts; what cannot be used brings the form back as it was typed."""
    title = editing.held(g.db, title_id)
    typed = {name: _typed(name) for name in Facts.__dataclass_fields__}
    errors = _wrong(typed)
    if errors:
        return form(title, typed, errors), 422
    if request.form.get("seen", editing.fingerprint(title)) != editing.fingerprint(title):
        return form(title, typed, [("name", CHANGED_MEANWHILE)]), 409
    try:
        before, after = editing.change(g.db, title, _facts(typed), now=clock.now())
    except AddressTaken as taken:
        return form(title, typed, [("slug", taken.sentence)]), taken.status
    if after:
        note(title, request.form["reason"].strip()[:LONGEST_REASON], before, after)
    flash(_said(typed, after), "ok")
    return redirect(url_for("desk_catalogue.edit", title_id=title.id), 303)


@pages.post("/<int:title_id>/status")
@staff_with(Right.CATALOGUE)
def set_status(title_id: int) -> ResponseReturnValue:
    """Publish, withdraw or take back a film."""
    title = editing.held(g.db, title_id)
    reason = request.form.get("reason", "").strip()[:LONGEST_REASON]
    if not reason:
        wrong = [("status-reason", "Write why. It is kept with your name.")]
        return form(title, asdict(editing.facts_of(title)), wrong), 422
    before = {"status": title.status}
    editing.set_status(title, request.form.get("status", ""), now=clock.now())
    note(title, reason, before, {"status": title.status})
    flash(f"{STATUS_WORDS[title.status]} from now on.", "ok")
    return redirect(url_for("desk_catalogue.edit", title_id=title.id), 303)


@pages.get("/<int:title_id>/preview")
@staff_with(Right.CATALOGUE)
def preview(title_id: int) -> ResponseReturnValue:
    """The film's page as visitors see it, or will; the one page that the desk may frame."""
    g.framers = "'self'"
    title, arms = film_pages.by_id(g.db, title_id), experiments.shown()
    page = films.gather(title)
    return render_template(
        "storefront/film.html",
        page=page,
        title=title,
        reader=films.to_reader(title),
        graph=structured.film(page, None),
        partners=[],
        came_for=None,
        arms=arms,
        arms_text=experiments.text(arms),
    )


def _said(typed: dict[str, str], after: dict[str, Any]) -> str:
    """What is said once the film is saved: also of what went that nobody emptied."""
    if typed["rights"] and "rights" in after and after["rights"] is None:
        return UNCREDITED
    return "The film is saved." if after else "Nothing was different."


def _typed(name: str) -> str:
    text = request.form.get(name, "")
    return plain.readable(plain.lines(text)) if name in TEXTS else plain.line(plain.readable(text))


def _wrong(typed: dict[str, str]) -> Errors:
    found: Errors = []
    if not 1 <= len(typed["name"]) <= LONGEST_TITLE:
        found.append(("name", f"Enter a name of at most {LONGEST_TITLE} letters."))
    if len(typed["original_name"]) > LONGEST_TITLE:
        words = f"Enter an original name of at most {LONGEST_TITLE} letters, or leave it empty."
        found.append(("original_name", words))
    if not slugs.is_slug(typed["slug"]):
        words = "Enter small letters from a to z, digits and single hyphens, such as the-kid-1921."
        found.append(("slug", words))
    if typed["year"] and not _is_between(typed["year"], FIRST_YEAR, LAST_YEAR):
        found.append(("year", f"Enter a year from {FIRST_YEAR} to {LAST_YEAR}, or leave it empty."))
    if typed["runtime_minutes"] and not _is_between(typed["runtime_minutes"], 1, LONGEST_FILM):
        words = f"Enter the minutes, at most {LONGEST_FILM}, or leave them empty."
        found.append(("runtime_minutes", words))
    found += [
        (name, f"Write at most {LONGEST_STORY:,} letters.")
        for name in TEXTS
        if len(typed[name]) > LONGEST_STORY
    ]
    if not request.form.get("reason", "").strip():
        found.append(("reason", "Write why you change it. It is kept with your name."))
    return found


def _is_between(text: str, least: int, most: int) -> bool:
    is_number = text.isascii() and text.isdecimal() and len(text) <= 4
    return is_number and least <= int(text) <= most


def _facts(typed: dict[str, str]) -> Facts:
    return Facts(
        name=typed["name"],
        slug=typed["slug"],
        original_name=typed["original_name"] or None,
        year=int(typed["year"]) if typed["year"] else None,
        runtime_minutes=int(typed["runtime_minutes"]) if typed["runtime_minutes"] else None,
        synopsis=typed["synopsis"] or None,
        synopsis_long=typed["synopsis_long"] or None,
        rights=typed["rights"] or None,
    )


def form(title: Title, given: dict[str, Any], errors: Errors) -> str:
    """The page on which a film is changed, with what was typed and what is wrong with it."""
    return render_template(
        "desk/film.html",
        title=title,
        seen=editing.fingerprint(title),
        given=given,
        errors=errors,
        wrong=dict(errors),
        missing=editing.missing(title),
        statuses=STATUS_WORDS,
        acts=[(status, words) for status, words in ACTS.items() if status != title.status],
        longest=LONGEST_REASON,
        longest_name=LONGEST_TITLE,
        lately=_lately(title),
        card=films.card_of(title),
    )


def _lately(title: Title) -> list[tuple[str, str]]:
    """What happened on the film's page, in words, and how often."""
    counted = counters.of_film(g.db, title.id, now=clock.now())
    return [(words, f"{counted.get(kind, 0):,}") for kind, words in COUNTED.items()]


def note(title: Title, reason: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    """Keep in the audit who changed what of a film, and why."""
    audit.note(
        g.db,
        now=clock.now(),
        actor=f"operator:{g.member.id}",
        action="title.changed",
        reason=reason,
        before={"film": title.slug, **before},
        after=after,
    )
