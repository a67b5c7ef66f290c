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
    return render_template("information/help.html", streams=streams)


@pages.get("/terms")
@kept()
def terms() -> ResponseReturnValue:
    """What a member and the service owe each other."""
    return render_template("information/terms.html")


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
