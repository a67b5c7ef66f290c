"""What a running player asks of us: addresses, signs of life, its end. Answers are JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import cast
from urllib.parse import urlsplit

from flask import Blueprint, g, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError

from access import gate, playback, watched
from access.gate import Answer
from access.media_links import Grant
from access.models import PlaybackSession
from access.playback import PlaybackOver, TooManyStreams
from catalog import titles
from catalog.models import Title, Trailer, Video
from core import clock
from core.errors import Gone, NotFound
from reports import facts
from web import devices, errors, filters, media
from web.requests import sent_json

LONGEST_SECONDS = 24 * 60 * 60
REFUSALS = {
    Answer.SIGN_IN: "You are signed out. Sign in to go on watching.",
    Answer.SUBSCRIBE: "Your account has no subscription that opens this film.",
    Answer.RENEW: "Your subscription has ended, so the film stops here.",
    Answer.UPDATE_CARD: "A payment failed, so the film stops here. Update your card to go on.",
    Answer.SEE_ACCOUNT: "Your subscription opens no film just now. Your account says why.",
}
AT_ACCOUNT = (Answer.UPDATE_CARD, Answer.SEE_ACCOUNT)

pages = Blueprint("players", __name__)


@dataclass(frozen=True)
class Player:
    """The addresses that a player uses; a trailer's sends no signs of life, and may be there as one
    plain file as well."""

    source: str
    captions: list[media.Captions]
    beat: str | None = None
    stop: str | None = None
    whole: str | None = None


def for_film(title: Title, video: Video) -> Player:
    """Open a playback session of ``title`` for the member. Raises ``TooManyStreams``."""
    device = devices.name(request.user_agent.string)
    opened = playback.start(g.db, g.member, title, device=device, now=clock.now())
    grant = Grant.film(video, title.id, opened.session.id)
    return Player(
        source=media.source_of(grant),
        captions=media.captions_of(grant, video),
        beat=url_for("players.beat", token=opened.token),
        stop=url_for("players.stop", token=opened.token),
    )


def for_trailer(title: Title, video: Video) -> Player:
    """The player of the trailer of ``title``, which takes no place."""
    grant = Grant.trailer(video, title.id)
    return Player(
        source=media.source_of(grant),
        captions=media.captions_of(grant, video),
        whole=media.whole_of(grant),
    )


def way_in(title: Title, answer: Answer, asked_for: str = "watch") -> str:
    """Where the step that opens the gate is taken: the film page says which one it is, and of what
    was ``asked_for`` (``films.ASKED_FOR``)."""
    if answer in AT_ACCOUNT:
        return url_for("account.overview")
    return url_for("storefront.film", slug=title.slug, notice=asked_for)


def trailer_of(slug: str) -> tuple[Title, Trailer]:
    """A film and its trailer. Raises ``NotFound`` where it has none."""
    title = titles.by_slug(g.db, slug)
    if title.trailer is None:
        raise NotFound
    return title, title.trailer


@pages.before_request
def _members_only() -> ResponseReturnValue | None:
    """Only a trailer plays for everybody; a script is told so, not led to a page."""
    if g.member is not None or request.endpoint == "players.trailer_address":
        return None
    return _signed_out()


@pages.errorhandler(CSRFError)
def _of_another_session(stale: CSRFError) -> ResponseReturnValue:
    """The player's page is older than the session: somebody signed out in another window, and
    perhaps in again."""
    if g.get("member") is None:
        return _signed_out()
    if not _is_script():
        return errors.stale_form(stale)
    link = {"label": "Load it again", "href": _page_of_player()}
    return jsonify(message="You have signed in anew. Load this page again.", link=link), 403


def _signed_out() -> ResponseReturnValue:
    """Signing in leads back to the player that asked."""
    if not _is_script():
        return redirect(url_for("security.login", next=_page_of_player() or None), 303)
    link = {"label": "Sign in", "href": url_for("security.login", next=_page_of_player() or None)}
    return jsonify(message=REFUSALS[Answer.SIGN_IN], link=link), 403


@pages.errorhandler(Gone)
def _left(gone: Gone) -> ResponseReturnValue:
    """The film was withdrawn while it played, whatever the member's subscription opens."""
    link = {"label": "Choose another film", "href": url_for("storefront.browse")}
    return jsonify(message=f"{gone.sentence} It stops here.", link=link), 403


