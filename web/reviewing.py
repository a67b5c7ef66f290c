"""A member's own review of a film, and what they say to those of others: helpful, or not fit."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError

from access import gate, watched
from access.gate import Answer
from billing import audit
from catalog import plain, reviews, titles
from catalog.models import Review, Title
from core import clock, settings
from core.errors import DomainError, NotFound
from web import errors, limits, review_drafts
from web.requests import is_from_our_pages, signed_in
from web.review_drafts import Draft

NO_REASON = "Say in a few words what is wrong with it."
WAITS = "Thank you. Your review is shown once an operator has read it."
STILL_HERE = (
    "The form was open for too long, or you have signed in anew since. What you wrote is still "
    "here: send it again."
)
NOT_SENT = "You have sent several of these within the hour, so this one was not taken."
TAKING_DOWN = "review.take_down"
AMONG_REVIEWS = "reviews"  # a flash that stands among them, where its reader is led
PLACE = ("sort", "behind", "on")  # what an address says of a page of reviews; "on" the film's own
FORMS = {"publish": ("write", "text"), "report": ("object_to", "reason")}  # the form and its text

pages = Blueprint("reviewing", __name__)


class MayNotWrite(DomainError):
    """The right to watch is over, or somebody else is signed in now: what was written is not
    taken."""

    status = 403
    sentence = "Reviews come from people who are on a trial or subscribed."


@pages.get("/film/<slug>/review")
@signed_in
def write(slug: str) -> ResponseReturnValue:
    """The form, with what the member wrote before; others are told what opens it."""
    title = titles.by_slug(g.db, slug)
    before = reviews.by_member(g.db, title.id, g.member)
    if not _may_write(title, before):
        return redirect(url_for("storefront.film", slug=title.slug, notice="review"), code=303)
    return _form(title, before, review_drafts.of(before) if before else Draft(), [])


@pages.post("/film/<slug>/review")
@signed_in
def publish(slug: str) -> ResponseReturnValue:
    """Publish or replace the member's review; a mistake brings the form back as it was typed."""
    errors.keep_written("text")
    title = titles.by_slug(g.db, slug)
    before = reviews.by_member(g.db, title.id, g.member)
    if not _may_write(title, before):
        raise MayNotWrite
    draft = review_drafts.typed()
    if draft.errors:
        return _form(title, before, draft, draft.errors), 422
    review = reviews.write(
        g.db,
        title.id,
        g.member,
        name=draft.name,
        score=int(draft.score),
        text=draft.text,
        spoiler=draft.spoiler,
        on=clock.now().astimezone(ZoneInfo(settings.current().zone)).date(),
        watched=watched.has(g.db, g.member.id, title),
        held=_is_held(title, before),
    )
    is_shown = review.status == "approved"
    flash("Your review is published." if is_shown else WAITS, AMONG_REVIEWS)
    return redirect(url_for("storefront.film", slug=title.slug, _anchor="reviews"), code=303)


@pages.post("/film/<slug>/review/removal")
@signed_in
def take_down(slug: str) -> ResponseReturnValue:
    """Delete the member's own review, whether or not they may still write one."""
    title, now = titles.by_slug(g.db, slug), clock.now()
    taken = reviews.take_down(g.db, title.id, g.member)
    if taken is not None:
        audit.note(
            g.db,
            now=now,
            actor=f"member:{g.member.id}",
            action=TAKING_DOWN,
            reason="asked for",
            member_id=g.member.id,
            before={
                "review": taken.review_id,
                "title": title.id,
                "status": taken.status,
                "doubted": taken.is_doubted,
            },
        )
    flash("Your review is taken down.", AMONG_REVIEWS)
    return redirect(url_for("storefront.film", slug=title.slug, _anchor="reviews"), code=303)


@pages.post("/film/<slug>/reviews/<int:number>/helpful")
@signed_in
def react(slug: str, number: int) -> ResponseReturnValue:
    """Call a review helpful, or take that back."""
    title, _ = _review(slug, number)
    if request.form.get("helpful") == "no":
        reviews.take_back(g.db, number, g.member)
    else:
        reviews.find_helpful(g.db, number, g.member)
    return redirect(_at_review(title, number), code=303)


@pages.get("/film/<slug>/reviews/<int:number>/report")
@signed_in
def object_to(slug: str, number: int) -> ResponseReturnValue:
    """The form that brings a review before an operator."""
    title, review = _review(slug, number)
    return _report_form(title, review)


