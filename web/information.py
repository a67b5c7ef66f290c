"""The short pages about the service itself: help, terms, privacy, accessibility."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from core import settings
from web import crawlers, freshness
from web.freshness import kept

pages = Blueprint("information", __name__)
pages.after_request(freshness.mark)
pages.register_blueprint(crawlers.pages)


@pages.get("/help")
@kept()
def help_page() -> ResponseReturnValue:
    """Answers to what people ask first."""
    streams = settings.current().streams_at_once
    return render_template("information/help.html", streams=streams, one_trial=_one_trial())


@pages.get("/terms")
@kept()
def terms() -> ResponseReturnValue:
    """What a member and the service owe each other."""
    return render_template("information/terms.html", one_trial=_one_trial())


@pages.get("/privacy")
@kept()
def privacy() -> ResponseReturnValue:
    """What is kept of a person, why, and for how long."""
    return render_template("information/privacy.html")


@pages.get("/accessibility")
@kept()
def accessibility() -> ResponseReturnValue:
    """What the pages do for everybody, and where to say that one does not."""
    return render_template("information/accessibility.html")


def _one_trial() -> str:
    """Who may have a trial, as it is told before anybody gives a card."""
    by_card = settings.current().trials_per_card
    some = "one" if by_card == 1 else f"{by_card} trials"
    return f"Each person may have one trial, and each card may begin {some}."