def _is_script() -> bool:
    """Whether the player asks, or a form of a page without script."""
    return request.accept_mimetypes.best == "application/json"


def _page_of_player() -> str:
    try:
        return urlsplit(request.referrer or "").path
    except ValueError:  # such as a bracket that nothing closes
        return ""


@pages.post("/watch/<slug>/session")
def reopen(slug: str) -> ResponseReturnValue:
    """A new session for a page that is open already, because its old one has ended."""
    title = titles.by_slug(g.db, slug)
    answer = gate.may_watch(g.db, g.member, title, now=clock.now())
    if answer is not Answer.OPEN:
        return _refused(title, answer)
    if title.video is None:
        raise NotFound
    try:
        player = for_film(title, title.video)
    except TooManyStreams as full:
        return jsonify(message=full.sentence, streams=[_said(one) for one in full.streams]), 409
    return jsonify(asdict(player)), 201


@pages.get("/film/<slug>/trailer/address")
def trailer_address(slug: str) -> ResponseReturnValue:
    """Fresh addresses for a trailer's player whose old ones have run out."""
    title, trailer = trailer_of(slug)
    answer = gate.may_see_trailer(g.db, g.member, trailer, now=clock.now())
    if answer is not Answer.OPEN:
        return _refused(title, answer, "trailer")
    if trailer.video is None:
        raise NotFound
    fresh = jsonify(asdict(for_trailer(title, trailer.video)))
    fresh.headers["Cache-Control"] = "no-store"
    return fresh


def _refused(title: Title, answer: Answer, asked_for: str = "watch") -> ResponseReturnValue:
    """What the player says when the right to watch has ended while it was open."""
    words = f"Go to the page of {title.name}"
    if answer in AT_ACCOUNT:
        words = "See your account"
    link = {"label": words, "href": way_in(title, answer, asked_for)}
    return jsonify(message=REFUSALS[answer], link=link), 403


def _said(stream: PlaybackSession) -> dict[str, str]:
    return {
        "device": stream.device,
        "film": stream.title.name,
        "since": filters.day_and_time(stream.started_at),
        "stop": url_for("players.stop_other", number=stream.id),
    }


@pages.post("/playback/<token>/beat")
def beat(token: str) -> ResponseReturnValue:
    """A sign of life: where the player stands and how long it has played since the last one.

    The answer holds a fresh address of the film, so that the page never has to be loaded again.
    """
    session = playback.by_token(g.db, token, g.member.id)
    title = session.title
    titles.refuse_unpublished(title)
    answer = gate.may_watch(g.db, g.member, title, now=clock.now())
    if answer is not Answer.OPEN:
        return _refused(title, answer)
    if title.video is None:
        raise NotFound
    try:
        _keep(session)
    except PlaybackOver as over:
        return jsonify(message=over.sentence), over.status
    watched.note(g.db, g.member.id, title)
    return jsonify(source=media.source_of(Grant.film(title.video, title.id, session.id)))


@pages.post("/playback/<token>/stop")
def stop(token: str) -> ResponseReturnValue:
    """The player is closed: keep its last words and free its place."""
    session = playback.by_token(g.db, token, g.member.id)
    now = clock.now()
    if playback.is_alive(session, now=now):
        _keep(session)
    playback.stop(session, now=now)
    watched.note(g.db, g.member.id, session.title)
    return "", 204


@pages.post("/playback/streams/<int:number>/stop")
def stop_other(number: int) -> ResponseReturnValue:
    """Stop one of the member's players from another device, then go on to the film."""
    playback.stop_other(g.db, number, g.member.id, now=clock.now())
    if _is_script():
        return "", 204
    return redirect(url_for("watch.play", slug=request.form["film"]), code=303)


def _keep(session: PlaybackSession) -> None:
    """Keep what the player says; its first two minutes are a fact of the reports."""
    now = clock.now()
    done = playback.beat(
        g.db, session, position=_seconds("position"), played=_seconds("seconds"), now=now
    )
    if done.first_play:
        facts.record(
            g.db,
            "play",
            str(session.id),
            at=now,
            now=now,
            member_id=session.member_id,
            title_id=session.title_id,
            data={"seconds": session.seconds_played},
        )


def _seconds(name: str) -> int:
    """A number of seconds out of the body; anything that is none counts as 0."""
    value = sent_json().get(name)
    is_seconds = isinstance(value, (int, float)) and 0 <= value <= LONGEST_SECONDS
    return int(cast(float, value)) if is_seconds else 0