@pages.post("/film/<slug>/reviews/<int:number>/report")
@signed_in
def report(slug: str, number: int) -> ResponseReturnValue:
    """Bring a review before an operator, with the reason."""
    errors.keep_written("reason")
    title, review = _review(slug, number)
    reason = _reason()
    error = _wrong_with(reason)
    if error:
        return _report_form(title, review, reason, error=error), 422
    reviews.report(g.db, number, g.member, reason, now=clock.now())
    flash("Thank you. An operator will read the review.", f"review-{number}")
    return redirect(_at_review(title, number), code=303)


def _reason() -> str:
    return plain.readable(request.form.get("reason", "").replace("\r\n", "\n"))


def _wrong_with(reason: str) -> str:
    """What keeps a report from being made, for its form; empty where nothing does."""
    if len(reason) > reviews.LONGEST_REASON:
        most = f"Write between 1 and {reviews.LONGEST_REASON} letters"
        return f"{most}; these are {len(reason):,}."
    return "" if reason else NO_REASON


@pages.errorhandler(CSRFError)
def _of_another_session(stale: CSRFError) -> ResponseReturnValue:
    """The form is older than the session: somebody signed out in another window, and perhaps in
    again. What they wrote is shown, and nothing is done with it until they send it again."""
    view, named = (request.endpoint or "").rpartition(".")[2], request.view_args or {}
    form, field = FORMS.get(view, ("", ""))
    written = request.form.get(field, "")
    if not written.strip() or not is_from_our_pages():
        return errors.stale_form(stale)
    if g.member is None:
        return errors.signed_out(written, url_for(f".{form}", **named, **place()))
    try:
        return _form_again(**named), 400
    except DomainError:  # the film or the review has left, or somebody else is signed in
        return errors.stale_form(stale, written)


@pages.errorhandler(RateLimitExceeded)
def _too_often(_: RateLimitExceeded) -> ResponseReturnValue:
    """The form as it was filled in, to be sent later."""
    view, named = (request.endpoint or "").rpartition(".")[2], request.view_args or {}
    if view not in FORMS or g.member is None:
        return errors.page(429, limits.sentence())
    words = f"{NOT_SENT} Wait {limits.wait()} and send it again: what you wrote is still here."
    return _form_again(**named, words=words), 429


def _form_again(slug: str, number: int | None = None, words: str = STILL_HERE) -> str:
    if number is not None:
        return _report_form(*_review(slug, number), _reason(), again=words)
    title = titles.by_slug(g.db, slug)
    before = reviews.by_member(g.db, title.id, g.member)
    if not _may_write(title, before):
        raise MayNotWrite
    return _form(title, before, review_drafts.typed(), [], again=words)


def _report_form(
    title: Title, review: Review, reason: str = "", *, error: str = "", again: str = ""
) -> str:
    return render_template(
        "storefront/review_report.html",
        title=title,
        review=review,
        reason=reason,
        error=error,
        again=again,
        place=place(),
        back=_at_review(title, review.id),
    )


def _review(slug: str, number: int) -> tuple[Title, Review]:
    """An approved review of the film at ``slug``. Raises ``NotFound`` for one of another film."""
    title, review = titles.by_slug(g.db, slug), reviews.shown(g.db, number)
    if review.title_id != title.id:
        raise NotFound
    return title, review


def _at_review(title: Title, number: int) -> str:
    there: dict[str, Any] = {"slug": title.slug, "_anchor": f"review-{number}"}
    if place().get("on") == "film":
        return url_for("storefront.film", **there)
    return url_for("storefront.film_reviews", **there, **place())


def place() -> dict[str, Any]:
    """Which page of reviews the reader is on, as its address says."""
    return {name: request.args[name] for name in PLACE if name in request.args}


def _may_write(title: Title, before: Review | None) -> bool:
    """Members who may watch; what somebody has written stays theirs to change when they leave."""
    if before is not None:
        return True
    now = clock.now()
    is_member = gate.may_watch(g.db, g.member, title, now=now) is Answer.OPEN
    has_video = title.video_id is not None
    return is_member and not titles.is_to_come(has_video, title.releases, on=now.date())


def _is_held(title: Title, before: Review | None) -> bool:
    """Whether an operator reads what is written before everybody does."""
    if settings.current().reviews_held or before is not None:
        return settings.current().reviews_held
    taken = audit.newest(g.db, g.member.id, TAKING_DOWN, title=title.id)
    return taken is not None and bool(taken.before["doubted"])


def _form(
    title: Title,
    before: Review | None,
    draft: Draft,
    wrong: list[tuple[str, str]],
    *,
    again: str = "",
) -> str:
    scores, status = [("", "Choose"), *review_drafts.SCORES], before.status if before else None
    return render_template(
        "storefront/review_form.html",
        title=title,
        draft=draft,
        errors=wrong,
        wrong=dict(wrong),
        again=again,
        scores=scores,
        status=status,
        is_held=_is_held(title, before) or status in ("waiting", "hidden"),
    )
