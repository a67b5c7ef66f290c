"""Search: one page for films and people, and the suggestions below the box."""

from __future__ import annotations

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalog import plain, rails, search
from catalog.search import Suggestion
from web import filters, freshness
from web.freshness import kept

LONGEST = 200
SHOWN = 80

pages = Blueprint("searching", __name__)
pages.after_request(freshness.mark)


@pages.get("/search")
@kept(reads=("q",))
def search_page() -> ResponseReturnValue:
    """What the words find; without words just the box; without a find the nearest film.

    The box alone is kept. Results are as many as people's words, and are read anew.
    """
    words = _words()
    if words:
        freshness.personal()
    results = search.found(g.db, words)
    is_empty = not (results.titles or results.people)
    return render_template(
        "storefront/search.html",
        words=words,
        results=results,
        rails=rails.drawn(g.db, most=1).rows if words and is_empty else [],
    )


@pages.get("/search/suggestions.json")
def suggestions() -> ResponseReturnValue:
    """At most six films and people for the box, each with its address."""
    found = search.suggested(g.db, _words())
    return {"suggestions": [_line(one) for one in found]}


def _words() -> str:
    return plain.line(plain.readable(request.args.get("q", "")))[:LONGEST].strip()


def _line(one: Suggestion) -> dict[str, str]:
    facts = [str(one.year or ""), one.why or ""] if one.kind == "film" else ["Person"]
    return {
        "name": filters.shortened(one.name, SHOWN),
        "note": filters.shortened(", ".join(filter(None, facts)), SHOWN),
        "url": url_for(f"storefront.{one.kind}", slug=one.slug),
    }
